namespace Vae.Model;

/// <summary>Files that exist whole or not at all: written beside their place, flushed to the disk, then renamed,
/// and the folder flushed.</summary>
internal static class AtomicFile
{
    private const string Ending = ".tmp";
    private const int NameLength = 32;                                // a Guid's digits

    /// <summary>Writes a file; an older file stays until the new one is whole.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written; the message says why (a full disk, a
    /// read-only or missing folder), and an older file is untouched. Or the new file is in its place, but the
    /// folder cannot be flushed.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, makesFolder: true);

    /// <summary>Writes a file and makes its folder only on request: a run's folder that was removed must not come back with
    /// one file in it.</summary>
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

        FolderFlush.Flush(folder);                                    // the new name survives a power cut
    }

    /// <summary>Appends to a file and flushes it to the disk. Not atomic: a reader may see a part of it.</summary>
    /// <param name="path">The file; made if need be, in a folder that must be there.</param>
    /// <param name="bytes">The bytes to append.</param>
    /// <exception cref="IOException">It cannot be written; the older content is untouched.</exception>
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

    /// <summary>Removes the temporary files of writers that were killed. Nobody else may write the file meanwhile.</summary>
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

    // The last is .NET's error for a file that may not grow (EFBIG: ulimit -f, or a file system's own limit). Other
    // failures, such as a source that cannot be read while it is copied here, bring their own message.
    private static bool IsTheSystems(Exception failure)
        => (failure is IOException or UnauthorizedAccessException && failure.GetType().Assembly == typeof(IOException).Assembly)
            || failure is ArgumentOutOfRangeException { ParamName: "value" };

    private static IOException Unwritable(string path, Exception failure) => new(
        $"{path}: cannot be written: {failure.Message.TrimEnd('.')}. "
        + "What was there before is untouched; see to the disk or the folder, and try again.",
        failure);

    // If removing fails, the first failure is still the one to report.
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
