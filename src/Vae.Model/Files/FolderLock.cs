namespace Vae.Model;

/// <summary>An exclusive claim to write in a folder. It ends with its process, however the process ends.</summary>
/// <remarks>
/// The lock is an open file that no other process may open: on Windows by its sharing mode, elsewhere by flock(2), which
/// the system releases when the process ends. The empty file stays: removing it would let two processes hold locks on two
/// files of one name. The lock is advisory and relies on the file system's locks; some network shares have none, and then
/// it keeps nobody out.
/// </remarks>
internal sealed class FolderLock : IDisposable
{
    private const int SharingViolation = 32;                          // Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
    private const int LockViolation = 33;
    private const int WouldBlockOnLinux = 11;                         // errno EWOULDBLOCK
    private const int WouldBlockOnBsd = 35;                           // and macOS

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if it is free. Never waits.</summary>
    /// <param name="path">The lock's file; made if need be, in an existing folder.</param>
    /// <returns>The lock, held until it is disposed of; null where another process, or another object of
    /// this one, holds it.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static FolderLock? TryTake(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FolderLock(
                new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException failure) when (IsHeld(failure))
        {
            return null;
        }
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => _file.Dispose();

    private static bool IsHeld(IOException failure)
    {
        var code = failure.HResult & 0xFFFF;
        return OperatingSystem.IsWindows()
            ? code is SharingViolation or LockViolation
            : failure.HResult is WouldBlockOnLinux or WouldBlockOnBsd;
    }
}
