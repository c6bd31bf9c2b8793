using System.Buffers.Binary;

namespace Vae.Parquet;

/// <summary>Reads a column value after value, a page of them in memory at a time.</summary>
/// <param name="file">The file.</param>
/// <param name="element">The column.</param>
/// <param name="number">The number of its chunk in a group of rows.</param>
/// <param name="end">Where the pages of the file end.</param>
/// <param name="budget">The memory for pages.</param>
internal sealed class ColumnReader(SourceFile file, SchemaElement element, int number, long end, MemoryBudget budget)
{
    private const int RunsOfLevels = 3;                               // the only encoding of levels that is still in use
    private const int UsualHeader = 1 << 12;
    private const int LongestHeader = 1 << 20;                        // it may hold the least and largest text of the page

    private readonly StoredValues _page = new(element, budget);
    private readonly StoredValues _dictionary = new(element, budget);
    private object[] _dictionaryObjects = [];
    private int _dictionaryCount = -1;
    private int[] _levels = [];
    private ColumnChunk _chunk = new();
    private long _at;                                                 // in the file
    private long _end;
    private long _left;                                               // values of the chunk in later pages
    private int _row = -1;                                            // in the page
    private int _rows;
    private int _value = -1;                                          // in the page, missing ones left out

    /// <summary>The column.</summary>
    public SchemaElement Element => element;

    /// <summary>Whether the current row has no value.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>The value of the current row, <see cref="DBNull"/> where it is missing.</summary>
    public object Value
    {
        get
        {
            if (IsMissing)
            {
                return DBNull.Value;
            }

            var stored = _page[_value];
            if (!_page.IsIndexed)
            {
                return StoredValue.ToObject(element, stored, _page.Bytes);
            }

            return _dictionaryObjects[stored] ??= StoredValue.ToObject(element, _dictionary[(int)stored], _dictionary.Bytes);
        }
    }

    /// <summary>Goes to a group of rows, before its first row.</summary>
    public void Start(RowGroup group)
    {
        _chunk = group.Chunks[number];
        (_at, _end, _left) = (_chunk.Start, checked(_chunk.Start + _chunk.Bytes), _chunk.Values);
        (_row, _rows, _value, _dictionaryCount) = (-1, 0, -1, -1);
        if (_chunk.Type != element.Type || _chunk.Values != group.Rows)
        {
            throw new InvalidDataException(
                $"{group.Rows} values of type {(int)element.Type!} are announced, but there are {_chunk.Values} "
                    + $"of {(int)_chunk.Type}");
        }

        if (_chunk.Start < 0 || _chunk.Bytes < 0 || _end > end)
        {
            throw new InvalidDataException($"pages are said to be at byte {_chunk.Start} to {_end}, but they end at {end}");
        }
    }

    /// <summary>Goes to the next row of the group.</summary>
    public void MoveNext()
    {
        while (++_row >= _rows)
        {
            ReadPage();
        }

        IsMissing = element.IsOptional && _levels[_row] == 0;
        _value += IsMissing ? 0 : 1;
    }

    private void ReadPage()
    {
        var header = ReadHeader();
        if (header.Packed > _end - _at)
        {
            throw new InvalidDataException($"a page has {header.Packed} bytes, but there are {_end - _at}");
        }

        var page = _at;
        _at += header.Packed;
        (_row, _rows, _value) = (-1, 0, -1);
        switch (header.Kind)
        {
            case PageHeader.Dictionary:
                ReadDictionary(header, page);
                break;
            case PageHeader.Data or PageHeader.DataV2:
                if (header.Values < 0 || header.Values > _left)
                {
                    throw new InvalidDataException($"a page has {header.Values} values, but {_left} are left");
                }

                _left -= header.Values;
                ReadValues(header, page);
                _rows = header.Values;
                break;
            default:                                                  // an index
                break;
        }
    }

    private PageHeader ReadHeader()
    {
        for (var length = UsualHeader; ; length *= 16)
        {
            ReadOnlySpan<byte> bytes = file.Read(_at, (int)long.Min(length, _end - _at));
            try
            {
                var thrift = new ThriftReader(bytes);
                var header = PageHeader.Read(ref thrift);
                _at += thrift.Position;
                return header;
            }
            catch (EndOfStreamException) when (bytes.Length == length && length < LongestHeader)
            {
            }
        }
    }

    private void ReadDictionary(PageHeader header, long at)
    {
        if (_dictionaryCount >= 0 || header.Values < 0)
        {
            throw new InvalidDataException("a column has more than one dictionary, or one without a size");
        }

        var bytes = _dictionary.Prepare(header.Unpacked, header.Values);
        Unpack(at, header.Packed, bytes, isPlain: false);
        _dictionary.Decode(encoding: 0, bytes, 0, header.Values, dictionary: -1);
        _dictionaryCount = header.Values;
        _dictionaryObjects = new object[header.Values];
    }

    private void ReadValues(PageHeader header, long at)
    {
        // Levels of repetition are there for nested columns alone, which are left out.
        var before = header.Kind == PageHeader.DataV2 ? checked(header.DefinitionBytes + header.RepetitionBytes) : 0;
        if (header is not { DefinitionBytes: >= 0, RepetitionBytes: 0 } || before > header.Packed || before > header.Unpacked)
        {
            throw new InvalidDataException($"a page has levels of {header.RepetitionBytes} and {header.DefinitionBytes} bytes");
        }

        var page = _page.Prepare(header.Unpacked - before, header.Values);
        var start = 0;
        var present = header.Values;
        if (header.Kind == PageHeader.DataV2)
        {
            present = ReadLevels(file.Read(at, before), header.Values);
        }

        Unpack(at + before, header.Packed - before, page, header.IsPlain);
        if (header.Kind == PageHeader.Data && element.IsOptional)
        {
            if (header.LevelEncoding != RunsOfLevels)
            {
                throw new NotSupportedException($"levels are encoded by method {header.LevelEncoding}, which is not supported");
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(page);
            present = ReadLevels(page.Slice(sizeof(int), length), header.Values);
            start = sizeof(int) + length;
        }

        _page.Decode(header.Encoding, page, start, present, _dictionaryCount);
    }

    private int ReadLevels(ReadOnlySpan<byte> bytes, int values)
    {
        if (!element.IsOptional)
        {
            return values;
        }

        if (_levels.Length < values)
        {
            budget.Take((values - _levels.Length) * (long)sizeof(int));
            _levels = new int[values];
        }

        var levels = _levels.AsSpan(0, values);
        RunLength.Decode(bytes, bits: 1, levels);
        return levels.Count(1);
    }

    private void Unpack(long at, int length, Span<byte> unpacked, bool isPlain)
    {
        if (isPlain || _chunk.Codec == 0)
        {
            if (length != unpacked.Length)
            {
                throw new InvalidDataException($"{unpacked.Length} bytes of a page are announced, but there are {length}");
            }

            file.Read(at, unpacked);
            return;
        }

        if (!unpacked.IsEmpty)
        {
            Unpacking.Unpack(_chunk.Codec, file.Read(at, length), unpacked);
        }
    }
}
