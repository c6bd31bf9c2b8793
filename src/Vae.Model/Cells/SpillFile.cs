using Microsoft.Win32.SafeHandles;

namespace Vae.Model;

/// <summary>A temporary file for a table that is too large for memory: written at given places, read at given places, and
/// removed when it is disposed of, unless it was kept under another name.</summary>
/// <remarks>Without a given folder it lies in the system's, and has no name from the beginning where the system allows that, so
/// that a process that is killed leaves nothing behind. In a given folder, a run's, it is named like the temporary files of
/// <see cref="AtomicFile"/>, which the next writer of the run removes.</remarks>
internal sealed class SpillFile : IDisposable
{
    private const int MostInWrite = 1 << 30;                          // the system's own most is 2 GiB

    private readonly string _folder;
    private readonly bool _isNamed;
    private bool _isKept;

    /// <summary>Makes the file.</summary>
    /// <param name="folder">The folder, which must exist; null for the system's folder for temporary files.</param>
    /// <param name="name">The name of the file that this one may become.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public SpillFile(string? folder, string name)
    {
        _folder = Path.GetFullPath(folder ?? Path.GetTempPath());
        FilePath = Path.Combine(_folder, $"{name}.{Guid.NewGuid():N}.tmp");
        _isNamed = folder is not null;
        try
        {
            Handle = File.OpenHandle(
                FilePath,
                FileMode.CreateNew,
                FileAccess.ReadWrite,
                FileShare.Read | FileShare.Delete,
                _isNamed ? FileOptions.None : FileOptions.DeleteOnClose);
            if (!_isNamed && !OperatingSystem.IsWindows())
            {
                File.Delete(FilePath);                                // the open file stays usable
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Handle?.Dispose();
            throw Unwritable(failure, 0);
        }
    }

    /// <summary>Removes the file of an owner that forgot to.</summary>
    ~SpillFile() => Remove();

    /// <summary>The file's path; where the system allows it, nothing is there any more.</summary>
    public string FilePath { get; private set; }

    /// <summary>The open file.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Whether the file can become one of the given name.</summary>
    /// <param name="path">The full path.</param>
    public bool CanBecome(string path)
        => _isNamed && !_isKept && string.Equals(Path.GetDirectoryName(path), _folder, StringComparison.Ordinal);

    /// <summary>Writes bytes at a place.</summary>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long place)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var some = bytes[..int.Min(bytes.Length, MostInWrite)];
                RandomAccess.Write(Handle, some, place);
                bytes = bytes[some.Length..];
                place += some.Length;
            }
        }
        // The last is .NET's error for a file that may not grow (EFBIG).
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw Unwritable(failure, place);
        }
    }

    /// <summary>Gives the finished file a name; it is not removed any more.</summary>
    /// <param name="path">The full path, in the same folder; a file of that name is replaced.</param>
    /// <exception cref="IOException">It cannot be flushed or renamed.</exception>
    public void Become(string path)
    {
        try
        {
            RandomAccess.FlushToDisk(Handle);
            File.Move(FilePath, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{path}: cannot be written: {failure.Message.TrimEnd('.')}. "
                + "What was there before is untouched; see to the disk or the folder, and try again.",
                failure);
        }

        (FilePath, _isKept) = (path, true);
        FolderFlush.Flush(_folder);
    }

    /// <summary>Closes the file, and removes it unless it was kept.</summary>
    public void Dispose()
    {
        Remove();
        GC.SuppressFinalize(this);
    }

    private void Remove()
    {
        Handle?.Dispose();
        if (!_isNamed || _isKept)
        {
            return;
        }

        try
        {
            File.Delete(FilePath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    private IOException Unwritable(Exception failure, long place) => new(
        $"{FilePath}: at byte {place}, cannot be written: {failure.Message.TrimEnd('.')}. A table that is too large for memory "
        + $"is kept in a temporary file of 8 bytes a cell. Make room there, or choose another folder: set "
        + $"{nameof(TableOptions)}.{nameof(TableOptions.Folder)}, or the environment variable TMPDIR.",
        failure);
}
