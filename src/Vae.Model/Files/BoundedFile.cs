using System.Text;

namespace Vae.Model;

/// <summary>Reads text files of a run, and refuses files and lines that are longer than a run ever writes.</summary>
internal static class BoundedFile
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The longest file to accept, bytes.</param>
    /// <exception cref="CheckpointException">The file is longer.</exception>
    public static byte[] ReadAll(string path, int most)
    {
        using var stream = File.OpenRead(path);
        RequireAtMost(path, stream, most);
        var bytes = new byte[stream.Length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..read];
    }

    /// <summary>Reads lines that end in LF or CR LF, one at a time; the last one may lack its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The longest file to accept, bytes.</param>
    /// <param name="mostInLine">The longest line to accept, bytes.</param>
    /// <exception cref="CheckpointException">The file or a line is longer.</exception>
    public static IEnumerable<string> ReadLines(string path, long most, int mostInLine)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        RequireAtMost(path, stream, most);
        var buffer = new byte[mostInLine + 2];                        // with CR LF
        var (filled, number, offset) = (0, 1, 0L);
        while (true)
        {
            filled += stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            var start = 0;
            for (int length;
                (length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0;
                start += length + 1, number++)
            {
                yield return Text(buffer.AsSpan(start, length));
            }

            var atEnd = filled < buffer.Length;
            if (atEnd)
            {
                if (filled > start)
                {
                    yield return Text(buffer.AsSpan(start, filled - start));
                }

                yield break;
            }

            if (start == 0)
            {
                throw new CheckpointException(
                    $"{path}, line {number}: at byte {offset}, expected a line of at most {mostInLine} bytes, "
                    + "but found a longer one. "
                    + "The file is damaged: take the line out, or take an earlier copy.");
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (filled, offset) = (filled - start, offset + start);
        }
    }

    private static string Text(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line.TrimEnd((byte)'\r'));

    private static void RequireAtMost(string path, FileStream stream, long most)
    {
        if (stream.Length > most)
        {
            throw new CheckpointException(
                $"{path}: expected a file of at most {most} bytes, but found one of {stream.Length}. "
                + "The file is damaged, or no file of a run.");
        }
    }
}
