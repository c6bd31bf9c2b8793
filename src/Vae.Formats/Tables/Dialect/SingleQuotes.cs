using System.Text;
using CsvHelper;

namespace Vae.Formats;

/// <summary>Finds whether a table has single quotes around its names or its texts.</summary>
internal static class SingleQuotes
{
    private const byte Quote = (byte)'\'';
    private const int MostRecords = 100;
    private const int LongestTyped = 64;                              // bytes of a number or a date

    private enum Form
    {
        Other,                                                        // a number, a date or a missing value
        Quoted,
        Text,
        Odd,                                                          // of one quote alone, or in double quotes
    }

    /// <summary>Whether all names or all texts of the first lines are in single quotes, and no field is in double quotes or
    /// begins with a single quote alone.</summary>
    /// <param name="sample">The first lines.</param>
    /// <param name="syntax">How lines are split, with the single quote.</param>
    public static bool Are(TableSample sample, CsvSyntax syntax)
    {
        if (!BeginsField(sample.Text.Span, syntax.Delimiter))
        {
            return false;
        }

        Span<int> names = stackalloc int[4];                          // by form
        Span<int> values = stackalloc int[4];
        var isOdd = false;
        using var reader = syntax.Open(
            new MemoryStream(sample.Text.ToArray()), problem => isOdd |= problem.Reason != CsvMalformedReason.StrayQuote);
        for (var record = 0; record < MostRecords && TableSample.Read(reader); record++)
        {
            if (reader.RawRecord is [(byte)CsvSyntax.CommentSign, ..] || Utf8Blanks.Trim(reader.RawRecord).IsEmpty)
            {
                record--;
                continue;
            }

            for (var field = 0; field < reader.FieldCount; field++)
            {
                (record == 0 ? names : values)[(int)FormOf(Utf8Blanks.Trim(reader.GetRawSpan(field)))]++;
            }
        }

        return !isOdd
            && names[(int)Form.Odd] + values[(int)Form.Odd] == 0
            && (AreQuoted(names) || AreQuoted(values));
    }

    private static bool AreQuoted(ReadOnlySpan<int> count) => count[(int)Form.Quoted] > 0 && count[(int)Form.Text] == 0;

    private static bool BeginsField(ReadOnlySpan<byte> text, char delimiter)
        => text is [Quote, ..]
            || text.IndexOf([(byte)'\n', Quote]) >= 0
            || text.IndexOf([(byte)delimiter, Quote]) >= 0
            || text.IndexOf([(byte)' ', Quote]) >= 0
            || text.IndexOf([(byte)'\t', Quote]) >= 0;

    private static Form FormOf(ReadOnlySpan<byte> field) => field switch
    {
        [Quote, .., Quote] => Form.Quoted,
        [Quote or (byte)'"', ..] => Form.Odd,
        { Length: > LongestTyped } => Form.Text,
        _ => Encoding.UTF8.GetString(field) is var text && (FieldForm.IsHole(text) || FieldForm.IsTyped(text))
            ? Form.Other
            : Form.Text,
    };
}
