using Vae.Mnist;

namespace Vae.Cli.Tests;

/// <summary>A folder of small IDX images and a run trained on them through the command line, shared by the tests that only look
/// at it.</summary>
public sealed class TinyRuns : IDisposable
{
    public const int TrainImages = 300;
    public const int TestImages = 50;
    public const int Side = 8;

    /// <summary>The options of a small training, without data and folder.</summary>
    public static string[] Small { get; } =
    [
        "--hidden", "16", "--epochs", "2", "--batch-size", "64", "--validation-images", "40", "--learning-rate", "0.01",
    ];

    public TinyRuns()
    {
        WriteImages(Data, Side);
        WriteImages(OtherSize, Side + 1);
        Train(Run, 2);
        Train(Line, 1);
        Train(Five, 5, "--likelihood", "gaussian", "--kl-weight", "0.5");
        Train(Labelled, 2, "--labels", "--pixels", "dynamic", "--bound", "iwae", "--draws", "3");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("vae-cli-tests-").FullName;

    public string Data => Path.Combine(Root, "data");

    public string OtherSize => Path.Combine(Root, "other-size");

    /// <summary>A run of two latents.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>A run of one latent.</summary>
    public string Line => Path.Combine(Root, "line");

    /// <summary>A run of five latents, Gaussian, with KL weight 0.5.</summary>
    public string Five => Path.Combine(Root, "five");

    /// <summary>A run of two latents whose images have one of <see cref="Side"/> labels, with drawn pixels and the
    /// importance-weighted bound.</summary>
    public string Labelled => Path.Combine(Root, "labelled");

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>A file's path that no other test uses.</summary>
    public string New(string ending = "") => Path.Combine(Root, $"{Guid.NewGuid():N}{ending}");

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void Train(string folder, int latent, params string[] more)
    {
        var result = CommandLine.Execute(["train", "--data", Data, .. Small, "--latent", $"{latent}", "--out", folder, .. more]);
        Assert.True(result.Code == 0, result.Error);
    }

    private static void WriteImages(string folder, int side)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(5);
        Write(TrainImages, "train");
        Write(TestImages, "t10k");

        void Write(int count, string name)
        {
            var pixels = new byte[count * side * side];
            for (var i = 0; i < pixels.Length; i++)
            {
                var image = i / (side * side);
                pixels[i] = (byte)((i % side < image % side ? 200 : 0) + random.Next(50)); // bars of differing width
            }

            IdxFile.WriteImages(Path.Combine(folder, $"{name}-images-idx3-ubyte.gz"), new ImageSet(side, side, pixels));
            IdxFile.WriteLabels(
                Path.Combine(folder, $"{name}-labels-idx1-ubyte"),
                [.. Enumerable.Range(0, count).Select(image => (byte)(image % side))]);
        }
    }
}

/// <summary>All classes of tests that share <see cref="TinyRuns"/>.</summary>
[CollectionDefinition(Name)]
public sealed class SharedRuns : ICollectionFixture<TinyRuns>
{
    public const string Name = "tiny runs";
}
