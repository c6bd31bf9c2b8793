using System.Data;
using System.Globalization;
using Vae.Tests;

namespace Vae.Model.Tests.Tables;

/// <summary>Rows of a reader as cells.</summary>
public sealed class TableCoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fields_in_UTF8_become_numbers_texts_and_holes()
    {
        using var cells = Code(MadeFields.Of("a|b|c", "1|x|2024-01-01", "NA|y|", "2.5|x|2024-01-02"));
        Assert.Equal(["1", "hole", "2.5"], Column(cells, 0));
        Assert.Equal(["x", "y", "x"], Column(cells, 1));
        Assert.Equal(["19723", "hole", "19724"], Column(cells, 2));
        Assert.Equal(new CellNotation(1, 0, null), cells.NotationOf(0));
        Assert.Equal("yyyy-MM-dd", cells.NotationOf(2).DateFormat);
    }

    [Fact]
    public void The_readers_decimal_comma_and_thousands_points_are_used()
    {
        using var reader = new MadeFields(["a", "1.234,5"]) { DecimalPoint = (byte)',', ThousandsSeparator = (byte)'.' };
        using var cells = Code(reader);
        Assert.Equal(["1234.5"], Column(cells, 0));
    }

    [Fact]
    public void Lines_are_those_of_the_file()
    {
        using var cells = Code(MadeFields.Of("a", "1", "", "2", "3"));
        Assert.Equal([2, 4, 5], Enumerable.Range(0, 3).Select(cells.LineOf));
    }

    [Fact]
    public void Values_of_every_type_have_their_cells()
    {
        (object? Value, string Cell)[] values =
        [
            (1.5, "1.5"), (double.NaN, "hole"), (double.PositiveInfinity, "hole"), (0.5f, "0.5"), ((Half)0.25, "0.25"),
            (7L, "7"), (7, "7"), ((short)-7, "-7"), ((byte)7, "7"), ((sbyte)-7, "-7"), ((ushort)7, "7"), (7u, "7"), (7ul, "7"),
            (1.25m, "1.25"), (0.1m, "0.1"), (79228162514264337593543950335m, "7.922816251426434E+28"), (true, "True"),
            (false, "False"), ("text", "text"), (" 3 ", "3"), ("NA", "hole"), ("", "hole"), ('c', "c"), (null, "hole"),
            (DBNull.Value, "hole"), (new byte[3], "hole"), (TimeSpan.FromSeconds(1.5), "1.5"), (new TimeOnly(0, 1), "60"),
            (Guid.Empty, "00000000-0000-0000-0000-000000000000"), (DayOfWeek.Friday, "Friday"),
            (9007199254740993L, "9007199254740993"), (long.MinValue, "-9.223372036854776E+18"),
            (ulong.MaxValue, "18446744073709551615"), (long.MaxValue, "9223372036854775807"),
        ];
        foreach (var (value, expected) in values)
        {
            using var cells = Code(new MadeReader(["a"], [[value]]));
            Assert.Equal([expected], Column(cells, 0));
        }
    }

    [Fact]
    public void Moments_of_every_type_are_days()
    {
        object[] values =
        [
            new DateTime(1970, 1, 2, 12, 0, 0, DateTimeKind.Utc), new DateOnly(1970, 1, 3),
            new DateTimeOffset(1970, 1, 2, 2, 0, 0, TimeSpan.FromHours(2)),
        ];
        using var cells = Code(new MadeReader(["a"], values.Select(value => new object?[] { value })));
        Assert.Equal(["1.5", "2", "1"], Column(cells, 0));
        Assert.Equal("yyyy-MM-dd HH:mm:ss", cells.NotationOf(0).DateFormat);
    }

    [Fact]
    public void The_type_of_a_column_may_change_from_row_to_row()
    {
        object?[] values = [1L, "two", 3.5, null, new byte[1], "4", true, 5L];
        using var cells = Code(new MadeReader(["a"], values.Select(value => new[] { value })));
        Assert.Equal(["1", "two", "3.5", "hole", "hole", "4", "True", "5"], Column(cells, 0));
    }

    [Theory]
    [InlineData(typeof(double))]
    [InlineData(typeof(string))]
    [InlineData(typeof(object))]
    public void A_reader_that_is_wrong_about_its_types_is_read_by_its_values(Type claimed)
    {
        object?[] values = ["x", 2, 3.5, null];
        using var cells = Code(new MadeReader(["a"], values.Select(value => new[] { value }), claimed));
        Assert.Equal(["x", "2", "3.5", "hole"], Column(cells, 0));
    }

    [Fact]
    public void A_DataTable_is_read_with_its_types_and_nulls()
    {
        using var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add("price", typeof(decimal));
        table.Columns.Add("count", typeof(int));
        table.Columns.Add("day", typeof(DateTime));
        table.Columns.Add("paid", typeof(bool));
        table.Rows.Add(1.50m, 3, new DateTime(1970, 1, 11), true);
        table.Rows.Add(DBNull.Value, 4, DBNull.Value, false);
        using var reader = table.CreateDataReader();
        using var cells = Code(reader);
        Assert.Equal(["1.5", "hole"], Column(cells, 0));
        Assert.Equal(["3", "4"], Column(cells, 1));
        Assert.Equal(["10", "hole"], Column(cells, 2));
        Assert.Equal(["True", "False"], Column(cells, 3));
        Assert.Equal(2, cells.NotationOf(0).Decimals);
        Assert.Equal([1, 2], Enumerable.Range(0, 2).Select(cells.LineOf));
    }

    [Theory]
    [InlineData(1, 0.5, 1.0, 2.0)]
    [InlineData(2, 0.1, 0.25)]
    [InlineData(15, 0.1, 1.0 / 3)]
    [InlineData(0, 1e300, 12.0)]
    public void The_decimals_of_doubles_are_those_of_their_shortest_texts(int decimals, params double[] numbers)
    {
        using var cells = Code(new MadeReader(["a"], numbers.Select(number => new object?[] { number })));
        Assert.Equal(decimals, cells.NotationOf(0).Decimals);
    }

    [Fact]
    public void The_decimals_of_floats_are_those_of_their_shortest_texts()
    {
        using var cells = Code(new MadeReader(["a"], [[0.1f], [1.25f], [100f]]));
        Assert.Equal(2, cells.NotationOf(0).Decimals);
    }

    [Fact]
    public void Pictures_are_read_as_missing_with_a_note()
    {
        using var reader = new MadeReader(["photo", "a"], [[new byte[5], 1]]);
        var coder = new TableCoder(reader, new TableOptions());
        using var cells = coder.Code(null, default);
        Assert.Equal("column 'photo' has values of type Byte[], which are read as missing", Assert.Single(coder.Notes));
    }

    [Fact]
    public void Columns_are_chosen_in_the_order_that_is_asked_for()
    {
        using var cells = Code(MadeFields.Of("a|b|c", "1|2|3"), new TableOptions { Columns = ["c", "a"] });
        Assert.Equal(["c", "a"], cells.Names);
        Assert.Equal(["3"], Column(cells, 0));
    }

    [Fact]
    public void Ignored_columns_are_not_kept()
    {
        var kinds = new Dictionary<string, ColumnKind> { ["b"] = ColumnKind.Ignore, ["c"] = ColumnKind.Id };
        using var cells = Code(MadeFields.Of("a|b|c", "1|2|3"), new TableOptions { Kinds = kinds });
        Assert.Equal(["a", "c"], cells.Names);
    }

    [Fact]
    public void A_schema_chooses_its_columns_and_may_lack_IDs()
    {
        var schema = new TableSchema([new("b", ColumnKind.Real), new("id", ColumnKind.Id), new("a", ColumnKind.Real)]);
        using var cells = Code(MadeFields.Of("a|x|b", "1|2|3"), new TableOptions { Schema = schema });
        Assert.Equal(["b", "a"], cells.Names);
        var failure = Assert.Throws<SchemaException>(
            () => Code(MadeFields.Of("a|x|y", "1|2|3"), new TableOptions { Schema = schema }));
        Assert.Contains("'b'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'a', 'x', 'y'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_without_a_name_and_of_one_name_get_names_of_their_own()
    {
        using var reader = MadeFields.Of("|a|a", "1|2|3");
        var coder = new TableCoder(reader, new TableOptions());
        using var cells = coder.Code(null, default);
        Assert.Equal(3, cells.Names.Distinct().Count());
        Assert.DoesNotContain("", cells.Names);
        Assert.Equal(2, coder.Notes.Count);
    }

    [Theory]
    [InlineData("d", null)]
    [InlineData(null, "d")]
    public void An_unknown_column_is_refused_with_the_names_there_are(string? column, string? kind)
    {
        var options = new TableOptions
        {
            Columns = column is null ? null : ["a", column],
            Kinds = kind is null ? [] : new Dictionary<string, ColumnKind> { [kind] = ColumnKind.Real },
        };
        var failure = Assert.Throws<ArgumentException>(() => Code(MadeFields.Of("a|b\u0007", "1|2"), options));
        Assert.Contains("'d'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'a', 'b\\u{7}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_that_is_asked_for_twice_or_no_column_at_all_is_refused()
    {
        Assert.Throws<ArgumentException>(
            () => Code(MadeFields.Of("a|b", "1|2"), new TableOptions { Columns = ["a", "b", "a"] }));
        Assert.Throws<ArgumentException>(() => Code(MadeFields.Of("a|b", "1|2"), new TableOptions { Columns = [] }));
    }

    [Fact]
    public void A_table_without_rows_is_refused()
    {
        var failure = Assert.Throws<IOException>(() => Code(MadeFields.Of("a|b")));
        Assert.Contains("at least one row", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    [InlineData(1 << 26)]
    public void A_large_table_goes_to_a_file_and_is_read_back_the_same(int mostInMemory)
    {
        const int rows = 60_000;
        string[] lines = ["a|b|c", .. Enumerable.Range(0, rows).Select(i => $"{i}|{i % 7}.5|t{i % 100}")];
        var options = new TableOptions { Folder = _folder.FullPath };
        using (var cells = new TableCoder(MadeFields.Of(lines), options).Code(null, default, mostInMemory))
        {
            Assert.Equal(mostInMemory == 1 << 26, cells.IsInMemory);
            Assert.Equal(cells.IsInMemory ? 0 : 1, Directory.GetFiles(_folder.FullPath).Length);
            var some = new Cell[3 * 1000];
            for (var first = 0; first < rows; first += 1000)
            {
                cells.Read(first, some);
                for (var i = 0; i < 1000; i++)
                {
                    Assert.Equal(first + i, some[3 * i].Number);
                    Assert.Equal($"t{(first + i) % 100}", cells.TextOf(2, some[(3 * i) + 2]));
                }
            }
        }

        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void Texts_beyond_a_columns_list_are_kept_in_full()
    {
        const int rows = ColumnTexts.MostTexts + 1000;
        string[] lines = ["a", .. Enumerable.Range(0, rows).Select(i => $"text number {i}")];
        using var cells = Code(MadeFields.Of(lines), new TableOptions { Folder = _folder.FullPath });
        Assert.True(cells.HasOtherTexts);
        Assert.Equal(ColumnTexts.MostTexts, cells.TextsIn(0));
        Assert.Equal(lines[1..], Column(cells, 0));
    }

    [Fact]
    public void Reading_can_be_cancelled_and_leaves_no_file()
    {
        using var cancelled = new CancellationTokenSource();
        IEnumerable<object?[]> Rows()
        {
            for (var i = 0; i < 100_000; i++)
            {
                if (i == 50_000)
                {
                    cancelled.Cancel();
                }

                yield return [(double)i];
            }
        }

        using var reader = new MadeReader(["a"], Rows());
        var coder = new TableCoder(reader, new TableOptions { Folder = _folder.FullPath });
        Assert.Throws<OperationCanceledException>(() => coder.Code(null, cancelled.Token, mostInMemory: 0));
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void Progress_is_the_share_of_the_source_where_it_is_known()
    {
        var told = new Told();
        string[] lines = ["a", .. Enumerable.Repeat("1", 10_000)];
        using var cells = new TableCoder(MadeFields.Of(lines), new TableOptions()).Code(told, default);
        Assert.Equal([0, 4096, 8192], told.All.Select(one => one.Rows));
        Assert.All(told.All, one => Assert.InRange(one.Share, 0, 1));
    }

    [Fact]
    public void Coding_a_row_of_fields_allocates_nothing()
    {
        using var cells = new CellStore(["a", "b"], hasLines: true, null);
        var coders = Enumerable.Range(0, 2).Select(column => new ColumnCoder(cells, column, new CellParser())).ToArray();
        var allocated = 0L;
        for (var row = 0; row < 300; row++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var target = cells.AddRow(row + 1);
            target[0] = coders[0].Utf8("12.5"u8);
            target[1] = coders[1].Utf8(row % 2 == 0 ? "even"u8 : "odd"u8);
            allocated = row == 160 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.InRange(allocated, 0, 8300);                           // the piece of rows grows once, from 4 KB to 8 KB
    }

    private static CellStore Code(IDataReader reader, TableOptions? options = null)
        => new TableCoder(reader, options ?? new TableOptions()).Code(null, default);

    private static string[] Column(CellStore cells, int column)
        => [.. Enumerable.Range(0, cells.Rows).Select(row => Shown(cells, column, cells.CellAt(row, column)))];

    private static string Shown(CellStore cells, int column, Cell cell)
        => cell.IsHole ? "hole"
            : cell.IsNumber ? cell.Number.ToString("R", CultureInfo.InvariantCulture)
            : cells.TextOf(column, cell);

    private sealed class Told : IProgress<TableProgress>
    {
        public List<TableProgress> All { get; } = [];

        public void Report(TableProgress value) => All.Add(value);
    }
}
