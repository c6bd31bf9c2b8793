using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>
/// Runs of the version before (commit a859ca3; folder <c>Before</c>) load, give the same codes and scores, and when resumed end
/// with the same weights as in that version, to the last bit.
/// </summary>
/// <remarks>
/// <c>table</c>: doubly reparameterised, a variance for each column, standard scaling. <c>labels</c>: images with labels, tanh,
/// pixels drawn anew. <c>stopped</c>: stopped in the middle of epoch 3, min-max scaling, a schedule, clipping. Sums of losses are
/// split over the lanes of a vector, so the results are recorded for each width. They were recorded on x64.
/// </remarks>
public sealed class BeforeTests
{
    private static readonly string Folder = Solution.PathOf("tests", "Vae.Cli.Tests", "Before");
    private static readonly int Width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    [Theory]
    [InlineData("table", "table.csv", 5)]
    [InlineData("labels", "patches", 5)]
    [InlineData("stopped", "table.csv", 5)]
    public void A_run_of_the_version_before_is_used_and_resumed_with_the_same_bits(string name, string data, int epochs)
    {
        using var folder = new TemporaryFolder();
        data = Path.Combine(Folder, data);
        var run = CopyOf(name, folder);
        var (codes, scores) = (folder.File("codes.csv"), folder.File("scores.csv"));
        Execute("encode", run, "--data", data, "--out", codes, "--quiet");
        Execute("score", run, "--data", data, "--out", scores, "--quiet");
        Execute("train", "--resume", run, "--data", data, "--epochs", $"{epochs}", "--accept-changes", "--quiet");

        string[] found =
        [
            $"{name} codes {File.ReadLines(codes).ElementAt(1)} {Checksum(File.ReadAllBytes(codes))}",
            $"{name} scores {File.ReadLines(scores).ElementAt(1)} {Checksum(File.ReadAllBytes(scores))}",
            $"{name} weights {TensorsOf(Path.Combine(run, "model.safetensors"))}",
            $"{name} state {TensorsOf(Path.Combine(run, "state.safetensors"))}",
        ];
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Assert.Equal(Expected(name), found);
        }
    }

    [Theory]
    [InlineData("table")]
    [InlineData("stopped")]
    public void A_model_file_of_the_version_before_encodes_a_row_to_the_same_numbers(string name)
    {
        var model = VaeModel.Load(Path.Combine(Folder, name, "model.safetensors"));
        var code = new float[2 * model.Latent];
        model.Encode(Numbers(File.ReadLines(Path.Combine(Folder, "table.csv")).ElementAt(1)), code.AsSpan(0, 2), code.AsSpan(2));
        var expected = Numbers(Expected(name)[0].Split(' ')[2])[1..];   // line 2 of the table and its four numbers
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Assert.Equal(expected, code);
        }
        else
        {
            Assert.All(code, value => Assert.True(float.IsFinite(value)));
        }
    }

    private static string CopyOf(string name, TemporaryFolder folder)
    {
        var copy = Directory.CreateDirectory(folder.File(name)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, name)))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    private static void Execute(params string[] arguments)
    {
        var result = CommandLine.Execute(arguments);
        Assert.True(result.Code == 0, result.Error);
    }

    private static string[] Expected(string name)
        => [.. File.ReadLines(Path.Combine(Folder, $"expected-{Width}.txt"))
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal))];

    // The numbers of a safetensors file without its header, whose text may change.
    private static string TensorsOf(string path)
    {
        var content = File.ReadAllBytes(path);
        return Checksum(content.AsSpan(8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(content)));
    }

    private static string Checksum(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static float[] Numbers(string line)
        => [.. line.Split(',').Select(field => float.Parse(field, CultureInfo.InvariantCulture))];
}
