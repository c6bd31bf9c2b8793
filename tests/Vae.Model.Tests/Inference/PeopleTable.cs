using System.Data;
using System.Globalization;
using Vae.Model.Tests.Tables;

namespace Vae.Model.Tests;

/// <summary>A small table of people with a column of every kind, and a model of it.</summary>
internal static class PeopleTable
{
    public static string[] Names { get; }
        = ["income", "age", "id", "visits", "city", "smokes", "grade", "since", "country", "note"];

    public static Dictionary<string, ColumnKind> Kinds { get; } = new()
    {
        ["id"] = ColumnKind.Id, ["income"] = ColumnKind.Positive, ["age"] = ColumnKind.Real, ["visits"] = ColumnKind.Count,
        ["city"] = ColumnKind.Category, ["smokes"] = ColumnKind.Flag, ["grade"] = ColumnKind.Ordinal, ["since"] = ColumnKind.Date,
        ["note"] = ColumnKind.Ignore,
    };

    private static readonly Lazy<TableModel> Trained = new(
        () => TableModel.Train(
            Reader(300, holes: 0.1),
            new TableOptions { Kinds = Kinds },
            new TrainingOptions { Epochs = 12, BatchSize = 64, ValidationSamples = 30, HidingShare = 0.5 }));

    public static TableModel Model => Trained.Value;

    /// <summary>Rows whose share of holes is given; the ID and the note are always there.</summary>
    public static MadeReader Reader(int count, double holes, int seed = 1) => new(Names, Rows(count, holes, seed));

    /// <summary>One row; null is a hole.</summary>
    public static MadeReader Row(params object?[] row) => new(Names, [row]);

    /// <summary>The texts of a result's row.</summary>
    public static string[] Texts(DataTable table, int row)
        => [.. table.Rows[row].ItemArray.Select(value => value is DBNull ? "" : (string)value!)];

    public static IEnumerable<object?[]> Rows(int count, double holes, int seed = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var z = random.NextDouble();
            var income = random.NextDouble() < 0.1 ? 0 : double.Exp(5 + (3 * z) + random.NextDouble());
            object?[] row =
            [
                income.ToString("F2", CultureInfo.InvariantCulture),
                (20 + (60 * z) + (5 * random.NextDouble())).ToString("F1", CultureInfo.InvariantCulture),
                $"K{i}",
                $"{(int)(10 * z * random.NextDouble())}",
                z < 0.3 ? "Oslo" : z < 0.6 ? "Bern" : "Rome",
                random.NextDouble() < z ? "yes" : "no",
                $"{1 + (int)(5 * z)}",
                new DateOnly(2020, 1, 1).AddDays((int)(1000 * z)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                "IT",
                "a note",
            ];
            for (var column = 0; column < row.Length; column++)
            {
                var isKept = Names[column] is "id" or "note" || random.NextDouble() >= holes;
                row[column] = isKept ? row[column] : null;
            }

            yield return row;
        }
    }
}
