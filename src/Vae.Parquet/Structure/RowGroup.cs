namespace Vae.Parquet;

/// <summary>A group of rows: their number, and the place of each column's values.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Chunks">The columns' chunks, in the order of the schema's leaves.</param>
internal sealed record RowGroup(long Rows, IReadOnlyList<ColumnChunk> Chunks)
{
    /// <summary>Reads a group.</summary>
    public static RowGroup Read(ref ThriftReader thrift)
    {
        var rows = -1L;
        var chunks = new List<ColumnChunk>();
        for (var id = 0; thrift.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1:
                    for (var left = thrift.List(type, out var element); left > 0; left--)
                    {
                        ThriftReader.Struct(element);
                        chunks.Add(ColumnChunk.Read(ref thrift));
                    }

                    break;
                case 3:
                    rows = thrift.Int(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        return rows >= 0 ? new RowGroup(rows, chunks) : throw new InvalidDataException("a group of rows does not say how many");
    }
}
