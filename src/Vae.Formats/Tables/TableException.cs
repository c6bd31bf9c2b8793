namespace Vae.Formats;

/// <summary>
/// A table that is not what it must be. The message says where, what was wanted, what was found and what to do.
/// </summary>
public sealed class TableException : IOException
{
    /// <summary>Describes what is wrong with a table.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="line">Which line of it, from 1 on; 0 where it is not a matter of one line.</param>
    /// <param name="column">The column's name, escaped; null where it is not a matter of one column.</param>
    /// <param name="problem">What was wanted and what was found, without a full stop.</param>
    /// <param name="remedy">What to do about it, a sentence.</param>
    /// <param name="innerException">What the error was noticed by, where there is such a thing.</param>
    public TableException(string filePath, long line, string? column, string problem, string remedy, Exception? innerException = null)
        : base($"{filePath}{(line > 0 ? $", line {line}" : "")}{(column is null ? "" : $", column '{column}'")}: {problem}. {remedy}", innerException)
    {
        FilePath = filePath;
        Line = line;
        Column = column;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Which line of the file, from 1 on; 0 where it is not a matter of one line.</summary>
    public long Line { get; }

    /// <summary>The column's name, escaped; null where it is not a matter of one column.</summary>
    public string? Column { get; }

    /// <summary>What was wanted and what was found.</summary>
    public string Problem { get; }

    /// <summary>What to do about it, a sentence.</summary>
    public string Remedy { get; }
}
