namespace Vae.Formats;

/// <summary>The line <c>sep=;</c> with which Excel begins a file to say its delimiter.</summary>
internal static class SeparatorHint
{
    private const int SignAt = 4;

    /// <summary>The sample behind the hint, the delimiter that it gives, and the number of its lines: 1, or 0 without
    /// one.</summary>
    public static (TableSample Sample, char? Delimiter, int Lines) Of(TableSample sample)
    {
        var text = sample.Text.Span;
        var end = text.IndexOf((byte)'\n');
        return end >= SignAt + 1
            && text.StartsWith("sep="u8)
            && text[(SignAt + 1)..end] is [] or [(byte)'\r']
            && CsvTableOptions.IsDelimiter((char)text[SignAt])
                ? (sample with { Text = sample.Text[(end + 1)..] }, (char)text[SignAt], 1)
                : (sample, null, 0);
    }
}
