using System.Globalization;
using System.Numerics;
using CsvHelper;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Writes a table row by row, so that memory does not grow with it: scores, samples, reconstructions, latents.</summary>
/// <remarks>
/// <para>The file has UTF-8, commas, decimal points, lines that end in LF, and quotes around names that need them. A number
/// is written with as many digits as give the same bits when it is read again, whatever this machine's culture.
/// <see cref="CsvTable.Read"/> reads all finite numbers.</para>
/// <para>The file appears whole or not at all (<see cref="AtomicFile"/>). One thread at a time.</para>
/// </remarks>
public sealed class CsvOutput
{
    private readonly CsvWriter _writer;
    private readonly int _columns;
    private readonly bool _hasDecimalComma;

    private CsvOutput(CsvWriter writer, int columns, bool hasDecimalComma)
    {
        _writer = writer;
        _columns = columns;
        _hasDecimalComma = hasDecimalComma;
    }

    /// <summary>Writes a table whose rows are written by a function.</summary>
    /// <param name="path">The file; its folder is made if need be, and an older file stays until the
    /// new one is whole.</param>
    /// <param name="columns">The names of the columns: at least one, all different, none empty.</param>
    /// <param name="write">Calls <see cref="Row{T}(ReadOnlySpan{T})"/> or <see cref="Row{T}(string, ReadOnlySpan{T})"/> for
    /// each row.</param>
    /// <exception cref="ArgumentNullException"><paramref name="columns"/> or <paramref name="write"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no columns, or their names are empty or the same.</exception>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public static void Write(string path, IReadOnlyList<string> columns, Action<CsvOutput> write)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(write);
        Write(path, columns, default, write);
    }

    /// <summary>Writes a table in the notation of another one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="notation">The notation.</param>
    /// <param name="write">Writes the rows; texts are written as they are.</param>
    internal static void Write(string path, IReadOnlyList<string> columns, OutputNotation notation, Action<CsvOutput> write)
    {
        RequireNames(columns);
        AtomicFile.Write(path, stream => WriteTo(stream, columns, notation, write));
    }

    /// <summary>Writes a table to a stream, such as standard output, whose rows are written by a function.</summary>
    /// <param name="stream">The stream; flushed, and left open.</param>
    /// <param name="columns">The names of the columns: at least one, all different, none empty.</param>
    /// <param name="write">Calls <see cref="Row{T}(ReadOnlySpan{T})"/> or another overload for each row.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">There are no columns, or their names are empty or the same.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<string> columns, Action<CsvOutput> write)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(write);
        Write(stream, columns, default, write);
    }

    /// <summary>Writes a table to a stream in the notation of another one.</summary>
    /// <param name="stream">The stream; flushed, and left open.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="notation">The notation.</param>
    /// <param name="write">Writes the rows; texts are written as they are.</param>
    internal static void Write(Stream stream, IReadOnlyList<string> columns, OutputNotation notation, Action<CsvOutput> write)
    {
        RequireNames(columns);
        WriteTo(stream, columns, notation, write);
        stream.Flush();
    }

    private static void WriteTo(
        Stream stream, IReadOnlyList<string> columns, OutputNotation notation, Action<CsvOutput> write)
    {
        var options = new CsvWriterOptions
        {
            NewLine = "\n",
            Quoting = CsvQuoting.WhenNeededOrWhitespace,
            Separator = notation.Separator ?? ',',
        };
        using var writer = CsvWriter.Create(stream, options, leaveOpen: true);
        writer.WriteHeader([.. columns]);
        write(new CsvOutput(writer, columns.Count, notation.HasDecimalComma));
    }

    /// <summary>Writes a table of rows that are made one by one.</summary>
    /// <param name="path">The file; its folder is made if need be, and an older file stays until the
    /// new one is whole.</param>
    /// <param name="columns">The names of the columns: at least one, all different, none empty.</param>
    /// <param name="rows">The rows, each with a number for each column.</param>
    /// <exception cref="ArgumentNullException"><paramref name="columns"/> or <paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">There are no columns, their names are empty or the same, or a row has more or
    /// fewer numbers than there are columns.</exception>
    /// <exception cref="IOException">It cannot be written; an older file is untouched.</exception>
    public static void Write(string path, IReadOnlyList<string> columns, IEnumerable<ReadOnlyMemory<float>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Write(path, columns, output =>
        {
            foreach (var row in rows)
            {
                output.Row(row.Span);
            }
        });
    }

    /// <summary>Writes a row of numbers.</summary>
    /// <param name="numbers">One number for each column.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">There are more or fewer numbers than columns.</exception>
    public void Row<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireCount(numbers.Length, 0);
        WriteNumbers(numbers);
    }

    /// <summary>Writes a row that begins with a text, such as a sample's origin.</summary>
    /// <param name="text">The text for the first column.</param>
    /// <param name="numbers">One number for each other column.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="ArgumentException">There are more or fewer numbers than other columns.</exception>
    public void Row<T>(string text, ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(text);
        RequireCount(numbers.Length, 1);
        _writer.WriteField(text);
        WriteNumbers(numbers);
    }

    /// <summary>Writes a row that begins with texts, such as the IDs of a sample.</summary>
    /// <param name="texts">The texts for the first columns.</param>
    /// <param name="numbers">One number for each other column.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">There are more or fewer numbers than other columns.</exception>
    public void Row<T>(ReadOnlySpan<string> texts, ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireCount(numbers.Length, texts.Length);
        foreach (var text in texts)
        {
            _writer.WriteField(text);
        }

        WriteNumbers(numbers);
    }

    /// <summary>Writes a row of texts.</summary>
    /// <param name="fields">One text for each column.</param>
    /// <exception cref="ArgumentException">There are more or fewer texts than columns.</exception>
    public void Row(ReadOnlySpan<string> fields) => Row<double>(fields, []);

    private void WriteNumbers<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var number in numbers)
        {
            if (_hasDecimalComma)
            {
                _writer.WriteField(number.ToString("R", CultureInfo.InvariantCulture).Replace('.', ','));
            }
            else
            {
                _writer.WriteField(number, "R");
            }
        }

        _writer.EndRecord();
    }

    private void RequireCount(int numbers, int texts)
    {
        if (numbers + texts != _columns)
        {
            throw new ArgumentException(
                $"Must be a row of {_columns - texts} numbers, one for each column, but there are {numbers}. "
                + "(Parameter 'numbers')");
        }
    }

    private static void RequireNames(IReadOnlyList<string> columns)
    {
        if (columns.Count == 0 || columns.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("There must be at least one column, and each must have a name.", nameof(columns));
        }

        if (columns.CountBy(name => name).FirstOrDefault(pair => pair.Value > 1) is { Value: > 1 } twice)
        {
            throw new ArgumentException(
                $"The names of columns must differ, but {twice.Value} are '{twice.Key}'.", nameof(columns));
        }
    }
}
