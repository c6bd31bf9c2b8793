using System.Text;
using CsvHelper;
using Vae.Model;

namespace Vae.Formats;

/// <summary>The first lines of a table, from which its dialect is found.</summary>
/// <param name="Text">UTF-8.</param>
/// <param name="IsWhole">Whether this is the whole table.</param>
internal sealed record TableSample(ReadOnlyMemory<byte> Text, bool IsWhole)
{
    private const int Enough = 1 << 18;                               // bytes
    private const int EnoughLines = 20;
    private const int MostFields = 100_000;                           // of all records, which bounds memory
    private const int MostOfField = 200;                              // bytes
    private const int TextsKept = 1 << 10;

    private readonly string?[] _texts = new string?[TextsKept];       // that fields had before, each in the place of its hash

    /// <summary>Takes a sample: 256 KB, or more where lines are so long that these are few.</summary>
    public static TableSample Of(PeekStream text)
    {
        var length = Enough;
        while (true)
        {
            var seen = text.Peek(length);
            if (text.IsWhole || length > CsvSyntax.MostInLine || seen.Span.Count((byte)'\n') >= EnoughLines)
            {
                return new TableSample(text.IsWhole ? seen : Lines(seen), text.IsWhole);
            }

            length *= 2;
        }
    }

    /// <summary>Reads the next record. One that is too long ends the sample; the table's own reader refuses it.</summary>
    public static bool Read(CsvReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (CsvFormatException)
        {
            return false;
        }
    }

    // Most fields have a text that another had, too.
    private string TextOf(ReadOnlySpan<byte> bytes)
    {
        ref var kept = ref _texts[TextKey.Of(bytes).Hash(bytes) % TextsKept];
        if (kept is null || !Ascii.Equals(bytes, kept))
        {
            kept = Encoding.UTF8.GetString(bytes).Trim();
        }

        return kept;
    }

    // Without a last line that goes on, which may be very long. Only an old Macintosh ends lines with CR alone.
    private static ReadOnlyMemory<byte> Lines(ReadOnlyMemory<byte> text)
        => text[..(1 + int.Max(text.Span.LastIndexOf((byte)'\n'), text.Span.LastIndexOf((byte)'\r')))];

    /// <summary>Splits the sample into records. Blank lines are left out, and so is a last line that may go on.</summary>
    /// <param name="syntax">How lines are split.</param>
    /// <param name="most">The most records to return.</param>
    public List<SampleRecord> Records(CsvSyntax syntax, int most)
    {
        var (records, fields) = (new List<SampleRecord>(), 0);
        using var reader = syntax.Open(Text);
        while (records.Count <= most && fields < MostFields && Read(reader))
        {
            var values = new string[reader.FieldCount];
            values.AsSpan().Fill("");
            for (var field = 0; field < int.Min(values.Length, MostFields); field++)
            {
                var bytes = reader.GetSpan(field);
                values[field] = TextOf(bytes[..int.Min(bytes.Length, MostOfField)]);
            }

            fields += values.Length;
            if (values is not [""])
            {
                var isComment = reader.RawRecord is [(byte)CsvSyntax.CommentSign, ..];
                records.Add(new SampleRecord(reader.LineNumber, values, isComment));
            }
        }

        var mayGoOn = records.Count > most || !IsWhole;
        if (mayGoOn && records.Count > 1)
        {
            records.RemoveAt(records.Count - 1);
        }

        return records;
    }
}

/// <summary>A record of a sample.</summary>
/// <param name="Line">Its first line, from 1 on.</param>
/// <param name="Fields">Its fields without blanks around them, long ones cut.</param>
/// <param name="IsComment">Whether it begins with <c>#</c>, outside of quotes.</param>
internal sealed record SampleRecord(long Line, string[] Fields, bool IsComment)
{
    /// <summary>The number of fields without the empty ones at the end.</summary>
    public int FilledCount => 1 + Array.FindLastIndex(Fields, text => text.Length > 0);

    /// <summary>A field; empty where the record is too short to have it.</summary>
    public string this[int field] => field < Fields.Length ? Fields[field] : "";
}
