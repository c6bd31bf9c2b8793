namespace Vae.Parquet;

/// <summary>The place of a column's values in one group of rows.</summary>
internal sealed record ColumnChunk
{
    /// <summary>How the values are stored.</summary>
    public PhysicalType Type { get; private set; }

    /// <summary>How pages are compressed: the format's number.</summary>
    public int Codec { get; private set; }

    /// <summary>The number of values, with the missing ones.</summary>
    public long Values { get; private set; }

    /// <summary>The bytes of all pages with their headers.</summary>
    public long Bytes { get; private set; }

    /// <summary>Where the first page begins.</summary>
    public long Start { get; private set; }

    /// <summary>Reads the description of a chunk.</summary>
    public static ColumnChunk Read(ref ThriftReader thrift)
    {
        var chunk = new ColumnChunk();
        var isThere = false;
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    thrift.Skip(type);
                    throw new InvalidDataException("the values of a column are in another file, which is not supported");
                case 3:
                    ThriftReader.Struct(type);
                    chunk.ReadMetadata(ref thrift);
                    isThere = true;
                    break;
                case 8 or 9:
                    throw new InvalidDataException("the values of a column are encrypted, which is not supported");
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return isThere ? chunk : throw new InvalidDataException("the description of a column's values is missing");
    }

    private void ReadMetadata(ref ThriftReader thrift)
    {
        var dictionary = 0L;
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    Type = (PhysicalType)thrift.Int32(type);
                    break;
                case 4:
                    Codec = thrift.Int32(type);
                    break;
                case 5:
                    Values = thrift.Int(type);
                    break;
                case 7:
                    Bytes = thrift.Int(type);
                    break;
                case 9:
                    Start = thrift.Int(type);
                    break;
                case 11:
                    dictionary = thrift.Int(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        Start = dictionary > 0 && dictionary < Start ? dictionary : Start;    // some writers say 0 where there is none
    }
}
