using System.Data;
using System.Globalization;
using System.Text;

namespace Vae.Model.Tests.Tables;

/// <summary>A model of a table's columns, from rows to rows.</summary>
public sealed class TableModelTests
{
    private static readonly string[] Names = ["id", "income", "age", "visits", "city", "smokes", "grade", "since", "country"];

    private static readonly TrainingOptions Short = new() { Epochs = 30, BatchSize = 64, ValidationSamples = 40, HidingShare = 0.5 };

    private static readonly TableOptions Kinds = new()
    {
        Kinds = new Dictionary<string, ColumnKind>
        {
            ["id"] = ColumnKind.Id, ["income"] = ColumnKind.Positive, ["age"] = ColumnKind.Real, ["visits"] = ColumnKind.Count,
            ["city"] = ColumnKind.Category, ["smokes"] = ColumnKind.Flag, ["grade"] = ColumnKind.Ordinal, ["since"] = ColumnKind.Date,
        },
    };

    private static readonly Lazy<TableModel> Trained = new(() => TableModel.Train(new MadeReader(Names, Rows(400, holes: 0.1)), Kinds, Short));

    [Fact]
    public void Values_that_are_there_come_back_with_their_texts()
    {
        using var table = Trained.Value.Read(new MadeReader(Names, Rows(50, holes: 0.3)));
        var result = Trained.Value.Impute(table);

        Assert.Equal(50, result.Rows.Count);
        for (var row = 0; row < 50; row++)
        {
            foreach (var name in Names)
            {
                var text = table.Text(row, name);
                Assert.False(result.Rows[row].IsNull(name));
                if (text.Length > 0)
                {
                    Assert.Equal(text, result.Rows[row][name]);
                }
            }
        }
        var s = new StringBuilder();
        foreach (DataRow row in Trained.Value.Sample(20).Rows)
        {
            s.AppendLine(string.Join(',', row.ItemArray));
        }
        foreach (DataRow row in result.Rows)
        {
            s.AppendLine(string.Join(',', row.ItemArray));
        }
        s.AppendLine(string.Join(',', Trained.Value.Score(table).Select(x => x.ToString("F2"))));
        foreach (DataRow row in Trained.Value.Sample(10, new Dictionary<string, string> { ["city"] = "Rome", ["age"] = "70" }).Rows)
        {
            s.AppendLine(string.Join(',', row.ItemArray));
        }
        foreach (DataRow row in Trained.Value.Reconstruct(table).Rows)
        {
            s.AppendLine(string.Join(',', row.ItemArray));
        }
        File.WriteAllText("/tmp/w16/smoke.txt", s.ToString());
    }

    private static IEnumerable<object?[]> Rows(int count, double holes)
    {
        var random = new Random(count);
        for (var i = 0; i < count; i++)
        {
            var z = random.NextDouble();
            object?[] row =
            [
                $"K{i}",
                random.NextDouble() < 0.1 ? "0" : double.Round(double.Exp(5 + (4 * z) + random.NextDouble()), 2).ToString("F2", CultureInfo.InvariantCulture),
                double.Round(20 + (60 * z) + (5 * random.NextDouble()), 1).ToString("F1", CultureInfo.InvariantCulture),
                $"{(int)(10 * z * random.NextDouble())}",
                z < 0.3 ? "Oslo" : z < 0.6 ? "Bern" : "Rome",
                random.NextDouble() < z ? "yes" : "no",
                $"{1 + (int)(5 * z)}",
                new DateOnly(2020, 1, 1).AddDays((int)(1000 * z) + random.Next(50)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                "IT",
            ];
            for (var c = 1; c < row.Length; c++)
            {
                row[c] = random.NextDouble() < holes ? null : row[c];
            }

            yield return row;
        }
    }
}
