using Parquet;
using Parquet.Meta;
using Vae.Model;
using Physical = Parquet.Meta.Type;

namespace Vae.Parquet;

/// <summary>Compares what a file's description claims with its length, before Parquet.Net takes memory for it.</summary>
/// <remarks>The description has no size of a single page: what a page's own header claims is not compared.</remarks>
internal static class Claims
{
    private const long MostCells = 1 << 22;
    private const long MostCellsPerByte = 1000;
    private const long MostBytes = 16 << 20;
    private const long MostTimes = 1000;

    /// <summary>Compares them.</summary>
    /// <param name="path">The file, for a message.</param>
    /// <param name="length">The bytes of the file.</param>
    /// <param name="reader">The open file.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <exception cref="ParquetTableException">They do not fit.</exception>
    public static void Require(string path, long length, ParquetReader reader, IReadOnlyList<Column> columns)
    {
        Int128 rows = 0;
        foreach (var group in reader.RowGroups)
        {
            rows += group.RowCount >= 0 ? group.RowCount : throw Lie($"a group of {group.RowCount} rows");
            foreach (var column in columns)
            {
                RequireChunk(group, column);
            }
        }

        var most = long.Max(MostCells, MostCellsPerByte * length);
        if (rows * columns.Count > most)
        {
            throw new ParquetTableException(
                path,
                $"at most {most} values are wanted ({MostCells}, or {MostCellsPerByte} for each byte of the file), but there are "
                    + $"{rows} rows of {columns.Count} columns",
                "Write it without compression.");
        }

        void RequireChunk(ParquetRowGroupReader group, Column column)
        {
            var name = Printable.Cut(column.Field.Name);
            var chunk = group.GetMetadata(column.Field)?.MetaData ?? throw Lie($"no values of column '{name}' in a group");
            var (packed, unpacked) = (chunk.TotalCompressedSize, chunk.TotalUncompressedSize);
            if (chunk.NumValues != group.RowCount)
            {
                throw Lie($"{chunk.NumValues} values of column '{name}' in a group of {group.RowCount} rows");
            }

            if (packed < 0 || unpacked < 0 || chunk.DataPageOffset < 0 || packed > length || chunk.DataPageOffset > length)
            {
                throw Lie($"{packed} bytes of column '{name}' at byte {chunk.DataPageOffset} of {length}");
            }

            if (unpacked > MostBytes && unpacked / MostTimes > packed)
            {
                throw new ParquetTableException(
                    path,
                    $"column '{name}' has {unpacked} bytes packed into {packed}, but at most {MostTimes} times the "
                        + "packed ones are wanted",
                    "Write it without compression.");
            }
        }

        ParquetTableException Lie(string what)
            => new(path, $"the file says that it has {what}", ParquetTableException.WriteAgain);
    }

    /// <summary>Refuses what Parquet.Net 6.1.0 reads as other values, without a word.</summary>
    /// <exception cref="NotSupportedException">It is such a column.</exception>
    public static void RequireKnown(ColumnMetaData chunk)
    {
        if (chunk.Codec == CompressionCodec.LZ4)
        {
            throw new NotSupportedException("pages are compressed by lz4 in Hadoop's frames");
        }

        if (chunk.Type == Physical.BOOLEAN && !chunk.Encodings.Contains(Encoding.PLAIN))
        {
            throw new NotSupportedException("yes and no are in the encoding RLE");
        }
    }
}
