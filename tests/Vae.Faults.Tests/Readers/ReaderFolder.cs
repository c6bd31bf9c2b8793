namespace Vae.Faults.Tests;

/// <summary>
/// An empty folder that is deleted after the test. It is in memory where the system has such a place, because a campaign writes
/// a file for each trial.
/// </summary>
internal sealed class ReaderFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    public string FullPath { get; } = Make();

    public string this[string name] => Path.Combine(FullPath, name);

    public void Dispose() => Directory.Delete(FullPath, recursive: true);

    private static string Make()
    {
        var folder = Path.Combine(
            Directory.Exists(InMemory) ? InMemory : Path.GetTempPath(), $"vaecore-readers-{Guid.NewGuid():N}");
        return Directory.CreateDirectory(folder).FullName;
    }
}
