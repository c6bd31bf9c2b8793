using Vae.Tests;

namespace Vae.Model.Tests;

public sealed class TableSchemaTests
{
    private static readonly TableSchema Small = new(
    [
        new ColumnSchema("id", ColumnKind.Id),
        new ColumnSchema("when", ColumnKind.Date)
        {
            Least = 19000.25, Largest = 20000, DateFormat = "yyyy-MM-dd", Offset = 19500.123456789012, Scale = 1.0 / 3,
        },
        new ColumnSchema("size \"x\"", ColumnKind.Ordinal) { Levels = ["small", "large"], LevelCounts = [3, 4] },
        new ColumnSchema("city", ColumnKind.Category)
        {
            Levels = ["Rome", "Orléans"], LevelCounts = [30, 20], PooledLevels = ["Ur"], PooledCounts = [1], Missing = ["-"],
        },
        new ColumnSchema("price", ColumnKind.Positive) { Least = 0.1, Largest = 1e300, Decimals = 2 },
    ])
    { Scaling = Scaling.Standard };

    [Fact]
    public void A_schema_is_the_same_after_it_was_written_and_read()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullPath, "table.json");
        Small.Save(path);

        Assert.Equal(Small, TableSchema.Load(path));
        var uncounted = new TableSchema([new ColumnSchema("a", ColumnKind.Ordinal) { Levels = ["x", "y"] }]);
        uncounted.Save(path);
        Assert.Equal(uncounted, TableSchema.Load(path));
        Small.Save(path);
        Assert.Contains("\"Orléans\": 20", File.ReadAllText(path));
    }

    [Theory]
    [InlineData("{\"columns\": [\n{\"name\": \"a\" \"kind\": \"real\"}]}", "line 2")]
    [InlineData("{\"columns\": [{\"name\": \"a\"}]}", "column 'a' has no kind")]
    [InlineData("{\"columns\": [{\"kind\": \"real\"}]}", "column 1 has no name")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"integer\"}]}", "expected one of real, positive, count")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"real\", \"levles\": []}]}", "unknown property 'levles'")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"real\", \"scale\": 0}]}", "Column 'a', scale")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"real\", \"scale\": \"1\"}]}",
        "column 'a', scale: expected a number")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"real\", \"least\": 2, \"largest\": 1}]}", "Column 'a', least")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"count\", \"least\": -1}]}", "Column 'a', least")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"flag\", \"levels\": {\"x\": 1, \"y\": 1, \"z\": 1}}]}",
        "a flag has two")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"category\", \"levels\": {\"x\": -1}}]}", "0 or above")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"category\", \"levels\": [\"x\", \"x\"]}]}", "'x' is there twice")]
    [InlineData("{\"columns\": [{\"name\": \"a\", \"kind\": \"real\"}, {\"name\": \"a\", \"kind\": \"real\"}]}",
        "two columns 'a'")]
    [InlineData("{\"columns\": []}", "one column or more")]
    [InlineData("{\"columns\": 3}", "expected a list")]
    [InlineData("{\"format\": 2, \"columns\": []}", "expected format 1")]
    [InlineData("{\"scaling\": \"log\", \"columns\": []}", "expected one of none, standard, min_max")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]", "line 1")]
    [InlineData("", "line 1")]
    public void A_mistake_in_a_file_is_named(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullPath, "table.json");
        File.WriteAllText(path, json);

        Assert.Contains(expected, Assert.Throws<SchemaException>(() => TableSchema.Load(path)).Message);
    }

    [Fact]
    public void A_person_may_change_a_kind_and_leave_the_rest()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullPath, "table.json");
        File.WriteAllText(path, """
            {"columns": [
              {"name": "city", "kind": "ID", "levels": {"Rome": 3}},
              {"name": "zip", "kind": "category", "least": 1, "largest": 3},
              {"name": "grade", "kind": "min-max"}
            ]}
            """.Replace("min-max", "ordinal", StringComparison.Ordinal));
        var schema = TableSchema.Load(path);
        var cells = TinyCells.Of("city,zip,grade", "Rome,1,low", "Oslo,3,high", "Rome,1,medium", "Oslo,1,low");
        var bound = SchemaBinding.Bind(schema, cells).Schema;

        Assert.Empty(bound.Columns[0].Levels);
        Assert.Equal(["1", "3"], bound.Columns[1].Levels);
        Assert.Equal(["low", "medium", "high"], bound.Columns[2].Levels);
        Assert.Equal([3, 1], bound.Columns[1].LevelCounts);
    }

    [Fact]
    public void The_scaling_is_fitted_in_double_without_the_held_out_rows_and_without_holes()
    {
        var random = new Random(1);
        double[][] rows = [.. Enumerable.Range(0, 200).Select(row => (double[])
            [1.7e9 + (60 * random.NextDouble()), row % 5 == 0 ? double.NaN : row % 7])];
        var training = new TrainingOptions { ValidationSamples = 50, Seed = 3 };
        var schema = new TableSchema(
            [new ColumnSchema("when", ColumnKind.Real), new ColumnSchema("id", ColumnKind.Id),
                new ColumnSchema("n", ColumnKind.Count)]);
        var fitted = schema.Fit(new Doubles(rows), Scaling.Standard, training);

        var held = new SampleOrder(200, 50, 3).Validation;
        var kept = rows.Where((_, row) => !held.Contains(row)).ToArray();
        foreach (var (column, feature) in new[] { (fitted.Columns[0], 0), (fitted.Columns[2], 1) })
        {
            var numbers = kept.Select(row => row[feature]).Where(double.IsFinite).ToArray();
            var mean = 1.7e9 * (1 - feature) is var near ? near + numbers.Average(number => number - near) : 0;
            Assert.Equal(mean, column.Offset, 1e-6);
            Assert.Equal(double.Sqrt(numbers.Average(number => (number - mean) * (number - mean))), column.Scale, 1e-6);
        }

        Assert.Equal((0, 1), (fitted.Columns[1].Offset, fitted.Columns[1].Scale));
        Assert.Equal(["when", "n"], fitted.ToPreparation().Columns);
        Assert.Equal(fitted.Columns[0].Offset, fitted.ToPreparation().Offset[0]);
    }

    private sealed class Doubles(double[][] rows) : IIncompleteSamples
    {
        public int Count => rows.Length;

        public int Features => rows[0].Length;

        public bool HasMissing => true;

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            for (var i = 0; i < samples.Length; i++)
            {
                for (var j = 0; j < Features; j++)
                {
                    batch[(i * Features) + j] = T.CreateTruncating(rows[samples[i]][j]);
                }
            }
        }
    }
}
