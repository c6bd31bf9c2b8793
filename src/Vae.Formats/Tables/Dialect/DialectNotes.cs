using Vae.Model;

namespace Vae.Formats;

/// <summary>What was found in a table's first lines that a person may want to correct.</summary>
internal static class DialectNotes
{
    /// <summary>The notes.</summary>
    /// <param name="dialect">The dialect.</param>
    /// <param name="options">What was said of it, which needs no note.</param>
    public static IEnumerable<string> Of(CsvDialect dialect, CsvTableOptions options)
    {
        if (dialect.Title is { } title)
        {
            yield return $"the table begins in line {dialect.FirstLine}; "
                + $"what is above is left out, as it has another form: '{Printable.Cut(title)}'";
        }

        if (options.HasHeader is null && !dialect.HasHeader && dialect.NamesInComment is null)
        {
            yield return $"line {dialect.FirstLine} is read as a row, not as the names of the columns";
        }

        if (options.DecimalComma is null && dialect.Numbers.DecimalPoint == ',')
        {
            yield return "commas are read as decimal commas";
        }

        if (dialect.Numbers.Thousands is { } sign)
        {
            yield return $"{(sign == '.' ? "points" : "commas")} between groups of three digits are read as thousands";
        }
    }
}
