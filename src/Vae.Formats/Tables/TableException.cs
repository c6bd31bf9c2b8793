namespace Vae.Formats;

/// <summary>A table that cannot be read. The message has the place, the expectation, the finding and a remedy.</summary>
public sealed class TableException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="filePath">The file.</param>
    /// <param name="line">The line in the file, from 1 on; 0 where the failure belongs to no single line.</param>
    /// <param name="column">The column's name, escaped; null where the failure belongs to no single column.</param>
    /// <param name="problem">The expectation and the finding, without a full stop.</param>
    /// <param name="remedy">The correction of the file, as a sentence.</param>
    /// <param name="change">The options that were given, and the same with a helpful change; null
    /// where no option helps.</param>
    /// <param name="innerException">The error behind the failure, if there is one.</param>
    internal TableException(
        string filePath,
        long line,
        string? column,
        string problem,
        string remedy,
        (CsvTableOptions Given, CsvTableOptions Suggestion)? change = null,
        Exception? innerException = null)
        : base(
            $"{Place(filePath, line, column)}: {problem}. {remedy}"
                + (change is { } options ? $" Or set {options.Suggestion.ChangesFrom(options.Given)}." : ""),
            innerException)
    {
        FilePath = filePath;
        Line = line;
        Column = column;
        Problem = problem;
        Remedy = remedy;
        Suggestion = change?.Suggestion;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The line in the file, from 1 on; 0 where the failure belongs to no single line.</summary>
    public long Line { get; }

    /// <summary>The column's name, escaped; null where the failure belongs to no single column.</summary>
    public string? Column { get; }

    /// <summary>The expectation and the finding.</summary>
    public string Problem { get; }

    /// <summary>The correction of the file, as a sentence.</summary>
    public string Remedy { get; }

    /// <summary>The options that were given, changed so that this failure does not occur; null where no option helps.</summary>
    public CsvTableOptions? Suggestion { get; }

    /// <summary>The message without the suggested options: place, problem and remedy.</summary>
    internal string WithoutSuggestion => $"{Place(FilePath, Line, Column)}: {Problem}. {Remedy}";

    private static string Place(string filePath, long line, string? column)
        => $"{filePath}{(line > 0 ? $", line {line}" : "")}{(column is null ? "" : $", column '{column}'")}";
}
