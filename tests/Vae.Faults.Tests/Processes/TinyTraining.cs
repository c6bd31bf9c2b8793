using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Vae.Mnist;

namespace Vae.Faults.Tests;

/// <summary>
/// A small training with frequent checkpoints, its undisturbed result, and a folder for other trainings of the same kinds.
/// </summary>
public sealed class TinyTraining : IDisposable
{
    private const int Side = 8;
    private const int Epochs = 12;

    private readonly Dictionary<(string Kind, int Epochs), RunEnd> _undisturbed = [];

    public TinyTraining()
    {
        Directory.CreateDirectory(Data);
        Write("train", 300);
        Write("t10k", 50);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("vae-faults-").FullName;

    /// <summary>Kinds of training, which differ in the content of their states.</summary>
    internal static IReadOnlyList<string> Kinds { get; } =
    [
        "--validation-images 40",
        "--validation-images 40 --labels --pixels dynamic --bound dreg --draws 3",
        "--validation-images 0 --likelihood gaussian-variance --schedule cosine --clip-norm 1 --weight-decay 0.01",
        "--validation-images 40 --keep-by last --kl-warmup-epochs 5 --free-bits 0.1 --activation tanh",
    ];

    private string Data => Path.Combine(Root, "data");

    /// <summary>A folder's path that nobody else uses.</summary>
    public string New() => Path.Combine(Root, $"{Guid.NewGuid():N}");

    /// <summary>The command that begins a training of a kind, or resumes it where the folder holds one.</summary>
    public string[] Command(string kind, string folder, int epochs = Epochs, int checkpointSteps = 7)
        => File.Exists(Path.Combine(folder, "run.json"))
            ? ["train", "--resume", folder]
            : [
                "train", "--data", Data, "--hidden", "32,16", "--epochs", $"{epochs}", "--batch-size", "4",
                "--checkpoint-steps", $"{checkpointSteps}", "--threads", "1", "--out", folder, .. kind.Split(' ')];

    /// <summary>The result of an undisturbed training of a kind.</summary>
    internal RunEnd Undisturbed(string kind, int epochs = Epochs)
    {
        if (!_undisturbed.TryGetValue((kind, epochs), out var end))
        {
            var folder = New();
            VaeProcess.Run(Command(kind, folder, epochs));
            _undisturbed[(kind, epochs)] = end = RunEnd.Of(folder);
        }

        return end;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void Write(string name, int count)
    {
        var random = new Random(count);
        var pixels = new byte[count * Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i % Side < i / (Side * Side) % Side ? 200 : 0) + random.Next(50)); // bars of differing width
        }

        IdxFile.WriteImages(Path.Combine(Data, $"{name}-images-idx3-ubyte"), new ImageSet(Side, Side, pixels));
        IdxFile.WriteLabels(
            Path.Combine(Data, $"{name}-labels-idx1-ubyte"),
            [.. Enumerable.Range(0, count).Select(image => (byte)(image % Side))]);
    }
}

/// <summary>
/// The test classes that share <see cref="TinyTraining"/>. They run one at a time, because their processes need all processors.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SharedTraining : ICollectionFixture<TinyTraining>
{
    public const string Name = "tiny training";
}

/// <summary>The complete result of a training, except the time that it took.</summary>
/// <param name="Model">The bytes of the weights to use.</param>
/// <param name="Tensors">The bytes of the state's tensors: weights, both moments, best weights.</param>
/// <param name="State">The state's other numbers.</param>
/// <param name="Metrics">The lines of the metrics.</param>
/// <param name="Files">The names of the folder's files.</param>
internal sealed record RunEnd(string Model, string Tensors, string State, string Metrics, string Files)
{
    /// <summary>Requires another result to be the same, and names the parts that differ.</summary>
    public void RequireSame(RunEnd other, string what)
    {
        (string Name, string Mine, string Others)[] parts =
        [
            (nameof(Files), Files, other.Files), (nameof(Metrics), Metrics, other.Metrics), (nameof(State), State, other.State),
            (nameof(Model), Model, other.Model), (nameof(Tensors), Tensors, other.Tensors),
        ];
        var differing = parts.Where(part => part.Mine != part.Others)
            .Select(part => $"{part.Name}: {Short(part.Mine)} but {Short(part.Others)}");
        Assert.True(this == other, $"{what} ended otherwise: {string.Join("; ", differing)}");
    }

    public static RunEnd Of(string folder)
    {
        var state = File.ReadAllBytes(Path.Combine(folder, "state.safetensors"));
        var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(state);
        var texts = JsonNode.Parse(state.AsSpan(8, header))!["__metadata__"]!.AsObject();
        Assert.True(texts.Remove("epoch_seconds"));
        texts["last_epoch"] = Timeless((string)texts["last_epoch"]!);
        return new RunEnd(
            Convert.ToHexString(File.ReadAllBytes(Path.Combine(folder, "model.safetensors"))),
            Convert.ToHexString(state.AsSpan(8 + header)),
            texts.ToJsonString(),
            string.Join('\n', File.ReadAllLines(Path.Combine(folder, "metrics.jsonl")).Select(Timeless)),
            string.Join(' ', Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order()));
    }

    private static string Short(string text) => text.Length <= 2000 ? text : $"{text[..100]}...";

    private static string Timeless(string metrics)
    {
        var epoch = JsonNode.Parse(metrics)!.AsObject();
        Assert.True(epoch.Remove("seconds"));
        return epoch.ToJsonString();
    }
}
