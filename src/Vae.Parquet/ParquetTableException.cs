namespace Vae.Parquet;

/// <summary>A Parquet file that cannot be read as a table. The message has the file, what is wrong, and a remedy.</summary>
public sealed class ParquetTableException : IOException
{
    internal const string WriteAgain = "Write the file again: it is damaged, or its writer is at fault.";

    internal ParquetTableException(string filePath, string problem, string remedy, Exception? inner = null)
        : base($"{filePath}: {problem}. {remedy}", inner)
    {
        FilePath = filePath;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>What is wrong, without a full stop.</summary>
    public string Problem { get; }

    /// <summary>What to do, as a sentence.</summary>
    public string Remedy { get; }
}
