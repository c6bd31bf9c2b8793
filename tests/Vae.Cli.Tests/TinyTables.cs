using System.Globalization;

namespace Vae.Cli.Tests;

/// <summary>A small table in some forms, and runs trained on it through the command line, shared by the tests that only look at
/// them.</summary>
public sealed class TinyTables : IDisposable
{
    public const int Rows = 60;

    /// <summary>The options of a small training, without data and folder.</summary>
    public static string[] Small { get; } =
        ["--hidden", "8", "--epochs", "3", "--batch-size", "16", "--learning-rate", "0.01", "--quiet"];

    /// <summary>The option by which a table's numbers are modelled alike, as they were before columns had likelihoods.</summary>
    public static string[] AsNumbers { get; } = ["--likelihood", "gaussian-variance"];

    public TinyTables()
    {
        Write(Sales, "id,price,size,year,note", i => $"row {i},{Price(i)},{Size(i)},{Year(i)},\"good, {i}\"");
        Write(Shuffled, "note;year;extra;price;id;size", i => $"bad;{Year(i)};n/a;{Price(i)};x;{Size(i)}");
        Write(Plain, null, i => $"{Comma(Price(i))};{Comma(Size(i))};{Year(i)}");
        Train(Run, ["--data", Sales, "--ignore", "id,note", .. AsNumbers]);
        Train(PlainRun, "--data", Plain, "--no-header", "--decimal-comma", "--scale", "min-max");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("vae-cli-tables-").FullName;

    /// <summary>Columns id, price, size, year, note; two of them texts.</summary>
    public string Sales => Path.Combine(Root, "sales.csv");

    /// <summary>The same rows with the columns in another order, others beside them, and semicolons.</summary>
    public string Shuffled => Path.Combine(Root, "shuffled.csv");

    /// <summary>Price, size and year without a header, with decimal commas.</summary>
    public string Plain => Path.Combine(Root, "plain.csv");

    /// <summary>A run on <see cref="Sales"/>.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>A run on <see cref="Plain"/>.</summary>
    public string PlainRun => Path.Combine(Root, "plain-run");

    /// <summary>A path that no other test uses.</summary>
    public string New(string ending = "") => Path.Combine(Root, $"{Guid.NewGuid():N}{ending}");

    /// <summary>Writes a table of <see cref="Rows"/> rows.</summary>
    public static void Write(string path, string? header, Func<int, string> row)
        => File.WriteAllLines(
            path,
            [.. header is null ? Array.Empty<string>() : [header], .. Enumerable.Range(0, Rows).Select(row)]);

    public static string Price(int i) => Text(5000 + (100 * Hidden(i)) + (i % 7));

    public static string Size(int i) => Text(0.001 * Hidden(i));

    public static string Year(int i) => $"{1990 + (i % 30)}";

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static double Hidden(int i) => (i * 37 % Rows) + 0.5;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Comma(string number) => number.Replace('.', ',');

    private static void Train(string folder, params string[] arguments)
    {
        var result = CommandLine.Execute(["train", .. arguments, .. Small, "--out", folder]);
        Assert.True(result.Code == 0, result.Error);
    }
}
