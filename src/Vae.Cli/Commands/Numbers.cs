using System.CommandLine;
using MathNet.Numerics.LinearAlgebra;
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
        var isCsv = path == ResultFile.Standard
            || string.Equals(Path.GetExtension(path), ".csv", StringComparison.OrdinalIgnoreCase);
        UsageException.Require(
            !isTable || isCsv || !parsed.IsGiven(file),
            $"The run was trained on a table, which is written as numbers: --out wants a .csv file, but got '{path}'.");
        var numbers = isCsv ? path : isTable ? usual : null;
        Session.RequireOther(numbers ?? path, record, data);
        return numbers;
    }

    /// <summary>Writes rows in the data's own units, under the columns' names.</summary>
    /// <param name="file">The destination.</param>
    /// <param name="record">The run.</param>
    /// <param name="parts">The rows as the model makes them, features x rows each.</param>
    /// <param name="isDrawn">Whether the rows are drawn; they are means else.</param>
    /// <param name="ids">The columns that name the rows; null for none.</param>
    public static void Write(
        ResultFile file, RunRecord record, IEnumerable<Matrix<float>> parts, bool isDrawn, IdColumns? ids = null)
    {
        ids ??= new IdColumns(null);
        var texts = new RowTexts(record, isDrawn);
        var count = 0;
        file.Write(ids.Before(texts.Names), table =>
        {
            foreach (var rows in parts)
            {
                for (var i = 0; i < rows.ColumnCount; i++, count++)
                {
                    table.Row([.. ids.Of(count), .. texts.Of(rows.ColumnSpan(i))]);
                }
            }
        });
        file.Report($"{count:N0} rows of {texts.Names.Count} numbers");
    }
}
