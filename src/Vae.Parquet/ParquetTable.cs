using System.Data.Common;

namespace Vae.Parquet;

/// <summary>Reads Parquet files as tables.</summary>
public static class ParquetTable
{
    /// <summary>Opens a file as a data reader, with the types and the missing values of its columns.</summary>
    /// <remarks>The reader holds a page of each column at a time, however many rows a group has. Nested columns (lists, maps,
    /// structures) and columns of bytes are left out. Dates and moments are <see cref="DateTime"/>, times of the day seconds since
    /// midnight, and unsigned numbers the next larger type with a sign.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="ParquetTableException">It is no Parquet file, damaged, or has no column that can be read. Reading a row
    /// throws the same where a page is damaged.</exception>
    public static DbDataReader OpenReader(string path) => new ParquetDataReader(path);

    /// <summary>Whether a file begins as a Parquet file does.</summary>
    /// <param name="start">The first four bytes, or more.</param>
    public static bool IsParquet(ReadOnlySpan<byte> start) => Footer.IsStart(start);
}
