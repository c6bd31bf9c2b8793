namespace Vae.Formats;

/// <summary>Finds whether a table's quoted texts have a backslash before each of their own quotes, as R's <c>write.table</c>
/// writes them, and not two quotes for one.</summary>
internal static class EscapedQuotes
{
    private const byte Quote = (byte)'"';
    private const byte Backslash = (byte)'\\';

    /// <summary>Whether they have: quoted fields then all end before a delimiter or the end of the line, which they do not
    /// otherwise.</summary>
    /// <param name="sample">The first lines.</param>
    public static bool Are(TableSample sample)
    {
        var text = sample.Text.Span;
        return text.IndexOf([Backslash, Quote]) >= 0
            && !HasOddQuotes(text, sample.IsWhole, isEscaped: true)
            && HasOddQuotes(text, sample.IsWhole, isEscaped: false);
    }

    /// <summary>Whether a byte may be the delimiter before or after a quoted field, or the end of a line.</summary>
    public static bool EndsField(byte value)
        => value is (byte)',' or (byte)';' or (byte)'\t' or (byte)'|' or (byte)' ' or (byte)'\r' or (byte)'\n';

    // Whether something other than a delimiter follows the end of a quoted field, or a field has no end.
    private static bool HasOddQuotes(ReadOnlySpan<byte> text, bool isWhole, bool isEscaped)
    {
        var isInside = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (!isInside)
            {
                isInside = text[i] == Quote && (i == 0 || EndsField(text[i - 1]));
            }
            else if (isEscaped && text[i] == Backslash && i + 1 < text.Length && text[i + 1] == Quote)
            {
                i++;
            }
            else if (text[i] == Quote && !isEscaped && i + 1 < text.Length && text[i + 1] == Quote)
            {
                i++;
            }
            else if (text[i] == Quote)
            {
                isInside = false;
                if (i + 1 < text.Length && !EndsField(text[i + 1]))
                {
                    return true;
                }
            }
        }

        return isInside && isWhole;
    }
}
