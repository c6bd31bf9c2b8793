using System.Runtime.InteropServices;
using CsvHelper;

namespace Vae.Formats;

/// <summary>The rules by which the lines of a table are split into fields.</summary>
/// <param name="Delimiter">The character between fields; <see cref="Blanks"/> for runs of spaces and tabs.</param>
internal sealed record CsvSyntax(char Delimiter)
{
    /// <summary>The delimiter that stands for any number of spaces and tabs.</summary>
    public const char Blanks = ' ';

    /// <summary>The most bytes of a line: the reader takes up to 36 times as many, and an unclosed quote joins all further lines.
    /// </summary>
    public const int MostInLine = 1 << 20;

    /// <summary>The character that begins comment lines.</summary>
    public const char CommentSign = '#';

    /// <summary>The character around fields that may have delimiters in them: <c>"</c> or <c>'</c>.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>Whether a quote in a quoted field has a backslash before it, as R's <c>write.table</c> writes it.</summary>
    public bool HasEscapedQuotes { get; init; }

    /// <summary>Whether blanks between a delimiter and a quote are no part of a field.</summary>
    public bool HasBlanksAroundQuotes { get; init; }

    /// <summary>Whether lines that begin with <c>#</c> are comments.</summary>
    public bool HasComments { get; init; }

    /// <summary>Opens a reader of fields.</summary>
    /// <param name="text">Text in UTF-8; disposed with the reader.</param>
    /// <param name="onMalformed">Called for odd quotes, which are read nevertheless; null where it does not matter.</param>
    public CsvReader Open(Stream text, Action<CsvMalformedRecord>? onMalformed = null)
    {
        text = HasEscapedQuotes ? new EscapeFilter(text, (byte)Quote) : text;
        text = HasBlankFilter ? new BlankFilter(text, Delimiter, (byte)Quote) : text;
        return CsvReader.Create(text, Options(onMalformed));
    }

    /// <summary>Opens a reader of the fields of a text in memory.</summary>
    public CsvReader Open(ReadOnlyMemory<byte> text)
        => HasFilter && MemoryMarshal.TryGetArray(text, out var bytes)
            ? Open(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count))
            : HasFilter ? Open(new MemoryStream(text.ToArray()))
            : CsvReader.Create(text, Options(onMalformed: null));

    private bool HasFilter => HasBlankFilter || HasEscapedQuotes;

    private bool HasBlankFilter => HasBlanksAroundQuotes || Delimiter == Blanks;

    private CsvReaderOptions Options(Action<CsvMalformedRecord>? onMalformed) => new()
    {
        Quote = Quote,
        Separator = Delimiter == Blanks ? '\t' : Delimiter,
        HasHeader = false,
        CommentPrefix = HasComments ? CommentSign : null,
        TrimWhitespace = false,                                       // it takes minutes for megabytes of spaces behind a quote
        TrackLineNumbers = true,
        MaxRecordSize = MostInLine,
        OnMalformedRecord = onMalformed,
    };
}
