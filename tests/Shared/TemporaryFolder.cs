namespace Vae.Tests;

/// <summary>An empty folder that is deleted after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's path.</summary>
    public string FullPath { get; } = Directory.CreateTempSubdirectory("vae-tests-").FullName;

    /// <summary>The path of a file in the folder, whether it exists or not.</summary>
    public string File(string name) => Path.Combine(FullPath, name);

    /// <summary>Writes a file into the folder.</summary>
    /// <returns>The file's path.</returns>
    public string Write(string name, params byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
