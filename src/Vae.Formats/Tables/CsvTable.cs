using System.Data.Common;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Reads tables from files of comma-separated values (CSV) and their kin: a row is a sample, a column is a
/// feature.</summary>
/// <remarks>
/// <para>How a table is written is found in its first lines: the encoding (UTF-8, UTF-16, otherwise Windows-1252), the delimiter
/// (a comma, a semicolon, a tab, a bar, spaces), titles and comments above it, whether a line names the columns, names of rows
/// as R writes them, decimal commas and thousands. <see cref="CsvTableOptions"/> say what is known better. Fields may be in
/// quotes (RFC 4180; also in single ones, or with a backslash before each quote of a text, as R writes it), spaces around fields
/// are ignored, and blank lines are skipped.</para>
/// <para>A line that is too short lacks its last values; one with more values than there are columns is refused. A file may be
/// gzipped, whatever its name, or be a pipe.</para>
/// </remarks>
public static class CsvTable
{
    /// <summary>The path that stands for standard input.</summary>
    internal const string StandardInput = "-";

    /// <summary>Reads a table and finds the kinds of its columns.</summary>
    /// <param name="path">The file or pipe, plain or gzipped; <c>-</c> for standard input.</param>
    /// <param name="options">The notation as far as it is known; null to find all of it in the first lines.</param>
    /// <param name="table">The columns and their kinds; null to find all.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The table.</returns>
    /// <exception cref="TableException">The file is no table: it is empty or binary, a line has too many fields or more than
    /// 1 MiB, a quoted field never ends, there are more than 100,000 columns, or there is no row.</exception>
    /// <exception cref="SchemaException">The table lacks columns of the schema in <paramref name="table"/>.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read, or a temporary file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="ArgumentException">The delimiter in the options is not allowed, a column in <paramref name="table"/> is
    /// not there, or <paramref name="path"/> is null or empty.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Table Read(
        string path,
        CsvTableOptions? options = null,
        TableOptions? table = null,
        CancellationToken cancellationToken = default)
    {
        using var reader = OpenReader(path, options);
        var name = path == StandardInput ? TableSource.StandardName : Path.GetFileName(path);
        return Table.Read(reader, name, table, progress: null, cancellationToken);
    }

    /// <summary>Opens a table to be read row by row: all fields are texts, and an empty one is <see cref="DBNull"/>.</summary>
    /// <param name="path">The file or pipe, plain or gzipped; <c>-</c> for standard input.</param>
    /// <param name="options">The notation as far as it is known; null to find all of it in the first lines.</param>
    /// <returns>A forward-only reader, for <see cref="Table.Read(System.Data.IDataReader, TableOptions, CancellationToken)"/> and
    /// others.</returns>
    /// <exception cref="TableException">The file is no table; reading rows throws it, too.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="ArgumentException">The delimiter in the options is not allowed, or <paramref name="path"/> is null
    /// or empty.
    /// </exception>
    public static DbDataReader OpenReader(string path, CsvTableOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new CsvTableOptions();
        options.Validate();
        return new CsvDataReader(TableSource.Open(path), options);
    }

    /// <summary>Opens a table in a stream, such as standard input, to be read row by row.</summary>
    /// <param name="stream">The bytes, plain or gzipped; need not be seekable, and is disposed with the reader.</param>
    /// <param name="name">The name in messages.</param>
    /// <param name="options">The notation as far as it is known; null to find all of it in the first lines.</param>
    /// <returns>A forward-only reader, as for a file.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentException">The delimiter in the options is not allowed.</exception>
    /// <exception cref="TableException">It is no table; reading rows throws it, too.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DbDataReader OpenReader(Stream stream, string name, CsvTableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        options ??= new CsvTableOptions();
        options.Validate();
        return new CsvDataReader(new TableSource(stream, name), options);
    }
}
