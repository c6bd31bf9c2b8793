using System.Diagnostics.CodeAnalysis;
using System.Text;
using CsvHelper;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Reads a table's rows once, from the first to the last. All fields are texts; an empty one is
/// <see cref="DBNull"/>.</summary>
/// <remarks>It is as lenient as pandas: a quote in the middle of a field is a character, blank lines are skipped, and a line that
/// is too short lacks its last values. A line that is too long is refused, unless what is too much is empty.</remarks>
internal sealed class CsvDataReader : ForwardReader, IUtf8Fields, IReadNotes
{
    private readonly TableSource _source;
    private readonly CsvTableOptions _options;
    private readonly CsvReader _reader;
    private readonly TableProblems _problems;
    private readonly List<string> _notes = [];
    private readonly string[] _names;
    private bool _isAtFirst = true;                                   // the first row was read to see that there is one
    private long _rows;
    private ShortLines _short;

    /// <summary>Reads the first lines: the dialect, the names and the first row.</summary>
    /// <param name="source">The text; disposed with the reader, also where this fails.</param>
    /// <param name="options">The notation, as far as it is known.</param>
    /// <exception cref="TableException">It is no table.</exception>
    public CsvDataReader(TableSource source, CsvTableOptions options)
    {
        (_source, _options) = (source, options);
        try
        {
            _problems = new TableProblems(source.Name, options);
            var sample = TableSample.Of(source.Text);
            _problems.RequireLines(sample);
            Dialect = DialectDetection.Detect(sample, options) ?? throw _problems.NoRecord(sample);
            _problems.RequireColumns(Dialect);
            _reader = Dialect.Syntax.Open(source.Text, _problems.RequireClosedQuote);
            _names = ReadNames();
            if (!Next())
            {
                throw _problems.NoRow(Dialect);
            }
        }
        catch
        {
            _reader?.Dispose();
            source.Dispose();
            throw;
        }
    }

    /// <summary>The notation of the table.</summary>
    public CsvDialect Dialect { get; }

    /// <inheritdoc/>
    public override int FieldCount => _names.Length;

    /// <inheritdoc/>
    public long Line => _reader.LineNumber;

    /// <inheritdoc/>
    public byte DecimalPoint => (byte)Dialect.Numbers.DecimalPoint;

    /// <inheritdoc/>
    public byte ThousandsSeparator => (byte)(Dialect.Numbers.Thousands ?? '\0');

    /// <inheritdoc/>
    public double ShareRead => _source.ShareRead;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
    [
        .. DialectNotes.Of(Dialect, _options),
        .. _notes,
        .. new[] { _source.EncodingNote, _short.Note }.OfType<string>(),
    ];

    /// <inheritdoc/>
    public override string GetName(int ordinal) => _names[ordinal];

    /// <inheritdoc/>
    [return: DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public override Type GetFieldType(int ordinal) => typeof(string);

    /// <inheritdoc/>
    public override object GetValue(int ordinal) => IsDBNull(ordinal) ? DBNull.Value : GetString(ordinal);

    /// <inheritdoc/>
    public override string GetString(int ordinal) => Encoding.UTF8.GetString(Utf8(ordinal));

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => Utf8(ordinal).IsEmpty;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Utf8(int field) => Utf8Blanks.Trim(_reader.GetSpan(field));

    /// <inheritdoc/>
    public override bool Read()
    {
        if (_isAtFirst)
        {
            _isAtFirst = false;
            return true;
        }

        return Next();
    }

    /// <inheritdoc/>
    public override void Close()
    {
        _reader.Dispose();
        _source.Dispose();
        base.Close();
    }

    private string[] ReadNames()
    {
        var found = new string[Dialect.Columns];
        if (!Dialect.HasHeader)
        {
            return Dialect.NamesInComment is { } names
                ? ColumnNames.Of(names, _notes)
                : [.. found.Select((_, column) => ColumnNames.Numbered(column))];
        }

        MoveNext();                                                   // to the line of names, which the dialect has seen
        var shift = Dialect.HasRowNames ? 1 : 0;
        for (var column = 0; column < found.Length; column++)
        {
            found[column] = column < shift ? "" : Name(column - shift);
        }

        return ColumnNames.Of(found, _notes);
    }

    // In quotes, blanks around a name belong to it.
    private string Name(int field)
    {
        var trimmed = Utf8(field);
        var isQuoted = !trimmed.IsEmpty && _reader.GetRawSpan(field)[0] == Dialect.Syntax.Quote;
        return Encoding.UTF8.GetString(isQuoted ? _reader.GetSpan(field) : trimmed);
    }

    private bool Next()
    {
        if (!MoveNext())
        {
            _problems.RequireFew(_short, _rows, Dialect, _names.Length);
            return false;
        }

        _rows++;
        var count = _reader.FieldCount;
        if (count < _names.Length)
        {
            _short = _short.With(Line, count);
        }

        for (var field = _names.Length; field < count; field++)
        {
            if (!Utf8(field).IsEmpty)
            {
                throw _problems.TooMany(Line, count, Dialect, _names.Length);
            }
        }

        return true;
    }

    // The next record of the table that is not blank.
    private bool MoveNext()
    {
        try
        {
            while (_reader.Read())
            {
                var isBlank = _reader.FieldCount == 1 && Utf8Blanks.Trim(_reader.RawRecord).IsEmpty;
                if (!isBlank && Line >= Dialect.FirstLine)
                {
                    return true;
                }
            }

            return false;
        }
        catch (CsvFormatException tooLong)
        {
            throw _problems.TooLong(tooLong.LineNumber, tooLong);
        }
    }
}
