using System.Globalization;
using Vae.Model;

namespace Vae.Formats.Tests;

public sealed class CsvTableTests : IDisposable
{
    private readonly TableFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_table_is_its_columns_and_its_rows()
    {
        using var table = _file.ReadReals("price,size,year\n1.5,-2,1999\n3e2,+.5,2000\n");

        Assert.Equal(["price", "size", "year"], table.Modelled.Select(column => column.Name));
        Assert.Equal((2, 3), (table.Count, table.Features));
        Assert.Equal([1.5, -2, 1999, 300, 0.5, 2000], TableFile.Numbers(table));
    }

    [Theory]
    [InlineData("a,b\n1.5,2\n")]
    [InlineData("a;b\n1,5;2\n")]
    [InlineData("a\tb\n1,5\t2,0\n")]
    [InlineData("a b\n1.5 2\n")]
    [InlineData("a|b\n1.5|2\n")]
    [InlineData("a,b\n\"1.5\",\"2\"\n")]
    [InlineData("a,b\n\u00A01.5,2\u00A0\n")]
    [InlineData("Sales\n\na,b\n1.5e0,2.000\n")]
    public void Every_notation_gives_the_same_numbers(string text)
    {
        using var table = _file.ReadReals(text);

        Assert.Equal(["a", "b"], table.Modelled.Select(column => column.Name));
        Assert.Equal([1.5, 2], TableFile.Numbers(table));
    }

    [Theory]
    [InlineData("preis;b\n1.125,73;0,5\n2.001,50;0,1\n", new[] { 1125.73, 0.5, 2001.5, 0.1 })]
    [InlineData("a,b\n\"1,234,567\",0.5\n\"1,000\",0.1\n", new[] { 1234567, 0.5, 1000, 0.1 })]
    [InlineData("a;b\n1.234;0,5\n12.345;0,1\n", new[] { 1234, 0.5, 12345, 0.1 })]
    [InlineData("a;b\n1,234;7\n12,345;8\n", new[] { 1.234, 7, 12.345, 8 })]
    [InlineData("a\tb\n1,234\t0.5\n12,345\t0.25\n", new[] { 1234, 0.5, 12345, 0.25 })]
    [InlineData("x\n0,1\n0,3\n-0,2\n", new[] { 0.1, 0.3, -0.2 })]
    public void Thousands_and_decimal_commas_are_read(string text, double[] numbers)
    {
        using var table = _file.ReadReals(text);

        Assert.Equal(numbers, TableFile.Numbers(table));
    }

    [Fact]
    public void Options_win_over_what_the_lines_look_like()
    {
        using var comma = _file.ReadReals("a;b\n1.234;2\n", new CsvTableOptions { DecimalComma = true });
        using var point = _file.ReadReals("a;b\n1,234;2\n", new CsvTableOptions { DecimalComma = false });
        using var rows = _file.ReadReals("1,2,3\n4,5,6\n", new CsvTableOptions { HasHeader = false });
        using var names = _file.ReadReals("1,7,3\n4,5,6\n", new CsvTableOptions { HasHeader = true });

        Assert.Equal([1234, 2], TableFile.Numbers(comma));
        Assert.Equal([1234, 2], TableFile.Numbers(point));
        Assert.Equal((2, "column_1"), (rows.Count, rows.Modelled[0].Name));
        Assert.Equal((1, "7"), (names.Count, names.Modelled[1].Name));
    }

    [Fact]
    public void Missing_values_are_holes()
    {
        using var table = _file.ReadReals("a,b\n0.1,0.2\n,0.1\n-0.2,NA\n0.5\n");

        Assert.True(table.HasMissing);
        Assert.Equal([0.1, 0.2, double.NaN, 0.1, -0.2, double.NaN, 0.5, double.NaN], TableFile.Numbers(table));
        Assert.Contains("line 5 has too few fields, and the last values of its row are missing", table.Notes);
    }

    [Fact]
    public void Samples_are_named_by_line()
    {
        using var table = _file.ReadReals("\na,\"b\nand c\"\n\n1,2\n3,4\n\n\r\n5,6\n\"7\n\",8\n9,10");

        Assert.Equal(
            ["sales.csv, line 5", "sales.csv, line 6", "sales.csv, line 9", "sales.csv, line 10", "sales.csv, line 12"],
            Enumerable.Range(0, table.Count).Select(table.SampleName));
        Assert.Equal("b\nand c", table.FeatureName(1));
    }

    [Fact]
    public void The_same_values_have_the_same_checksum_however_they_are_written()
    {
        using var plain = _file.Read("a,b\n1.5,x\n3,y\n2.5,x\n");
        using var other = _file.Read("# by us\na;b\r\n1,5;x\r\n\"3,0\";y\r\n2,5;x");
        using var changed = _file.Read("a,b\n1.5,x\n3,y\n2.5,y\n");

        Assert.Equal(plain.Sha256, other.Sha256);
        Assert.NotEqual(plain.Sha256, changed.Sha256);
    }

    [Fact]
    public void Columns_and_kinds_can_be_said()
    {
        var options = new TableOptions
        {
            Columns = ["place, country", "a"],
            Kinds = new Dictionary<string, ColumnKind> { ["place, country"] = ColumnKind.Id },
        };
        using var table = _file.Read("a,\"place, country\",c\n0.1,Rome,1\n0.3,Bern,2\n", table: options);

        Assert.Equal(["a"], table.Modelled.Select(column => column.Name));
        Assert.Equal("Bern", table.Text(1, "place, country"));
    }

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
            using var table = _file.ReadReals("a,b\n1.5,-2\n1.500,3\n");
            using var comma = _file.ReadReals("a;b\n-1,5;2\n");

            Assert.Equal([1.5, -2, 1.5, 3], TableFile.Numbers(table));
            Assert.Equal([-1.5, 2], TableFile.Numbers(comma));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_table_of_many_rows_is_read_to_the_last()
    {
        const int rows = 100_000;
        using var table = _file.ReadReals(
            "a,b,c\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i},{i % 7}.5,-{i}e-3\n")));

        var numbers = TableFile.Numbers(table);
        Assert.Equal(rows, table.Count);
        for (var row = 0; row < rows; row++)
        {
            Assert.True(numbers[3 * row] == row && numbers[(3 * row) + 1] == (row % 7) + 0.5, $"row {row}");
        }

        Assert.Equal($"sales.csv, line {rows + 1}", table.SampleName(rows - 1));
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        _file.Read("a,b\n1,2\n").Dispose();
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => CsvTable.Read(_file.Path, cancellationToken: cancelled));
    }

    [Fact]
    public void Fields_are_read_without_allocations()
    {
        var text = "a,b,c\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i}, {i % 7}.5 ,\"say \"\"x\"\"\"\n"));
        File.WriteAllText(_file.Path, text);
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(allocated < 8 << 20, $"{allocated} bytes");       // of the first lines and buffers

        void Read()
        {
            using var reader = (CsvDataReader)CsvTable.OpenReader(_file.Path);
            var first = long.MaxValue;
            for (var row = 0; reader.Read(); row++)
            {
                first = row == 5000 ? GC.GetAllocatedBytesForCurrentThread() : first;
                _ = reader.Utf8(0).Length + reader.Utf8(1).Length + reader.Utf8(2).Length;
            }

            var rest = GC.GetAllocatedBytesForCurrentThread() - first;
            Assert.True(rest < 1 << 16, $"{rest} bytes for 15,000 rows");
        }
    }

    [Fact]
    public void A_model_is_trained_on_a_table()
    {
        using var table = _file.ReadReals("a,b\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i % 5},{i % 3}\n")));
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
