using System.Diagnostics.CodeAnalysis;
using Vae.Model;

namespace Vae.Parquet;

/// <summary>The rows of a Parquet file, a page of each column in memory at a time.</summary>
internal sealed class ParquetDataReader : ForwardReader, IReadNotes
{
    private const long MostCells = 1 << 22;
    private const int MostCellsPerByte = 1000;
    private const int MostNames = 10;

    private readonly SourceFile _file;
    private readonly Footer _footer;
    private readonly ColumnReader[] _columns;
    private readonly List<string> _notes = [];
    private int _group = -1;
    private long _rowsLeft;

    /// <summary>Opens a file.</summary>
    public ParquetDataReader(string path)
    {
        _file = new SourceFile(path);
        try
        {
            _footer = Footer.Read(_file);
            var budget = new MemoryBudget(_file);
            _columns =
            [
                .. _footer.Columns.Where(column => column.Element.Meaning != Meaning.None)
                    .Select(column => new ColumnReader(_file, column.Element, column.Chunk, _footer.End, budget)),
            ];
            RequireTable();
        }
        catch (Exception failure)
        {
            _file.Dispose();
            if (IsDamage(failure))
            {
                throw Refusal(failure, column: null);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    /// <inheritdoc/>
    public override int FieldCount => _columns.Length;

    /// <inheritdoc/>
    public override string GetName(int ordinal) => _columns[ordinal].Element.Name;

    /// <inheritdoc/>
    [return: DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public override Type GetFieldType(int ordinal) => _columns[ordinal].Element.Meaning switch
    {
        Meaning.Boolean => typeof(bool),
        Meaning.Int32 => typeof(int),
        Meaning.Int64 => typeof(long),
        Meaning.Float or Meaning.Half => typeof(float),
        Meaning.Decimal or Meaning.UInt64 => typeof(decimal),
        Meaning.Text or Meaning.Uuid => typeof(string),
        Meaning.Date or Meaning.Milliseconds or Meaning.Microseconds or Meaning.Nanoseconds or Meaning.JulianDay
            => typeof(DateTime),
        _ => typeof(double),
    };

    /// <inheritdoc/>
    public override bool Read()
    {
        ColumnReader? current = null;
        try
        {
            while (_rowsLeft == 0)
            {
                if (IsClosed || ++_group >= _footer.Groups.Count)
                {
                    return false;
                }

                _rowsLeft = _footer.Groups[_group].Rows;
                foreach (var column in _columns)
                {
                    current = column;
                    column.Start(_footer.Groups[_group]);
                }
            }

            _rowsLeft--;
            foreach (var column in _columns)
            {
                current = column;
                column.MoveNext();
            }

            return true;
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            throw Refusal(failure, current!.Element.Name);
        }
    }

    /// <inheritdoc/>
    public override object GetValue(int ordinal)
    {
        var column = _columns[ordinal];
        try
        {
            return column.Value;
        }
        catch (Exception failure) when (IsDamage(failure))
        {
            throw Refusal(failure, column.Element.Name);
        }
    }

    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => _columns[ordinal].IsMissing || GetValue(ordinal) is DBNull;

    /// <inheritdoc/>
    public override void Close()
    {
        base.Close();
        _file.Dispose();
    }

    // A span's own checks are the checks of lengths inside of a page.
    private static bool IsDamage(Exception failure) => failure
        is InvalidDataException or EndOfStreamException or NotSupportedException
        or ArgumentException or IndexOutOfRangeException or OverflowException or ZstdSharp.ZstdException;

    private ParquetTableException Refusal(Exception failure, string? column)
    {
        var place = column is null ? "" : $"column '{Printable.Cut(column)}': ";
        return failure switch
        {
            NotSupportedException => _file.Refusal(
                place + failure.Message, "Write it with the compression snappy or zstd, and with common encodings.", failure),
            InvalidDataException or EndOfStreamException => _file.Refusal(place + Printable.Message(failure), inner: failure),
            _ => _file.Refusal(place + "a page does not hold the values that it announces", inner: failure),
        };
    }

    private void RequireTable()
    {
        var leftOut = _footer.Columns.Where(column => column.Element.Meaning == Meaning.None).ToList();
        if (_columns.Length == 0)
        {
            throw _file.Refusal(
                "the file has no column of numbers, texts, dates, or yes and no",
                "Write such columns; nested ones are not read.");
        }

        if (leftOut.Count > 0)
        {
            var names = string.Join(", ", leftOut.Take(MostNames).Select(column => Printable.Cut(column.Element.Name)));
            _notes.Add($"left out, as they are nested or bytes: {names}{(leftOut.Count > MostNames ? ", ..." : "")}");
        }

        var rows = _footer.Groups.Aggregate((Int128)0, (sum, group) => sum + group.Rows);
        var most = long.Max(MostCells, MostCellsPerByte * _file.Length);
        if (rows * _columns.Length > most)
        {
            throw _file.Refusal(
                $"at most {most} values are wanted ({MostCells}, or {MostCellsPerByte} for each byte of the file), but there are "
                    + $"{rows} rows of {_columns.Length} columns",
                "Write it without compression.");
        }
    }
}
