using System.Data;
using System.Globalization;
using Vae.Model.Tests.Tables;

namespace Vae.Model.Tests;

/// <summary>A model of a table's columns, from rows to rows.</summary>
public sealed class TableModelTests
{
    private static readonly string[] Result = ["id", "income", "age", "visits", "city", "smokes", "grade", "since", "country"];

    private static TableModel Model => PeopleTable.Model;

    [Fact]
    public void The_columns_of_a_result_are_IDs_then_the_others_without_those_to_ignore()
    {
        Assert.Equal(Result, Model.Columns);
        Assert.Equal(Result, Model.Sample(1).Columns.Cast<DataColumn>().Select(column => column.ColumnName));
    }

    [Fact]
    public void Values_that_are_there_come_back_with_their_texts_and_holes_are_filled_with_valid_ones()
    {
        using var table = Model.Read(PeopleTable.Reader(40, holes: 0.3, seed: 2));
        var result = Model.Impute(table);

        Assert.Equal(40, result.Rows.Count);
        for (var row = 0; row < 40; row++)
        {
            foreach (var name in Result)
            {
                var text = table.Text(row, name);
                Assert.Equal(text.Length > 0 ? text : result.Rows[row][name], result.Rows[row][name]);
            }

            RequireValid(PeopleTable.Texts(result, row), isDrawn: false);
        }
    }

    [Fact]
    public void The_number_of_filled_values_is_that_of_the_holes()
    {
        using var table = Model.Read(PeopleTable.Reader(40, holes: 0.3, seed: 2));
        var holes = Enumerable.Range(0, 40).Sum(row => Result.Count(name => table.Text(row, name).Length == 0));

        Assert.Equal(holes, Model.Impute(table, 1, new TableUse { Draws = 20 }, _ => { }).Filled);
        Assert.Equal(holes, Model.Impute(table, 3, new TableUse { Draws = 20 }, _ => { }).Filled);
    }

    [Fact]
    public void A_row_without_holes_needs_no_draws()
    {
        using var table = Model.Read(PeopleTable.Reader(5, holes: 0));
        var rows = new List<string[]>();
        var summary = Model.Impute(table, 2, new TableUse(), row => rows.Add(row.ToArray()));

        Assert.Equal((0, 0), (summary.Filled, summary.Doubtful));
        Assert.Equal(double.NaN, summary.MedianEffectiveSampleSize);
        Assert.Equal(10, rows.Count);
        Assert.Equal(rows[0], rows[1]);
        Assert.Equal(table.Text(4, "income"), rows[9][1]);
    }

    [Fact]
    public void Multiple_imputations_of_a_row_follow_each_other_and_differ_in_its_holes_alone()
    {
        using var table = Model.Read(PeopleTable.Row("523.10", null, "K1", "3", null, "yes", "4", "2021-05-01", "IT", "x"));
        var rows = new List<string[]>();
        var summary = Model.Impute(table, 50, new TableUse(), row => rows.Add(row.ToArray()));

        Assert.Equal((2, 50), (summary.Filled, rows.Count));
        Assert.True(summary.MedianEffectiveSampleSize > 1);
        Assert.True(rows.Select(row => row[2]).Distinct().Count() > 10); // ages, of which there are hundreds
        Assert.All(rows, row =>
        {
            Assert.Equal(("K1", "523.10", "3", "yes", "4"), (row[0], row[1], row[3], row[5], row[6]));
            RequireValid(row, isDrawn: false);
        });
    }

    [Fact]
    public void An_imputation_is_a_function_of_seed_and_row()
    {
        using var table = Model.Read(PeopleTable.Reader(30, holes: 0.3, seed: 2));
        using var half = Model.Read(new MadeReader(PeopleTable.Names, PeopleTable.Rows(30, 0.3, seed: 2).Take(15)));
        var all = Drawn(table, seed: 1);

        Assert.Equal(all, Drawn(table, seed: 1));
        Assert.Equal(all.Take(30), Drawn(half, seed: 1));
        Assert.NotEqual(all, Drawn(table, seed: 2));

        string[] Drawn(Table rows, ulong seed)
        {
            var texts = new List<string>();
            Model.Impute(rows, 2, new TableUse { Draws = 50, Seed = seed }, row => texts.Add(string.Join(',', row.ToArray())));
            return [.. texts];
        }
    }

    [Fact]
    public void An_unknown_level_is_no_evidence_but_stays()
    {
        object?[] row = ["523.10", "40.5", "K1", "3", "Atlantis", "yes", "4", "2021-05-01", "IT", "x"];
        using var unknown = Model.Read(PeopleTable.Row(row));
        row[4] = null;
        using var missing = Model.Read(PeopleTable.Row(row));

        Assert.Equal("Atlantis", Model.Impute(unknown).Rows[0]["city"]);
        Assert.NotEqual(DBNull.Value, Model.Impute(missing).Rows[0]["city"]);
        Assert.Equal(Model.Score(missing), Model.Score(unknown));
    }

    [Fact]
    public void A_column_that_the_rows_lack_is_missing_in_all_of_them_and_a_note_says_so()
    {
        using var table = Model.Read(new MadeReader(["city", "age", "more"], [["Rome", "70.0", "1"], ["Oslo", "25.0", "2"]]));
        var result = Model.Impute(table);

        const string expected = "not among the columns, and missing in all rows: 'income', 'visits'";
        Assert.Contains(table.Notes, note => note.StartsWith(expected, StringComparison.Ordinal));
        Assert.Equal(("Rome", "70.0"), ((string)result.Rows[0]["city"], (string)result.Rows[0]["age"]));
        Assert.Equal(DBNull.Value, result.Rows[0]["id"]);
        Assert.Equal("IT", result.Rows[0]["country"]);
        // The older a person, the later the date: from 2020 to 2022 over the ages from 20 to 80.
        Assert.True(string.CompareOrdinal((string)result.Rows[0]["since"], (string)result.Rows[1]["since"]) > 0);
    }

    [Fact]
    public void Columns_whose_names_differ_in_case_alone_stand_side_by_side()
    {
        var result = new ResultRows(new TableSchema(
            [new ColumnSchema("a", ColumnKind.Real), new ColumnSchema("A", ColumnKind.Real)])).NewTable();
        ResultRows.Add(result, ["1", ""]);

        Assert.Equal(["a", "A"], result.Columns.Cast<DataColumn>().Select(column => column.ColumnName));
        Assert.Equal(["1", DBNull.Value], result.Rows[0].ItemArray);
    }

    [Fact]
    public void A_table_that_was_read_without_the_model_gives_the_same_results()
    {
        using var own = Table.Read(PeopleTable.Reader(30, holes: 0.2, seed: 3), new TableOptions { Kinds = PeopleTable.Kinds });
        using var read = Model.Read(PeopleTable.Reader(30, holes: 0.2, seed: 3));
        var use = new TableUse { Draws = 50 };

        Assert.Equal(Model.Score(read, use), Model.Score(own, use));
        Assert.Equal(Model.Encode(read), Model.Encode(own));
    }

    [Fact]
    public void Drawn_rows_are_valid_and_have_no_IDs()
    {
        var rows = Model.Sample(300);
        for (var row = 0; row < 300; row++)
        {
            RequireValid(PeopleTable.Texts(rows, row), isDrawn: true);
        }

        Assert.True(rows.Rows.Cast<DataRow>().Select(row => row["city"]).Distinct().Count() == 3);
        Assert.Contains(rows.Rows.Cast<DataRow>(), row => (string)row["income"] == "0.00"); // one in ten has a zero
    }

    [Fact]
    public void The_first_rows_are_the_same_whatever_their_number()
    {
        var (few, many) = (Model.Sample(70), Model.Sample(150));
        for (var row = 0; row < 70; row++)
        {
            Assert.Equal(PeopleTable.Texts(few, row), PeopleTable.Texts(many, row));
        }

        Assert.NotEqual(PeopleTable.Texts(few, 0), PeopleTable.Texts(Model.Sample(1, use: new TableUse { Seed = 2 }), 0));
    }

    [Fact]
    public void Conditions_stand_in_every_row_as_they_are_given()
    {
        var rows = Model.Sample(100, new Dictionary<string, string>
        {
            ["smokes"] = "TRUE", ["age"] = "70", ["country"] = "IT", ["since"] = "2021-05-01",
        });
        for (var row = 0; row < 100; row++)
        {
            var texts = PeopleTable.Texts(rows, row);
            Assert.Equal(("TRUE", "70", "2021-05-01", "IT"), (texts[5], texts[2], texts[7], texts[8]));
            texts[5] = "yes";
            RequireValid(texts, isDrawn: true);
        }
    }

    [Fact]
    public void Many_rows_under_conditions_come_in_groups()
    {
        const int Count = 10_500;
        var (rows, told) = (0, new List<int>());
        var use = new TableUse { Draws = 100, Progress = new Reported(told.Add) };
        var size = Model.Sample(Count, new Dictionary<string, string> { ["city"] = "Rome" }, use, _ => rows++);

        Assert.Equal((Count, Count), (rows, told[^1]));
        Assert.InRange(size, 1, 100);
    }

    // The same weights, whose logarithms are summed in the same way.
    [Fact]
    public void A_score_is_that_of_the_importance_sampler()
    {
        using var table = Model.Read(PeopleTable.Reader(1, holes: 0.2, seed: 4));
        var score = Model.Score(table, new TableUse { Draws = 512, Seed = 7 }).Single();
        var seen = Model.Schema.ToPreparation().Apply(table.WithSchema(Model.Schema));
        var estimate = new ImportanceSampler<float>(Model.Model.Network).Estimate(seen, draws: 512, seed: 7);

        Assert.Equal(estimate.NegativeLogLikelihood, score, 1e-4);    // floats, decoded in chunks of another size
    }

    // 300 rows, of which 200 say how many draws are needed and keep theirs, in batches of other sizes than the others' draws.
    [Fact]
    public void Scores_are_those_of_as_many_draws_whether_or_not_a_row_said_how_many()
    {
        using var table = Model.Read(PeopleTable.Reader(300, holes: 0.2, seed: 4));
        var scores = Model.Score(table);
        int[] numbers = [64, 128, 256, 512, 1024, 2048, 4096];

        Assert.Contains(numbers, draws => scores.SequenceEqual(Model.Score(table, new TableUse { Draws = draws })));
    }

    [Fact]
    public void Equal_rows_have_equal_scores_and_a_strange_row_has_a_high_one()
    {
        object?[] usual = ["1500.00", "50.5", "K1", "3", "Bern", "yes", "3", "2021-06-01", "IT", "x"];
        object?[] strange = ["9999.00", "21.0", "K2", "9", "Oslo", "no", "5", "2020-01-10", "IT", "x"];
        using var table = Model.Read(new MadeReader(PeopleTable.Names, [usual, strange, usual]));
        var scores = Model.Score(table);

        Assert.Equal(scores[0], scores[2]);
        Assert.True(scores[1] > scores[0] + 5, $"{scores[1]} and {scores[0]}");
    }

    [Fact]
    public void A_code_is_the_posteriors_mean_and_a_reconstruction_has_all_columns()
    {
        using var table = Model.Read(PeopleTable.Reader(30, holes: 0.2, seed: 3));
        var (codes, rows) = (Model.Encode(table), Model.Reconstruct(table));

        Assert.Equal(30, codes.Length);
        Assert.All(codes, code => Assert.Equal(Model.Model.Latent, code.Length));
        Assert.True(codes.Select(code => code[0]).Distinct().Count() > 20);
        for (var row = 0; row < 30; row++)
        {
            RequireValid(PeopleTable.Texts(rows, row), isDrawn: false);
            Assert.Equal(table.Text(row, "id"), rows.Rows[row]["id"]);
        }
    }

    [Fact]
    public void A_model_that_is_saved_and_read_again_gives_the_same_results()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.safetensors");
        try
        {
            Model.Save(path);
            var again = TableModel.Load(path);
            using var table = Model.Read(PeopleTable.Reader(20, holes: 0.2, seed: 3));

            Assert.Equal(Model.Schema, again.Schema);
            Assert.Equal(Model.Score(table), again.Score(table));
            Assert.Equal(PeopleTable.Texts(Model.Sample(3), 2), PeopleTable.Texts(again.Sample(3), 2));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // Each value is one that the column could have had.
    private static void RequireValid(string[] texts, bool isDrawn)
    {
        Assert.Equal(isDrawn, texts[0].Length == 0);
        Assert.Matches(@"^\d+\.\d\d$", texts[1]);
        Assert.Matches(@"^\d+(\.\d)?$", texts[2]);
        Assert.InRange(double.Parse(texts[2], CultureInfo.InvariantCulture), 20, 85);
        Assert.InRange(int.Parse(texts[3], CultureInfo.InvariantCulture), 0, 9);
        Assert.Contains(texts[4], (string[])["Rome", "Oslo", "Bern"]);
        Assert.Contains(texts[5], (string[])["yes", "no"]);
        Assert.Contains(texts[6], (string[])["1", "2", "3", "4", "5"]);
        var since = DateOnly.ParseExact(texts[7], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.InRange(since, new DateOnly(2020, 1, 1), new DateOnly(2022, 9, 27));
        Assert.Equal("IT", texts[8]);
    }

    private sealed class Reported(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
