using System.Security.Cryptography;
using System.Text;

namespace Vae.Model;

/// <summary>Puts a new file in the place of an older one, in one step where the folder allows it.</summary>
internal static class FileReplacement
{
    private const string Ending = ".tmp";
    private const int UniqueLength = 32;                              // a Guid's digits
    private const int LongestName = 255;                              // bytes, of most file systems
    private const int HashLength = 16;
    private const int BufferSize = 1 << 16;
    private const int Busy = 16;                                      // EBUSY: another file system is mounted on the file
    private const int ReadOnlyDisk = 30;                              // EROFS

    /// <summary>Writes a file beside the target, gives it the target's mode and, where this process may, its owner, and renames
    /// it.</summary>
    /// <param name="target">The file, which is no link.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="mayOverwrite">Whether the target may be overwritten where its folder allows no other file in its place. The
    /// content is complete before the first byte of the target is lost.</param>
    /// <exception cref="OverwriteException">The target was overwritten in part.</exception>
    public static void Write(string target, Action<Stream> write, bool mayOverwrite)
    {
        var old = FileStatus.Of(target);
        mayOverwrite &= old is { IsRegular: true };
        var beside = TemporaryBeside(target);
        FileStream? stream;
        try
        {
            stream = Create(beside, old);
        }
        catch (Exception failure) when (mayOverwrite && IsRefusal(failure))
        {
            stream = null;
        }

        if (stream is null)
        {
            WriteElsewhereAndOverwrite(target, write);
            return;
        }

        try
        {
            using (stream)
            {
                write(stream);
                KeepModeAndOwner(stream, target, old);
                stream.Flush(flushToDisk: true);
            }

            Rename(beside, target, mayOverwrite);
        }
        catch
        {
            TryDelete(beside);
            throw;
        }
    }

    /// <summary>Removes the temporary files of writers that were killed. Nobody else may write the file meanwhile.</summary>
    /// <param name="target">The file, which is no link.</param>
    public static void RemoveLeftovers(string target)
    {
        var beginning = Stem(Path.GetFileName(target)) + ".";
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, "*" + Ending))
        {
            var name = Path.GetFileName(left);
            if (name.StartsWith(beginning, StringComparison.Ordinal)
                && name.Length == beginning.Length + UniqueLength + Ending.Length)
            {
                TryDelete(left);
            }
        }
    }

    private static void Rename(string beside, string target, bool mayOverwrite)
    {
        try
        {
            File.Move(beside, target, overwrite: true);
        }
        catch (Exception failure) when (mayOverwrite && IsRefusal(failure))
        {
            using (var content = File.OpenRead(beside))
            using (var over = OpenToOverwrite(target))
            {
                Overwrite(target, over, content);
            }

            TryDelete(beside);
        }
    }

    private static void WriteElsewhereAndOverwrite(string target, Action<Stream> write)
    {
        using var over = OpenToOverwrite(target);                     // first: it may be refused, too
        var elsewhere = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}{Ending}");
        using var content = new FileStream(elsewhere, Options(FileAccess.ReadWrite, FileOptions.DeleteOnClose, isPrivate: true));
        write(content);
        content.Position = 0;
        Overwrite(target, over, content);
    }

    private static FileStream OpenToOverwrite(string target)
        => new(target, FileMode.Open, FileAccess.Write, FileShare.Read, BufferSize);

    private static void Overwrite(string target, FileStream over, FileStream content)
    {
        try
        {
            content.CopyTo(over);
            over.SetLength(over.Position);
            over.Flush(flushToDisk: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OverwriteException(
                $"{target}: cannot be written: {failure.Message.TrimEnd('.')}. Its folder allows no new file in its place, so it "
                + "was overwritten, and what it holds now is incomplete; see to the disk, and write it again.",
                failure);
        }
    }

    private static FileStream Create(string path, FileStatus? old)
        => new(path, Options(FileAccess.Write, FileOptions.None, isPrivate: old is not null));

    // Private until it has the mode of the file that it replaces.
    private static FileStreamOptions Options(FileAccess access, FileOptions options, bool isPrivate)
    {
        var all = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = access,
            Share = FileShare.None,
            Options = options,
            BufferSize = BufferSize,
        };
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            all.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return all;
    }

    // A file system without modes may refuse; the file then stays private.
    private static void KeepModeAndOwner(FileStream stream, string target, FileStatus? old)
    {
        if (old is null || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            const UnixFileMode Rights = (UnixFileMode)0b111_111_111;  // no program that runs as its owner
            var mode = File.GetUnixFileMode(target) & Rights;
            old.GiveOwnerTo(stream.SafeFileHandle);
            File.SetUnixFileMode(stream.SafeFileHandle, mode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }

    // No file may be made in this folder, or none may take the place of this one.
    private static bool IsRefusal(Exception failure)
        => failure is UnauthorizedAccessException
            || (failure is IOException && !OperatingSystem.IsWindows() && failure.HResult is Busy or ReadOnlyDisk);

    private static string TemporaryBeside(string target) => Path.Combine(
        Path.GetDirectoryName(target)!, $"{Stem(Path.GetFileName(target))}.{Guid.NewGuid():N}{Ending}");

    // The beginning of a temporary file's name. A long name is cut, and a checksum tells it from others that begin alike.
    private static string Stem(string name)
    {
        const int Room = LongestName - 1 - UniqueLength - 4;
        if (Encoding.UTF8.GetByteCount(name) <= Room)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength];
        var cut = new StringBuilder();
        var left = Room - 1 - HashLength;
        foreach (var rune in name.EnumerateRunes())
        {
            if ((left -= rune.Utf8SequenceLength) < 0)
            {
                break;
            }

            cut.Append(rune.ToString());
        }

        return $"{cut}.{hash}";
    }

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

/// <summary>A file was overwritten in part; the message is complete.</summary>
internal sealed class OverwriteException(string message, Exception inner) : IOException(message, inner);
