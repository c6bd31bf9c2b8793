using System.Data;
using Vae.Tests;

namespace Vae.Model.Tests.Tables;

/// <summary>A table as samples.</summary>
public sealed class TableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_features_are_numbers_dates_and_flags_in_their_own_units()
    {
        using var table = Small();
        Assert.Equal(["price", "day", "paid"], table.Modelled.Select(column => column.Name));
        Assert.Equal(["price", "day", "paid"], Enumerable.Range(0, 3).Select(table.FeatureName));
        Assert.Equal(12, table.Count);
        Assert.Equal(3, table.Features);
        Assert.True(table.HasMissing);
        var batch = new double[6];
        table.Gather<double>([2, 1], batch);
        Assert.Equal([2.25, 2, 1, double.NaN, 1, 0], batch);
        var floats = new float[6];
        table.Gather<float>([2, 1], floats);
        Assert.Equal([2.25f, 2, 1, float.NaN, 1, 0], floats);
    }

    [Fact]
    public void Text_categories_are_left_out_of_the_features_with_a_note()
    {
        using var table = Small();
        Assert.Equal(ColumnKind.Category, Assert.Single(table.Schema.Columns, column => column.Name == "city").Kind);
        Assert.Contains(table.Notes, note => note.Contains("left out of the training", StringComparison.Ordinal)
            && note.Contains("'city'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_is_read_back_as_text()
    {
        using var table = Small();
        Assert.Equal(["2.25", "1970-01-03", "yes", "Rome"], Texts(table, 2));
        Assert.Equal("", table.Text(1, "price"));
        Assert.Contains("'city'", Assert.Throws<ArgumentException>(() => table.Text(0, "x")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Text(12, "city"));
    }

    [Fact]
    public void A_sample_is_named_by_its_line_or_its_row()
    {
        using var lines = Table.Read(Reader(), "sales.csv", null, null, default);
        Assert.Equal("sales.csv, line 4", lines.SampleName(2));
        Assert.Equal(4, lines.LineOf(2));
        using var rows = Table.Read(new MadeReader(["a"], Numbers(3)));
        Assert.Equal("row 3 of the reader", rows.SampleName(2));
        using var named = Table.Read(new MadeReader(["a"], Numbers(3)), "sales.parquet", null, null, default);
        Assert.Equal("sales.parquet, row 3", named.SampleName(2));
    }

    [Fact]
    public void Ignored_columns_stand_in_the_schema_and_are_not_kept()
    {
        var kinds = new Dictionary<string, ColumnKind> { ["day"] = ColumnKind.Ignore };
        using var table = Table.Read(Reader(), new TableOptions { Kinds = kinds });
        Assert.Equal(ColumnKind.Ignore, Assert.Single(table.Schema.Columns, column => column.Name == "day").Kind);
        Assert.DoesNotContain("day", table.Modelled.Select(column => column.Name));
        Assert.Throws<ArgumentException>(() => table.Text(0, "day"));
        Assert.Equal(table.Schema.Columns.Count, table.Findings.Count);
    }

    [Fact]
    public void New_rows_are_read_with_a_models_schema_in_any_order_of_columns()
    {
        using var table = Small();
        using var rows = Table.Read(
            MadeFields.Of("city|paid|other|price|day", "Oslo|yes|1|7|1970-01-31", "Rome|maybe|2|x|1970-02-01"),
            new TableOptions { Schema = table.Schema });
        var batch = new double[6];
        rows.Gather<double>([0, 1], batch);
        Assert.Equal([7, 30, 1, double.NaN, 31, double.NaN], batch);
        Assert.True(rows.HasMissing);
        Assert.Contains(rows.Notes, note => note.Contains("maybe", StringComparison.Ordinal));
    }

    [Fact]
    public void A_table_can_be_seen_with_another_schema()
    {
        using var table = Small();
        var schema = table.Schema with
        {
            Columns = [.. table.Schema.Columns.Select(
                column => column.Name == "day" ? new ColumnSchema("day", ColumnKind.Ignore) : column)],
        };
        var other = table.WithSchema(schema);
        Assert.Equal(["price", "paid"], other.Modelled.Select(column => column.Name));
        Assert.Equal(table.Sha256, other.Sha256);
    }

    [Fact]
    public void A_kind_that_is_given_beside_a_schema_wins()
    {
        using var table = Small();
        using var again = Table.Read(Reader(), new TableOptions
        {
            Schema = table.Schema,
            Kinds = new Dictionary<string, ColumnKind> { ["city"] = ColumnKind.Id, ["paid"] = ColumnKind.Ignore },
        });
        Assert.Equal(ColumnKind.Id, Assert.Single(again.Schema.Columns, column => column.Name == "city").Kind);
        Assert.Equal(["price", "day"], again.Modelled.Select(column => column.Name));
    }

    [Fact]
    public void The_checksum_is_of_names_and_values()
    {
        using var one = Table.Read(MadeFields.Of("a|b", "1|x", "2|y"));
        using var same = Table.Read(MadeFields.Of("a|b", "1.0|x", "", "2|y"));
        using var number = Table.Read(MadeFields.Of("a|b", "1|x", "3|y"));
        using var text = Table.Read(MadeFields.Of("a|b", "1|x", "2|z"));
        using var name = Table.Read(MadeFields.Of("a|c", "1|x", "2|y"));
        Assert.Equal(64, one.Sha256.Length);
        Assert.Equal(one.Sha256, same.Sha256);
        Assert.Equal(4, new[] { one, number, text, name }.Select(table => table.Sha256).Distinct().Count());
    }

    [Fact]
    public void Rows_in_a_file_are_gathered_by_many_threads_like_rows_in_memory()
    {
        const int count = 20_000;
        IEnumerable<object?[]> Rows()
            => Enumerable.Range(0, count).Select(i => new object?[] { (double)i, i % 3 == 0 ? null : i * 0.5 });
        using var memory = Table.Read(new MadeReader(["a", "b"], Rows()));
        var options = new TableOptions { Folder = _folder.FullPath };
        using var cells = new TableCoder(new MadeReader(["a", "b"], Rows()), options).Code(null, default, mostInMemory: 0);
        using var file = new Table(cells, TableTyping.Bind(cells, [], options, default), null, []);
        Assert.Equal(memory.Sha256, file.Sha256);
        Parallel.For(0, 50, seed =>
        {
            var random = new Random(seed);
            int[] samples = [.. Enumerable.Range(0, 300).Select(i => i < 100 ? (seed * 100) + i : random.Next(count))];
            var (expected, actual) = (new double[600], new double[600]);
            memory.Gather(samples, expected.AsSpan());
            file.Gather(samples, actual.AsSpan());
            Assert.Equal(expected, actual);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 26)]
    public void Gathering_allocates_nothing(int mostInMemory)
    {
        var rows = Enumerable.Range(0, 5000).Select(i => new object?[] { (double)i, i % 2 == 0 });
        using var reader = new MadeReader(["a", "b"], rows);
        using var cells = new TableCoder(reader, new TableOptions()).Code(null, default, mostInMemory);
        using var table = new Table(cells, TableTyping.Bind(cells, [], new TableOptions(), default), null, []);
        int[] samples = [5, 6, 7, 4000, 1];
        var batch = new float[10];
        table.Gather<float>(samples, batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        table.Gather<float>(samples, batch);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_sample_that_is_not_there_is_refused()
    {
        using var table = Small();
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Gather([12], new float[3].AsSpan()));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.LineOf(-1));
    }

    [Fact]
    public void A_table_of_texts_alone_has_a_schema_and_no_features()
    {
        using var table = Table.Read(MadeFields.Of("a", "x", "y", "x"));
        Assert.Single(table.Schema.Columns);
        Assert.True(table.Features == 0 || table.Modelled[0].Kind == ColumnKind.Flag);
    }

    private static Table Small() => Table.Read(Reader());

    private static MadeFields Reader() => MadeFields.Of(
    [
        "price|day|paid|city",
        .. Enumerable.Range(0, 12).Select(i => (i == 1 ? "NA" : $"{i}.25")
            + $"|1970-01-{i + 1:D2}|{(i % 2 == 0 ? "yes" : "no")}|{(i % 3) switch { 0 => "Oslo", 1 => "Bern", _ => "Rome" }}"),
    ]);

    private static IEnumerable<object?[]> Numbers(int count) => Enumerable.Range(0, count).Select(i => new object?[] { i * 1.5 });

    private static string[] Texts(Table table, int row)
        => [.. new[] { "price", "day", "paid", "city" }.Select(name => table.Text(row, name))];
}
