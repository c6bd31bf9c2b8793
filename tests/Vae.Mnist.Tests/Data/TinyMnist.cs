using System.IO.Compression;
using System.Security.Cryptography;

namespace Vae.Mnist.Tests;

/// <summary>Four files like MNIST's, of random pixels, and a list that knows their content.</summary>
public sealed class TinyMnist
{
    private readonly Dictionary<string, byte[]> archives = [];

    public TinyMnist(int trainImages = 6, int testImages = 3, int side = 4)
    {
        var random = new Random(11);
        Train = Images(random, trainImages, side);
        Test = Images(random, testImages, side);
        using var folder = new TemporaryFolder();
        Save(folder.FullPath);
        Files = [.. MnistFile.Official.Select(file =>
        {
            archives[file.ArchiveName] = File.ReadAllBytes(folder.File(file.ArchiveName));
            using var plain = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(archives[file.ArchiveName]), CompressionMode.Decompress))
            {
                gzip.CopyTo(plain);
            }

            return new MnistFile(file.Name, plain.Length, Convert.ToHexStringLower(SHA256.HashData(plain.ToArray())));
        })];
    }

    public ImageSet Train { get; }

    public ImageSet Test { get; }

    internal IReadOnlyList<MnistFile> Files { get; }

    public byte[] Archive(string name) => archives[name];

    public void Save(string folder, string ending = "-ubyte.gz", string beforeIdx = "-")
    {
        IdxFile.WriteImages(Path.Combine(folder, $"train-images{beforeIdx}idx3{ending}"), Train);
        IdxFile.WriteLabels(Path.Combine(folder, $"train-labels{beforeIdx}idx1{ending}"), Train.Labels!);
        IdxFile.WriteImages(Path.Combine(folder, $"t10k-images{beforeIdx}idx3{ending}"), Test);
        IdxFile.WriteLabels(Path.Combine(folder, $"t10k-labels{beforeIdx}idx1{ending}"), Test.Labels!);
    }

    private static ImageSet Images(Random random, int count, int side)
    {
        var pixels = new byte[count * side * side];
        random.NextBytes(pixels);
        return new ImageSet(side, side, pixels, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
    }
}
