namespace Vae.Model;

/// <summary>
/// A lock that dies with its process: a file that is held open by one handle at a time. On Unix that is <c>flock</c>, elsewhere the
/// system's own sharing of files.
/// </summary>
/// <remarks>The file stays where it is when the lock is released: who deletes it could delete the one that another process has just
/// taken. Where a file system knows no locks, or <c>System.IO.DisableFileLocking</c> turns them off, everybody gets the lock.</remarks>
public sealed class FolderLock : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);  // Windows
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockElsewhere = 35;                       // macOS, BSD

    private readonly FileStream handle;

    private FolderLock(FileStream handle) => this.handle = handle;

    /// <summary>Takes the lock, without waiting.</summary>
    /// <param name="path">The lock file; made where it is missing.</param>
    /// <returns>The lock, held until it is disposed; null where another process or another handle holds it.</returns>
    /// <exception cref="IOException">The file cannot be opened for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static FolderLock? TryTake(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException held) when (held.HResult is SharingViolation or WouldBlockOnLinux or WouldBlockElsewhere)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
