using Vae.Mnist;

namespace Vae.Benchmarks;

/// <summary>The images that benchmarks train on: MNIST through <c>VAE_MNIST_DIR</c>, else drawn digits.</summary>
internal static class Digits
{
    public static ImageData Load()
    {
        var folder = Environment.GetEnvironmentVariable(MnistLocator.FolderVariable);
        var data = string.IsNullOrEmpty(folder) ? ImageData.Drawn(seed: 1) : ImageData.FromFolder(folder);
        Console.WriteLine($"data: {data.Source}");
        return data;
    }
}
