using System.Globalization;
using System.Text.Unicode;
using CsvHelper;
using Vae.Model;

namespace Vae.Formats;

/// <summary>The columns of a table: the fields of a line to read, and their names.</summary>
internal sealed class TableHeader
{
    private const int MostColumns = 100_000;

    private readonly string _path;
    private readonly string[] _all;
    private readonly Dictionary<string, int> _fieldOf = [];

    /// <summary>Finds the columns in the first line that is not empty.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="options">The columns to read.</param>
    /// <param name="reader">A reader at that line.</param>
    /// <exception cref="TableException">There are too many columns, or names are missing, equal, all numbers, or not among the
    /// columns to read.</exception>
    public TableHeader(string path, CsvTableOptions options, CsvReader reader)
    {
        _path = path;
        Line = reader.LineNumber;
        if (reader.FieldCount > MostColumns)
        {
            throw Wrong(
                $"at most {MostColumns} columns are wanted, but there are {reader.FieldCount}",
                $"Is the delimiter of this table {Delimiters.NameOf(reader.Separator)}?");
        }

        _all = new string[reader.FieldCount];
        for (var field = 0; field < _all.Length; field++)
        {
            _all[field] = options.HasHeader != false
                ? Name(reader, field)
                : string.Create(CultureInfo.InvariantCulture, $"column_{field + 1}");
            AddName(field);
        }

        if (options.HasHeader != false)
        {
            RequireNoNumbers(options);
        }

        Fields = Wanted(options);
        Names = [.. Fields.Select(field => _all[field])];
    }

    /// <summary>The line of the names.</summary>
    public long Line { get; }

    /// <summary>The number of fields that every line must have.</summary>
    public int FieldCount => _all.Length;

    /// <summary>The fields of a line to read, each from 0 to <see cref="FieldCount"/> - 1.</summary>
    public int[] Fields { get; }

    /// <summary>The names of the fields to read.</summary>
    public string[] Names { get; }

    private string Name(CsvReader reader, int field)
    {
        var bytes = reader.GetSpan(field);
        if (!Utf8.IsValid(bytes))
        {
            throw Wrong(
                $"the name of column {field + 1} must be UTF-8, but is not", "Save the table as UTF-8. Or is this no text?");
        }

        if (bytes.IndexOf((byte)0) >= 0)
        {
            throw Wrong($"a text is wanted, but the name of column {field + 1} has a NUL in it", "This is no table.");
        }

        return bytes.IsEmpty || reader.GetString(field) is not { } name || string.IsNullOrWhiteSpace(name)
            ? throw Wrong($"every column must have a name, but column {field + 1} has none", "Give it a name.")
            : reader.GetRawSpan(field)[0] == (byte)'"' ? name : name.Trim();
    }

    private void AddName(int field)
    {
        if (!_fieldOf.TryAdd(_all[field], field))
        {
            throw Wrong(
                $"the names of columns must differ, but columns {_fieldOf[_all[field]] + 1} and {field + 1} "
                    + $"are both '{Printable.Cut(_all[field])}'",
                "Rename one of them.");
        }
    }

    // Otherwise a table without a header would lose its first sample. Whole numbers may be names: 0, 1, 2 ... or years.
    private void RequireNoNumbers(CsvTableOptions options)
    {
        var number = new FieldNumber(options.DecimalComma ?? false);
        if (_all.All(number.IsNumber) && !_all.All(name => name.All(char.IsAsciiDigit)))
        {
            throw new TableException(
                _path,
                Line,
                null,
                "names of columns are wanted, but all of them are numbers",
                "Write a line with the names above it, or give a column a name that is not a number.",
                (options, options with { HasHeader = false }));
        }
    }

    private int[] Wanted(CsvTableOptions options)
    {
        var ignored = options.Ignore.Select(name => FieldOf(name, "to leave out")).ToHashSet();
        var taken = options.Columns is { } columns
            ? columns.Select(name => FieldOf(name, "to read")).ToArray()
            : [.. Enumerable.Range(0, _all.Length)];
        if (taken.CountBy(field => field).FirstOrDefault(pair => pair.Value > 1) is { Value: > 1 } twice)
        {
            throw Wrong(
                $"a column can be read once, but '{Printable.Cut(_all[twice.Key])}' is asked for {twice.Value} times",
                "Name it once.");
        }

        int[] fields = [.. taken.Where(field => !ignored.Contains(field))];
        return fields.Length > 0
            ? fields
            : throw Wrong("at least one column is wanted, but all are left out", "Leave fewer out.");
    }

    private int FieldOf(string name, string what)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _fieldOf.TryGetValue(name, out var field)
            ? field
            : throw Wrong(
                $"a column '{Printable.Cut(name)}' {what} is wanted, but there is none",
                $"The columns are {Printable.Cut(string.Join(", ", _all.Take(20)))}.");
    }

    private TableException Wrong(string problem, string remedy) => new(_path, Line, null, problem, remedy);
}
