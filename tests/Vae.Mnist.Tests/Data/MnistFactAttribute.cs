namespace Vae.Mnist.Tests;

/// <summary>A fact about the real MNIST, skipped where the environment variable VAE_MNIST_DIR does not name its folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MnistFactAttribute : FactAttribute
{
    public MnistFactAttribute()
    {
        if (string.IsNullOrEmpty(Folder))
        {
            Skip = "Needs the real MNIST: set VAE_MNIST_DIR to the folder with its four files.";
        }
    }

    public static string? Folder => Environment.GetEnvironmentVariable(MnistLocator.FolderVariable);
}
