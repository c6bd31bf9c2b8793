namespace Vae.Mnist;

/// <summary>Writes a file so that its name only ever stands for a whole one: temporary file, flush to the disk, rename.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file, replacing what was there. Its folder is made where it is missing.</summary>
    /// <param name="path">Where the file is to be.</param>
    /// <param name="write">Writes the content; where it throws, the old file stays as it was.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)
            ?? throw new ArgumentException($"Must be a file's path, but is '{path}'.", nameof(path));
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
