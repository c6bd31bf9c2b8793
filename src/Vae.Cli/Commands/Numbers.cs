using System.CommandLine;
using MathNet.Numerics.LinearAlgebra;
using Vae.Formats;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Writes rows of numbers in the data's own units, which <c>sample</c> and <c>reconstruct</c>
/// give instead of pictures.</summary>
internal static class Numbers
{
    /// <summary>The file of numbers to write; null where a picture is wanted. A table is always written as numbers, images in a
    /// file named .csv.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The option with the file to write.</param>
    /// <param name="record">The run.</param>
    /// <param name="data">The data to read; null for the run's.</param>
    /// <param name="usual">The file for a table unless told otherwise.</param>
    /// <exception cref="UsageException">A table would be written as a picture, or the data would be written over.</exception>
    public static string? FileFor(ParseResult parsed, Option<string> file, RunRecord record, string? data, string usual)
    {
        var path = parsed.GetValue(file)!;
        var isTable = record.Data.Table is not null;
        var isCsv = string.Equals(Path.GetExtension(path), ".csv", StringComparison.OrdinalIgnoreCase);
        UsageException.Require(
            !isTable || isCsv || !parsed.IsGiven(file),
            $"The run was trained on a table, which is written as numbers: --out wants a .csv file, but got '{path}'.");
        var numbers = isCsv ? path : isTable ? usual : null;
        Session.RequireOther(numbers ?? path, record, data);
        return numbers;
    }

    /// <summary>Writes rows in the data's own units, under the columns' names.</summary>
    /// <param name="path">The file.</param>
    /// <param name="record">The run.</param>
    /// <param name="parts">The rows as the model makes them, features x rows each.</param>
    /// <param name="output">The writer that the file's name is reported to.</param>
    public static void Write(string path, RunRecord record, IEnumerable<Matrix<float>> parts, TextWriter output)
    {
        IReadOnlyList<string> columns = record.Preparation?.Columns is { Count: > 0 } names
            ? names
            : [.. Enumerable.Range(1, record.Model.Features).Select(i => $"x_{i}")];
        var count = 0;
        CsvOutput.Write(path, columns, table =>
        {
            foreach (var rows in parts)
            {
                for (var i = 0; i < rows.ColumnCount; i++, count++)
                {
                    var row = rows.ColumnSpan(i);
                    record.Preparation?.InverseTransform(row);
                    table.Row<float>(row);
                }
            }
        });
        output.WriteLine($"{path}: {count:N0} rows of {columns.Count} numbers");
    }
}
