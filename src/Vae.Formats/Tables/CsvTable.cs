using System.Data.Common;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Vae.Model;

namespace Vae.Formats;

/// <summary>A table of numbers from a file of comma-separated values (CSV): a row is a sample, a
/// column is a feature.</summary>
/// <remarks>
/// <para>The file is UTF-8 with or without a byte order mark, or UTF-16 with one. Fields may be in quotes (RFC 4180), spaces
/// around other fields are ignored, and empty lines are skipped. Nothing is guessed: a field that is not a finite number is
/// refused with its line and column.</para>
/// <para>The whole table is kept in memory, as floats. Any number of threads may read at once.</para>
/// </remarks>
public sealed class CsvTable : IDescribedSamples
{
    private readonly string _fileName;
    private readonly ReadOnlyMemory<float> _numbers;
    private readonly LineNumbers _lines;
    private readonly Lazy<string> _sha256;

    internal CsvTable(string path, char delimiter, string[] columns, ReadOnlyMemory<float> numbers, LineNumbers lines)
    {
        _fileName = Path.GetFileName(path);
        _numbers = numbers;
        _lines = lines;
        _sha256 = new Lazy<string>(ComputeSha256);
        Delimiter = delimiter;
        Columns = columns;
        Count = numbers.Length / columns.Length;
    }

    /// <summary>The names of the columns, as in the file.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The character between fields, as given or detected.</summary>
    public char Delimiter { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The number of columns.</summary>
    public int Features => Columns.Count;

    /// <summary>SHA-256 of the names and the numbers, in lower-case hexadecimal digits. Their notation in the file does not
    /// count, nor do columns that were left out.</summary>
    public string Sha256 => _sha256.Value;

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The notation of the file and the columns to read; null for a header, a detected
    /// delimiter and all columns.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The table.</returns>
    /// <exception cref="TableException">The file is not a table: a field is not a finite number, a line has too few or too
    /// many fields or more than 1 MiB, columns have no name or the same name, a requested column is missing, there are more
    /// than 100,000 columns, or there is no row.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="ArgumentException">The delimiter in the options is not allowed, or <paramref name="path"/>
    /// is null or empty.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static CsvTable Read(string path, CsvTableOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new CsvTableOptions();
        options.Validate();
        return new CsvTableReader(path, options).Read(cancellationToken);
    }

    /// <summary>Opens a table to be read row by row: all fields are texts, and an empty one is <see cref="DBNull"/>.</summary>
    /// <param name="path">The file or pipe, plain or gzipped; <c>-</c> for standard input.</param>
    /// <param name="options">The notation as far as it is known; null to find all of it in the first lines.</param>
    /// <exception cref="TableException">It is no table.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="ArgumentException">The delimiter in the options is not allowed, or <paramref name="path"/> is null or empty.
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
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="TableException">It is no table.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static DbDataReader OpenReader(Stream stream, string name, CsvTableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        options ??= new CsvTableOptions();
        options.Validate();
        return new CsvDataReader(new TableSource(stream, name), options);
    }

    /// <summary>Reads the names of all columns of a file, without its rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The notation of the file; its choice of columns does not count.</param>
    internal static IReadOnlyList<string> ReadNames(string path, CsvTableOptions options)
    {
        options.Validate();
        return new CsvTableReader(path, options with { Columns = null, Ignore = [] }).ReadNames();
    }

    /// <summary>The numbers of a row, without a copy.</summary>
    /// <param name="row">The row's number, from 0 on.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return _numbers.Span.Slice(row * Features, Features);
    }

    /// <summary>The line of the file where a row begins.</summary>
    /// <param name="row">The row's number, from 0 on.</param>
    /// <returns>The line's number, from 1 on.</returns>
    public long LineOf(int row) => _lines[row];

    /// <inheritdoc/>
    public string SampleName(int sample) => $"{_fileName}, line {_lines[sample]}";

    /// <inheritdoc/>
    public string FeatureName(int feature) => Columns[feature];

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var column = 0; column < samples.Length; column++)
        {
            var row = Row(samples[column]);
            var target = batch.Slice(column * Features, Features);
            for (var feature = 0; feature < target.Length; feature++)
            {
                target[feature] = T.CreateTruncating(row[feature]);
            }
        }
    }

    // Each name's length is hashed before it, so that names with other boundaries have another checksum.
    private string ComputeSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(Features));
        foreach (var name in Columns)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        const int piece = 1 << 20;
        for (var numbers = _numbers.Span; !numbers.IsEmpty; numbers = numbers[int.Min(piece, numbers.Length)..])
        {
            var some = numbers[..int.Min(piece, numbers.Length)];     // all at once may be more bytes than a span holds
            hash.AppendData(MemoryMarshal.AsBytes(some));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
