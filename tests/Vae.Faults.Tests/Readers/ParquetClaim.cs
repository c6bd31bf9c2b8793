using System.Buffers.Binary;

namespace Vae.Faults.Tests;

/// <summary>A Parquet file of columns of doubles with one page for all of them, whose description says what it is told.</summary>
internal sealed record ParquetClaim
{
    /// <summary>The bytes of the page.</summary>
    public byte[] Page { get; init; } = new byte[8];

    /// <summary>The compression: 0 none, 1 snappy, 2 gzip, 6 zstd.</summary>
    public int Codec { get; init; }

    /// <summary>The announced number of rows, in the group and in each column.</summary>
    public long Rows { get; init; } = 1;

    /// <summary>The announced number of values in the page.</summary>
    public long PageValues { get; init; } = 1;

    /// <summary>The announced bytes of the page, unpacked.</summary>
    public long Unpacked { get; init; } = 8;

    /// <summary>The announced bytes of the column, unpacked.</summary>
    public long ChunkUnpacked { get; init; } = 8;

    /// <summary>Where the column is said to begin.</summary>
    public long Offset { get; init; } = 4;

    /// <summary>How values are encoded: 0 as they are, 8 by their number in a dictionary.</summary>
    public int Encoding { get; init; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>The announced number of groups of rows; null for the true one.</summary>
    public long? Groups { get; init; }

    /// <summary>The file.</summary>
    public byte[] File()
    {
        var values = new ThriftBytes().Int(1, PageValues).Int(2, Encoding).Int(3, 3).Int(4, 3).End();
        var header = new ThriftBytes().Int(1, 0).Int(2, Unpacked).Int(3, Page.Length).Struct(5, values).End();
        byte[] start = [.. "PAR1"u8, .. header, .. Page];
        byte[] Chunk(int column)
        {
            var description = new ThriftBytes().Int(1, 5).Ints(2, Encoding).Texts(3, $"c{column}").Int(4, Codec).Int(5, Rows);
            description.Int(6, ChunkUnpacked).Int(7, start.Length - 4).Int(9, Offset);
            return new ThriftBytes().Int(2, 4).Struct(3, description.End()).End();
        }

        var group = new ThriftBytes().List(1, [.. Enumerable.Range(0, Columns).Select(Chunk)]).Int(2, 8).Int(3, Rows).End();
        var root = new ThriftBytes().Text(4, "schema").Int(5, Columns).End();
        var columns = Enumerable.Range(0, Columns).Select(i => new ThriftBytes().Int(1, 5).Int(3, 0).Text(4, $"c{i}").End());
        var footer = new ThriftBytes().Int(1, 2).List(2, [root, .. columns]).Int(3, Rows).List(4, [group], Groups);
        var bytes = footer.End();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return [.. start, .. bytes, .. length, .. "PAR1"u8];
    }
}
