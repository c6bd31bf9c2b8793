namespace Vae.Model;

/// <summary>Files that are there whole or not at all: written beside their place, flushed to the disk, then renamed, and the
/// folder flushed.</summary>
internal static class AtomicFile
{
    private const string Ending = ".tmp";
    private const int NameLength = 32;                                // a Guid's digits

    /// <summary>Writes a file; whatever was there stays until the new one is whole.</summary>
    /// <param name="path">Where the file shall be; its folder is made if need be.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It cannot be written, because the disk is full, the folder is read-only or gone, or whatever
    /// the message says; what was there is untouched. Or, with the new file in its place, the folder cannot be
    /// flushed.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, makesFolder: true);

    /// <summary>The same; where the folder is not made, one that has vanished does not come back with a part of what it
    /// held.</summary>
    internal static void Write(string path, Action<Stream> write, bool makesFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var temporary = $"{full}.{Guid.NewGuid():N}{Ending}";
        try
        {
            _ = makesFolder ? Directory.CreateDirectory(folder) : null;
            using (var stream = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception failure)
        {
            TryDelete(temporary);
            if (IsTheSystems(failure))
            {
                throw Unwritable(full, failure);
            }

            throw;
        }

        FolderFlush.Flush(folder);                                    // the name, too, survives a power cut
    }

    /// <summary>Appends to a file and flushes it to the disk. Not atomic: a reader may see a part of it.</summary>
    /// <param name="path">The file; made if need be, in a folder that must be there.</param>
    /// <param name="bytes">What to append.</param>
    /// <exception cref="IOException">It cannot be written; what was there before is untouched.</exception>
    internal static void Append(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 1);
            var before = stream.Seek(0, SeekOrigin.End);
            try
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            catch
            {
                stream.SetLength(before);                             // no half a line for the next one to be glued to
                throw;
            }
        }
        catch (Exception failure) when (IsTheSystems(failure))
        {
            throw Unwritable(path, failure);
        }
    }

    /// <summary>Removes what writers of this file left behind that were killed while they wrote. Nobody else may write it
    /// meanwhile.</summary>
    /// <param name="path">The file.</param>
    internal static void RemoveLeftovers(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        foreach (var left in Directory.EnumerateFiles(folder, $"{name}.*{Ending}"))
        {
            if (Path.GetFileName(left).Length == name.Length + 1 + NameLength + Ending.Length)
            {
                TryDelete(left);
            }
        }
    }

    // The last is how .NET tells of a file that may not grow (EFBIG: ulimit -f, or a file system's own limit). What is of another
    // making, such as a source that cannot be read while it is copied here, has words of its own.
    private static bool IsTheSystems(Exception failure)
        => (failure is IOException or UnauthorizedAccessException && failure.GetType().Assembly == typeof(IOException).Assembly)
            || failure is ArgumentOutOfRangeException { ParamName: "value" };

    private static IOException Unwritable(string path, Exception failure) => new(
        $"{path}: cannot be written: {failure.Message.TrimEnd('.')}. "
        + "What was there before is untouched; see to the disk or the folder, and try again.",
        failure);

    // Where even that fails, the first failure is what a person should hear of.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
