namespace Vae.Mnist;

/// <summary>
/// A data file that is not what it must be. The message says where, what was expected, what was found and what to do.
/// </summary>
public sealed class DataFileException : IOException
{
    /// <summary>Describes what is wrong with a file.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="offset">Where in its (decompressed) content, in bytes from the beginning.</param>
    /// <param name="expected">What must be there.</param>
    /// <param name="found">What is there.</param>
    /// <param name="remedy">What to do about it, a sentence.</param>
    /// <param name="innerException">What the error was noticed by, where there is such a thing.</param>
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

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Where in the file's (decompressed) content, in bytes from the beginning.</summary>
    public long Offset { get; }

    /// <summary>What must be there.</summary>
    public string Expected { get; }

    /// <summary>What is there.</summary>
    public string Found { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
