namespace Vae.Model;

/// <summary>Files that exist whole or not at all: written beside their place, flushed to the disk, then renamed,
/// and the folder flushed.</summary>
/// <remarks>A symbolic link stays, and its target is written. A device, a FIFO and the standard output
/// (<see cref="OutputPlace.StandardOutput"/>) are written through. An existing file keeps its mode and, where this process may
/// give files away, its owner.</remarks>
internal static class AtomicFile
{
    /// <summary>Writes a file; an older file stays until the new one is whole.</summary>
    /// <param name="path">The file; its folder is made if need be. Where the folder allows no other file in the place of an
    /// existing one, that one is overwritten with the whole content.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The file cannot be written; the message says why (a full disk, a
    /// read-only or missing folder), and an older file is untouched. Or the new file is in its place, but the
    /// folder cannot be flushed. Or the file was overwritten in part, which the message says.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        Write(path, write, isOfRun: false);
    }

    /// <summary>Writes a file of a run, which is never overwritten in part. Its folder must be there: one that was removed must
    /// not come back with one file in it.</summary>
    /// <exception cref="IOException">As for <see cref="Write(string, Action{Stream})"/>; an older file is always
    /// untouched.</exception>
    internal static void WriteOfRun(string path, Action<Stream> write) => Write(path, write, isOfRun: true);

    /// <summary>Appends to a file and flushes it to the disk. Not atomic: a reader may see a part of it.</summary>
    /// <param name="path">The file; made if need be, in a folder that must be there.</param>
    /// <param name="bytes">The bytes to append.</param>
    /// <exception cref="IOException">It cannot be written; the older content is untouched.</exception>
    internal static void Append(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var place = OutputPlace.Of(path);
            using var stream = place.IsFile
                ? new FileStream(place.Path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 1)
                : place.OpenThrough();
            var before = place.IsFile ? stream.Seek(0, SeekOrigin.End) : 0;
            try
            {
                stream.Write(bytes);
                Flush(stream);
            }
            catch when (place.IsFile)
            {
                stream.SetLength(before);                             // no half a line for the next one to be glued to
                throw;
            }
        }
        catch (Exception failure) when (IsTheSystems(failure))
        {
            throw Unwritable(path, failure, isFile: true);
        }
    }

    /// <summary>Removes the temporary files of writers that were killed. Nobody else may write the file meanwhile.</summary>
    /// <param name="path">The file.</param>
    internal static void RemoveLeftovers(string path)
    {
        if (OutputPlace.Of(path) is { IsFile: true } place)
        {
            FileReplacement.RemoveLeftovers(place.Path);
        }
    }

    private static void Write(string path, Action<Stream> write, bool isOfRun)
    {
        var full = path == OutputPlace.StandardOutput ? path : Path.GetFullPath(path);
        var place = new OutputPlace(full, IsFile: true);
        try
        {
            _ = isOfRun || full == OutputPlace.StandardOutput ? null : Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            place = OutputPlace.Of(full);
            if (place.IsFile)
            {
                FileReplacement.Write(place.Path, write, mayOverwrite: !isOfRun);
            }
            else
            {
                using var stream = place.OpenThrough();
                write(stream);
                Flush(stream);
            }
        }
        catch (Exception failure) when (IsTheSystems(failure))
        {
            throw Unwritable(full, failure, place.IsFile);
        }

        if (place.IsFile)
        {
            FolderFlush.Flush(Path.GetDirectoryName(place.Path)!);    // the new name survives a power cut
        }
    }

    private static void Flush(Stream stream)
    {
        stream.Flush();
        if (stream is FileStream file)
        {
            file.Flush(flushToDisk: true);                            // nothing where there is no disk: .NET passes EINVAL over
            _ = file.SafeFileHandle;                                  // moves the position that other writers of it share
        }
    }

    // The last is .NET's error for a file that may not grow (EFBIG: ulimit -f, or a file system's own limit). Other
    // failures, such as a source that cannot be read while it is copied here, bring their own message.
    private static bool IsTheSystems(Exception failure)
        => (failure is IOException or UnauthorizedAccessException && failure.GetType().Assembly == typeof(IOException).Assembly)
            || failure is ArgumentOutOfRangeException { ParamName: "value" };

    private static IOException Unwritable(string path, Exception failure, bool isFile) => new(
        $"{path}: cannot be written: {failure.Message.TrimEnd('.')}. "
        + (isFile
            ? "What was there before is untouched; see to the disk or the folder, and try again."
            : "It was written through; see to its reader or its device, and try again."),
        failure);
}
