namespace Vae.Parquet;

/// <summary>The description before each page of a column's values.</summary>
internal readonly record struct PageHeader
{
    /// <summary>A page of values, their levels compressed with them.</summary>
    public const int Data = 0;

    /// <summary>A page of the values that others refer to by their number.</summary>
    public const int Dictionary = 2;

    /// <summary>A page of values, their levels before them and not compressed.</summary>
    public const int DataV2 = 3;

    /// <summary>The kind of page.</summary>
    public int Kind { get; private init; }

    /// <summary>The bytes of the page, unpacked.</summary>
    public int Unpacked { get; private init; }

    /// <summary>The bytes of the page in the file.</summary>
    public int Packed { get; private init; }

    /// <summary>The number of values, with the missing ones.</summary>
    public int Values { get; private init; }

    /// <summary>How the values are encoded: the format's number.</summary>
    public int Encoding { get; private init; }

    /// <summary>How levels are encoded in a page of the first kind: the format's number.</summary>
    public int LevelEncoding { get; private init; }

    /// <summary>The bytes of the levels of repetition in a page of the second kind.</summary>
    public int RepetitionBytes { get; private init; }

    /// <summary>The bytes of the levels of definition in a page of the second kind.</summary>
    public int DefinitionBytes { get; private init; }

    /// <summary>Whether the values of a page of the second kind are stored as they are.</summary>
    public bool IsPlain { get; private init; }

    /// <summary>Reads a header.</summary>
    public static PageHeader Read(ref ThriftReader thrift)
    {
        var header = new PageHeader { Kind = -1, Values = -1 };
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    header = header with { Kind = thrift.Int32(type) };
                    break;
                case 2:
                    header = header with { Unpacked = thrift.Int32(type) };
                    break;
                case 3:
                    header = header with { Packed = thrift.Int32(type) };
                    break;
                case 5 or 7 or 8:
                    ThriftReader.Struct(type);
                    header = header.WithValues(ref thrift, isSecond: id == 8);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return header is { Kind: >= 0, Unpacked: >= 0, Packed: >= 0 }
            ? header : throw new InvalidDataException("the header of a page has no size");
    }

    private PageHeader WithValues(ref ThriftReader thrift, bool isSecond)
    {
        var header = this;
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            switch (id, isSecond)
            {
                case (1, _):
                    header = header with { Values = thrift.Int32(type) };
                    break;
                case (2, false) or (4, true):
                    header = header with { Encoding = thrift.Int32(type) };
                    break;
                case (3, false) when type != ThriftType.True && type != ThriftType.False:    // of a dictionary: is it sorted
                    header = header with { LevelEncoding = thrift.Int32(type) };
                    break;
                case (5, true):
                    header = header with { DefinitionBytes = thrift.Int32(type) };
                    break;
                case (6, true):
                    header = header with { RepetitionBytes = thrift.Int32(type) };
                    break;
                case (7, true):
                    header = header with { IsPlain = !ThriftReader.Bool(type) };
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return header;
    }
}
