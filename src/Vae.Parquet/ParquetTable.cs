using System.Data.Common;
using Vae.Model;

namespace Vae.Parquet;

/// <summary>Reads Parquet files as tables.</summary>
public static class ParquetTable
{
    /// <summary>Reads a file as a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The columns, their kinds and their notation; null to find all.</param>
    /// <param name="cancellationToken">Stops between some rows, also where Parquet.Net does not return.</param>
    /// <returns>The table.</returns>
    /// <exception cref="ParquetTableException">It is no Parquet file, damaged, or has no column that can be read.</exception>
    /// <exception cref="ArgumentException">A column of the options is not there, or does not fit its kind.</exception>
    /// <exception cref="SchemaException">The table lacks columns of the schema that is given.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read, or has no row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Table Read(string path, TableOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var reader = OpenReader(path, cancellationToken);
        return Table.Read(reader, Path.GetFileName(path), options, progress: null, cancellationToken);
    }

    /// <summary>Opens a file as a data reader, with the types and the missing values of its columns.</summary>
    /// <remarks>The reader holds one group of rows at a time, and of it the columns whose values were asked for. Nested columns
    /// (lists, maps, structures) and columns of bytes are left out. Dates and moments are <see cref="DateTime"/>, times of the
    /// day seconds since midnight, and unsigned numbers the next larger type with a sign. Parquet.Net, which decodes the file,
    /// may take much time and memory for a damaged one: for a file of a stranger, cancel the token in time.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the opening, and each later call, also where Parquet.Net does not return.</param>
    /// <exception cref="ParquetTableException">It is no Parquet file, damaged, or has no column that can be read. Asking for a
    /// value throws the same where its column is damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DbDataReader OpenReader(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new ParquetDataReader(path, cancellationToken);
    }

    /// <summary>Whether a file begins as a Parquet file does.</summary>
    /// <param name="start">The first four bytes, or more.</param>
    public static bool IsParquet(ReadOnlySpan<byte> start) => SourceFile.IsStart(start);
}
