using System.Diagnostics.CodeAnalysis;
using Parquet;
using Parquet.Schema;
using Vae.Model;

namespace Vae.Parquet;

/// <summary>The rows of a Parquet file. Of a group of rows, a column is read when its first value is asked for.</summary>
internal sealed class ParquetDataReader : ForwardReader, IReadNotes
{
    private const int MostNames = 10;

    private readonly string _path;
    private readonly CancellationToken _cancellation;
    private readonly SourceFile _file;
    private readonly ParquetReader _reader;
    private readonly List<Column> _columns = [];
    private readonly List<string> _notes = [];
    private int _group = -1;
    private int _row;
    private long _rows;

    /// <summary>Opens a file.</summary>
    public ParquetDataReader(string path, CancellationToken cancellationToken)
    {
        (_path, _cancellation) = (path, cancellationToken);
        _file = new SourceFile(path);
        try
        {
            _reader = Wait(OpenAsync, column: null);
        }
        catch (Exception)
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    /// <inheritdoc/>
    public override int FieldCount => _columns.Count;

    /// <inheritdoc/>
    public override string GetName(int ordinal) => _columns[ordinal].Field.Name;

    /// <inheritdoc/>
    [return: DynamicallyAccessedMembers(ColumnValues.Members)]
    public override Type GetFieldType(int ordinal) => _columns[ordinal].Values.Type;

    /// <inheritdoc/>
    public override bool Read()
    {
        for (_row++; _row >= _rows; _row = 0)
        {
            if (IsClosed || ++_group >= _reader.RowGroupCount)
            {
                return false;
            }

            _rows = _reader.RowGroups[_group].RowCount;
        }

        return true;
    }

    /// <inheritdoc/>
    public override object GetValue(int ordinal)
    {
        var column = _columns[ordinal];
        if (column.Group != _group)
        {
            var group = _reader.RowGroups[_group];
            Wait(() => ReadAsync(column, group), column.Field.Name);
            column.Group = _group;
        }

        try
        {
            return column.Values[_row];
        }
        catch (Exception failure)
        {
            throw Refusal(failure, column.Field.Name);
        }
    }

    /// <inheritdoc/>
    public override void Close()
    {
        base.Close();
        _file.Dispose();
    }

    private async Task<ParquetReader> OpenAsync()
    {
        var reader = await ParquetReader.CreateAsync(_file, cancellationToken: _cancellation).ConfigureAwait(false);
        var values = new Dictionary<object, ColumnValues?>(ReferenceEqualityComparer.Instance);
        foreach (var element in (reader.Metadata?.Schema ?? []).Where(element => element.Type is not null))
        {
            values[element] = ColumnType.Take(element);               // before the library looks at them for its own types
        }

        var leftOut = new List<string>();
        foreach (var field in reader.Schema.Fields)
        {
            var known = field.SchemaElement is { } element ? values.GetValueOrDefault(element) : null;
            if (field is DataField { IsArray: false } data && known is not null)
            {
                _columns.Add(new Column(data, known));
            }
            else
            {
                leftOut.Add(field.Name);
            }
        }

        RequireColumns();
        Claims.Require(_path, _file.Length, reader, _columns);
        if (leftOut.Count > 0)
        {
            var names = string.Join(", ", leftOut.Take(MostNames).Select(Printable.Cut));
            _notes.Add($"left out, as they are nested or bytes: {names}{(leftOut.Count > MostNames ? ", ..." : "")}");
        }

        return reader;
    }

    private void RequireColumns()
    {
        if (_columns.Count == 0)
        {
            throw new ParquetTableException(
                _path,
                "the file has no column of numbers, texts, dates, or yes and no",
                "Write such columns; nested ones are not read.");
        }

        var twice = _columns.GroupBy(column => column.Field.Name).FirstOrDefault(same => same.Skip(1).Any());
        if (twice is not null)
        {
            throw new ParquetTableException(
                _path, $"two columns are called '{Printable.Cut(twice.Key)}'", "Write them with names of their own.");
        }
    }

    private async Task<bool> ReadAsync(Column column, ParquetRowGroupReader group)
    {
        Claims.RequireKnown(group.GetMetadata(column.Field)!.MetaData!);
        await column.Values.ReadAsync(group, column.Field, _cancellation).ConfigureAwait(false);
        return true;
    }

    // The library does not look at the token everywhere, and may never return: the wait ends all the same, and a closed file soon
    // ends the library's work.
    private T Wait<T>(Func<Task<T>> work, string? column)
    {
        try
        {
            return Task.Run(work, _cancellation).WaitAsync(_cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            _file.Dispose();
            throw;
        }
        catch (Exception failure) when (failure is not ParquetTableException)   // of many types that Parquet.Net does not name
        {
            throw Refusal(failure, column);
        }
    }

    private ParquetTableException Refusal(Exception failure, string? column)
    {
        var place = column is null ? "" : $"column '{Printable.Cut(column)}': ";
        var why = failure is InvalidDataException or EndOfStreamException
            ? Printable.Message(failure)
            : $"Parquet.Net cannot read it ({Printable.Message(failure)})";
        return new ParquetTableException(
            _path,
            place + why.TrimEnd('.'),
            failure is NotSupportedException
                ? "Write it with the compression snappy or zstd, and with common encodings."
                : ParquetTableException.WriteAgain,
            failure);
    }
}
