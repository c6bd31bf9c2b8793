using System.Globalization;
using System.Text;
using Vae.Model;

namespace Vae.Formats.Tests;

public sealed class CsvTableTests : IDisposable
{
    private readonly TableFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_table_is_its_columns_and_its_rows()
    {
        var table = _file.Read("price,size,year\n1.5,-2,1999\n3e2,+.5,2000\n");

        Assert.Equal(["price", "size", "year"], table.Columns);
        Assert.Equal((2, 3, ','), (table.Count, table.Features, table.Delimiter));
        Assert.Equal([1.5f, -2f, 1999f], table.Row(0));
        Assert.Equal([300f, 0.5f, 2000f], table.Row(1));
    }

    [Fact]
    public void Gather_writes_rows_one_after_another_in_float_and_in_double()
    {
        var table = _file.Read("a,b\n1,2\n3,4\n5,6\n");
        var (floats, doubles) = (new float[4], new double[4]);

        table.Gather<float>([2, 0], floats);
        table.Gather<double>([1, 1], doubles);

        Assert.Equal([5f, 6f, 1f, 2f], floats);
        Assert.Equal([3.0, 4.0, 3.0, 4.0], doubles);
    }

    [Fact]
    public void Gather_allocates_nothing()
    {
        var table = _file.Read("a,b\n1,2\n3,4\n5,6\n");
        var (samples, batch) = (new int[1000], new double[2000]);
        table.Gather<double>(samples, batch);

        var before = GC.GetAllocatedBytesForCurrentThread();
        table.Gather<double>(samples, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Many_threads_gather_at_once_and_each_gets_its_own_rows()
    {
        var table = _file.Read("a,b\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i},{-i}\n")));
        var wrong = 0;
        Parallel.For(0, 8, thread =>
        {
            var batch = new float[2];
            for (var i = 0; i < 2000; i++)
            {
                var row = (i * 7 * (thread + 1)) % 2000;
                table.Gather<float>([row], batch);
                Interlocked.Add(ref wrong, batch[0] == row && batch[1] == -row ? 0 : 1);
            }
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_row_out_of_range_is_refused()
    {
        var table = _file.Read("a,b\n1,2\n3,4\n");

        Assert.Throws<ArgumentOutOfRangeException>(() => table.Row(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Row(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Gather<float>([0, 2], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Gather<float>([int.MinValue], new float[4])); // times 2 it is 0
        Assert.Throws<ArgumentOutOfRangeException>(() => table.SampleName(2));
    }

    [Fact]
    public void Samples_and_features_are_named_by_line_and_column()
    {
        var table = _file.Read("\na,\"b\nand c\"\n\n1,2\n3,4\n\n\r\n5,6\n\"7\n\",8\n9,10");

        Assert.IsAssignableFrom<IDescribedSamples>(table);
        Assert.Equal(
            ["sales.csv, line 5", "sales.csv, line 6", "sales.csv, line 9", "sales.csv, line 10", "sales.csv, line 12"],
            Enumerable.Range(0, table.Count).Select(table.SampleName));
        Assert.Equal("b\nand c", table.Columns[1]);
        Assert.Equal("b\nand c", table.FeatureName(1));
    }

    [Theory]
    [InlineData("a,b\r\n1,2\r\n")]
    [InlineData("a,b\r1,2\r")]
    [InlineData("a,b\n1,2")]
    [InlineData("\uFEFFa,b\n1,2\n")]
    [InlineData("\uFEFF\"a\",\"b\"\r\n\"1\",\"2\"\r\n")]
    [InlineData(" a , b \n 1 , 2 \n")]
    [InlineData("a;b\n1;2\n")]
    [InlineData("a\tb\n1\t2\n")]
    [InlineData("a,b\n\n1,2\n\n\n")]
    [InlineData("a,b\n1.0e0,2.000\n")]
    public void Every_way_of_writing_a_table_gives_the_same_table(string text)
    {
        var table = _file.Read(text);

        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal([1f, 2f], table.Row(0));
        Assert.Equal((1, _file.Read("a,b\n1,2\n").Sha256), (table.Count, table.Sha256));
    }

    [Fact]
    public void UTF_16_with_a_byte_order_mark_is_read()
    {
        var table = _file.Read([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("größe;日本\n1;2\n")]);

        Assert.Equal(["größe", "日本"], table.Columns);
        Assert.Equal([1f, 2f], table.Row(0));
    }

    [Fact]
    public void A_name_in_quotes_may_have_anything_in_it()
    {
        var table = _file.Read("\"a, b\",\" \"\"c\"\" \",\"d;e;f\tg\"\n1,2,3\n");

        Assert.Equal(["a, b", " \"c\" ", "d;e;f\tg"], table.Columns);
        Assert.Equal(',', table.Delimiter);                           // a delimiter in quotes separates nothing
    }

    [Theory]
    [InlineData("a,b\n1,2\n", ',')]
    [InlineData("a;b\n1;2\n", ';')]
    [InlineData("a\tb\n1\t2\n", '\t')]
    [InlineData("a\n1\n", ',')]
    [InlineData("weight, kg;height, cm;age;sex\n1;2;3;4\n", ';')]
    public void The_delimiter_is_found_in_the_first_line(string text, char delimiter)
        => Assert.Equal(delimiter, _file.Read(text).Delimiter);

    [Fact]
    public void A_delimiter_can_be_given()
    {
        Assert.Equal(["a", "b;c;d"], _file.Read("a|b;c;d\n1|2\n", new CsvTableOptions { Delimiter = '|' }).Columns);
        Assert.Equal([1f, 2f], _file.Read("a,b\n1,2\n", new CsvTableOptions { Delimiter = ',' }).Row(0));
    }

    [Theory]
    [InlineData('5'), InlineData('a'), InlineData('"'), InlineData('\n')]
    [InlineData('.'), InlineData('-'), InlineData('ä'), InlineData('\0')]
    public void A_delimiter_that_may_occur_in_numbers_names_or_lines_is_refused(char delimiter)
        => Assert.Throws<ArgumentException>(() => _file.Read("a,b\n1,2\n", new CsvTableOptions { Delimiter = delimiter }));

    [Fact]
    public void Decimal_commas_with_semicolons_are_read_by_the_option()
    {
        var table = _file.Read("a;b\n1,5;-2,25\n1e3;,5\n", new CsvTableOptions { DecimalComma = true });

        Assert.Equal([1.5f, -2.25f], table.Row(0));
        Assert.Equal([1000f, 0.5f], table.Row(1));
    }

    [Fact]
    public void Decimal_commas_between_commas_are_read_in_quotes()
    {
        var options = new CsvTableOptions { DecimalComma = true, Delimiter = ',' };
        Assert.Equal([1.5f, 2.5f], _file.Read("a,b\n\"1,5\",\"2,5\"\n", options).Row(0));
    }

    [Fact]
    public void Decimal_commas_do_not_separate_fields_where_there_is_no_header()
    {
        var table = _file.Read("1,5;2,5\n3,5;4,5\n", new CsvTableOptions { DecimalComma = true, HasHeader = false });

        Assert.Equal(';', table.Delimiter);
        Assert.Equal([3.5f, 4.5f], table.Row(1));
    }

    [Fact]
    public void Without_a_header_columns_are_numbered_and_the_first_line_is_a_sample()
    {
        var table = _file.Read("\n1,2,3\n4,5,6\n", new CsvTableOptions { HasHeader = false, Ignore = ["column_2"] });

        Assert.Equal(["column_1", "column_3"], table.Columns);
        Assert.Equal([1f, 3f], table.Row(0));
        Assert.Equal((2, "sales.csv, line 2"), (table.Count, table.SampleName(0)));
    }

    [Fact]
    public void Columns_are_taken_in_the_order_in_which_they_are_named()
    {
        var table = _file.Read("a,b,c\n1,x,3\n4,y,6\n", new CsvTableOptions { Columns = ["c", "a"] });

        Assert.Equal(["c", "a"], table.Columns);
        Assert.Equal([6f, 4f], table.Row(1));
    }

    [Fact]
    public void Columns_that_are_left_out_may_hold_any_text()
    {
        var table = _file.Read(
            "id,a,note,b\nx-1,1,\"a \"\"quoted\"\", long\nnote\",2\n,3,,4\n",
            new CsvTableOptions { Ignore = ["note", "id"] });

        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal([3f, 4f], table.Row(1));
        Assert.Equal(
            ["b"],
            _file.Read("id,a,b\nx,1,2\n", new CsvTableOptions { Columns = ["a", "b"], Ignore = ["a", "id"] }).Columns);
    }

    [Fact]
    public void A_column_whose_values_are_all_the_same_is_a_column()
        => Assert.Equal([7f, 2f], _file.Read("a,b\n7,1\n7,2\n").Row(1));

    [Fact]
    public void Whole_numbers_may_be_names() => Assert.Equal(["0", "1", "2024"], _file.Read("0,1,2024\n1,2,3\n").Columns);

    [Fact]
    public void No_culture_changes_what_is_read()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            // The numbers of "de-DE", which has no name here: these tests run without the cultures of the system.
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat = new NumberFormatInfo
            {
                NumberDecimalSeparator = ",",
                NumberGroupSeparator = ".",
                NegativeSign = "~",
            };
            CultureInfo.CurrentCulture = german;

            var table = _file.Read("a,b\n1.5,-2\n1.500,3\n");

            Assert.Equal([1.5f, -2f], table.Row(0));
            Assert.Equal([1.5f, 3f], table.Row(1));
            Assert.Equal("sales.csv, line 3", table.SampleName(1));
            Assert.Equal([-1.5f, 2f], _file.Read("a;b\n-1,5;2\n", new CsvTableOptions { DecimalComma = true }).Row(0));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_checksum_is_computed_from_names_and_numbers()
    {
        var sha256 = _file.Read("a,b\n1,2\n3,4\n").Sha256;

        Assert.Matches("^[0-9a-f]{64}$", sha256);
        Assert.NotEqual(sha256, _file.Read("a,b\n1,2\n3,4.0000005\n").Sha256);
        Assert.NotEqual(sha256, _file.Read("a,c\n1,2\n3,4\n").Sha256);
        Assert.NotEqual(sha256, _file.Read("b,a\n1,2\n3,4\n").Sha256);
        Assert.NotEqual(sha256, _file.Read("a,b\n3,4\n1,2\n").Sha256);
        Assert.NotEqual(sha256, _file.Read("a,b\n1,2\n").Sha256);
        Assert.Equal(
            sha256,
            _file.Read("a;x;b\r\n1,0;text;2\r\n\"3\";;4e0", new CsvTableOptions { Ignore = ["x"], DecimalComma = true }).Sha256);
        Assert.NotEqual(_file.Read("ab,c\n1,2\n").Sha256, _file.Read("a,bc\n1,2\n").Sha256);
    }

    [Fact]
    public void A_table_of_many_rows_is_read_to_the_last()
    {
        const int rows = 100_000;
        var table = _file.Read("a,b,c\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i},{i % 7}.5,-{i}e-3\n")));

        Assert.Equal(rows, table.Count);
        for (var row = 0; row < rows; row++)
        {
            Assert.True(table.Row(row) is [var a, var b, _] && a == row && b == (row % 7) + 0.5f, $"row {row}");
        }

        Assert.Equal($"sales.csv, line {rows + 1}", table.SampleName(rows - 1));
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        _file.Read("a,b\n1,2\n");
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => CsvTable.Read(_file.Path, cancellationToken: cancelled));
    }

    [Fact]
    public void A_model_is_trained_on_a_table()
    {
        var table = _file.Read("a,b\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i % 5},{i % 3}\n")));
        using var team = new Vae.Math.WorkerTeam(1);
        var options = new VaeOptions { Features = table.Features, Hidden = [4], Latent = 1, Likelihood = Likelihood.Gaussian };
        var training = new TrainingOptions { Epochs = 1, BatchSize = 20, ValidationSamples = 20 };
        var trainer = new Trainer<float>(
            new VariationalAutoencoder<float>(options, new Vae.Math.SimdProduct<float>(team)).Initialise(1),
            table,
            training);

        trainer.Train();

        Assert.Equal(1, trainer.State.Epoch);
    }
}
