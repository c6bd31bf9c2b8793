namespace Vae.Mnist.Tests;

/// <summary>An empty folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("vaecore-test-").FullName;

    public string this[string name] => Path.Combine(FullPath, name);

    public string Write(string name, params byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
