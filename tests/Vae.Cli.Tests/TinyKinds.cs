using System.Globalization;
using Vae.Formats;

namespace Vae.Cli.Tests;

/// <summary>A small table of columns of every kind, with holes, and a run on it through the command line, shared by the tests
/// that only look at them.</summary>
public sealed class TinyKinds : IDisposable
{
    public const int Rows = 90;

    /// <summary>The names of the columns of <see cref="Sales"/>.</summary>
    public const string Header = "code,city,member,visits,price,temp,day,grade,region";

    private static readonly string[] Cities = ["Rome", "New York, NY", "a=b"];
    private static readonly string[] Grades = ["low", "medium", "high"];

    /// <summary>The options of a small training, without data and folder.</summary>
    public static string[] Small { get; } = ["--hidden", "8", "--latent", "2", "--epochs", "3", "--batch-size", "16", "--quiet"];

    public TinyKinds()
    {
        File.WriteAllLines(Sales, [Header, .. Enumerable.Range(0, Rows).Select(Row)]);
        File.WriteAllLines(
            Comma,
            [
                Header.Replace(',', ';'),
                .. Enumerable.Range(0, Rows).Select(i => string.Join(';', Fields(i)).Replace('.', ',')),
            ]);
        Train(Run, Sales);
        Train(CommaRun, Comma);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("vae-cli-kinds-").FullName;

    /// <summary>An ID, a category, a flag, a count, a positive and a real number, a date, an ordinal and a constant; every
    /// seventh row lacks a value.</summary>
    public string Sales => Path.Combine(Root, "sales.csv");

    /// <summary>The same rows with semicolons and decimal commas.</summary>
    public string Comma => Path.Combine(Root, "comma.csv");

    /// <summary>A run on <see cref="Sales"/>.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>A run on <see cref="Comma"/>.</summary>
    public string CommaRun => Path.Combine(Root, "comma-run");

    /// <summary>A path that no other test uses.</summary>
    public string New(string ending = "") => Path.Combine(Root, $"{Guid.NewGuid():N}{ending}");

    /// <summary>Writes a table.</summary>
    public string Write(params string[] lines)
    {
        var path = New(".csv");
        File.WriteAllLines(path, lines);
        return path;
    }

    /// <summary>The fields of a row; one of every seventh row's is empty.</summary>
    public static string[] Fields(int i)
    {
        var hidden = i * 37 % Rows / (double)Rows;
        string[] fields =
        [
            $"c{i:D3}",
            Cities[(int)(3 * hidden)],
            hidden > 0.4 ? "yes" : "no",
            $"{(int)(9 * hidden)}",
            Text(10 + (40 * hidden * hidden) + (i % 7 * 0.25), "F2"),
            Text(-5 + (30 * hidden) + (i % 5 * 0.1), "F1"),
            new DateTime(2026, 1, 1).AddDays((int)(300 * hidden)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Grades[(int)(2.9 * hidden)],
            "EU",
        ];
        if (i % 7 == 3)
        {
            fields[1 + (i / 7 % 7)] = "";
        }

        return fields;
    }

    /// <summary>The rows of a file, without its header.</summary>
    public static string[][] Read(string path, char separator = ',')
    {
        using var reader = CsvTable.OpenReader(path, new CsvTableOptions { Delimiter = separator, HasHeader = true });
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : $"{reader.GetValue(i)}")]);
        }

        return [.. rows];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Row(int i)
        => string.Join(',', Fields(i).Select(field => field.Contains(',', StringComparison.Ordinal) ? $"\"{field}\"" : field));

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static void Train(string folder, string table)
    {
        var result = CommandLine.Execute(["train", "--data", table, .. Small, "--out", folder]);
        Assert.True(result.Code == 0, result.Error);
    }
}
