namespace Vae.Mnist;

/// <summary>
/// A data file is damaged or of the wrong kind. The message names the place, what was expected, what was found, and what to do.
/// </summary>
public sealed class DataFileException : IOException
{
    /// <summary>Describes the error in a file.</summary>
    /// <param name="filePath">The path of the file.</param>
    /// <param name="offset">The place in its (decompressed) content, in bytes from the beginning.</param>
    /// <param name="expected">The expected content.</param>
    /// <param name="found">The content found instead.</param>
    /// <param name="remedy">The remedy, a sentence.</param>
    /// <param name="innerException">The exception that showed the error, or null.</param>
    public DataFileException(
        string filePath, long offset, string expected, string found, string remedy, Exception? innerException = null)
        : base($"{filePath}: at byte {offset}, expected {expected}, but found {found}. {remedy}", innerException)
    {
        FilePath = filePath;
        Offset = offset;
        Expected = expected;
        Found = found;
        Remedy = remedy;
    }

    /// <summary>The path of the file.</summary>
    public string FilePath { get; }

    /// <summary>The place in the file's (decompressed) content, in bytes from the beginning.</summary>
    public long Offset { get; }

    /// <summary>The expected content.</summary>
    public string Expected { get; }

    /// <summary>The content found instead.</summary>
    public string Found { get; }

    /// <summary>The remedy, a sentence.</summary>
    public string Remedy { get; }
}
