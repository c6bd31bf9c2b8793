using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Vae.Formats.Tests;

public sealed class CsvOutputTests : IDisposable
{
    private readonly TableFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_table_is_written_with_points_commas_and_only_the_necessary_quotes()
    {
        CsvOutput.Write(
            _file.Path,
            ["a", "b, \"c\"", " d"],
            [new float[] { 1, 0.1f, -0f }, new float[] { 1e-45f, float.MaxValue, 16777216 }]);

        Assert.Equal("a,\"b, \"\"c\"\"\",\" d\"\n1,0.1,-0\n1E-45,3.4028235E+38,16777216\n", File.ReadAllText(_file.Path));
    }

    [Fact]
    public void Rows_may_be_doubles_and_begin_with_a_text()
    {
        CsvOutput.Write(_file.Path, ["sample", "score"], output =>
        {
            output.Row("sales.csv, line 2", [0.1 + 0.2]);
            output.Row("", [1.0 / 3]);
            output.Row("say \"x\"", [double.NaN]);
        });

        Assert.Equal(
            "sample,score\n\"sales.csv, line 2\",0.30000000000000004\n,0.3333333333333333\n\"say \"\"x\"\"\",NaN\n",
            File.ReadAllText(_file.Path));
    }

    [Fact]
    public void Rows_may_begin_with_several_texts_or_be_all_texts()
    {
        CsvOutput.Write(_file.Path, ["id", "place", "score"], output =>
        {
            output.Row<double>(["7", "Rome, Italy"], [0.5]);
            output.Row(["8", "", "unknown"]);
        });

        Assert.Equal("id,place,score\n7,\"Rome, Italy\",0.5\n8,,unknown\n", File.ReadAllText(_file.Path));
        Assert.Throws<ArgumentException>(() => CsvOutput.Write(_file.Path, ["a", "b"], output => output.Row(["1"])));
    }

    [Fact]
    public void A_table_is_written_to_a_stream_that_stays_open()
    {
        using var stream = new MemoryStream();

        CsvOutput.Write(stream, ["a", "b"], output => output.Row([1.0, 2.5]));

        Assert.Equal("a,b\n1,2.5\n", System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        Assert.True(stream.CanWrite);
        Assert.Throws<ArgumentException>(() => CsvOutput.Write(stream, [], _ => { }));
    }

    [Fact]
    public void Any_floats_come_back_with_their_bits()
    {
        var bits = Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite);
        var some = Gen.OneOf(
            bits,
            Gen.Elements(0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 1e-38f, 16777217f, 0.1f));
        var tables = Gen.Choose(1, 5).SelectMany(columns => Gen.NonEmptyListOf(Gen.ArrayOf(some, columns)));

        Prop.ForAll(tables.ToArbitrary(), rows =>
        {
            CsvOutput.Write(
                _file.Path,
                [.. rows[0].Select((_, column) => $"c{column}")],
                rows.Select(row => (ReadOnlyMemory<float>)row));
            using var reader = (CsvDataReader)CsvTable.OpenReader(_file.Path, new CsvTableOptions { HasHeader = true });
            var table = ReadTable.Of(reader);
            Assert.Equal(
                rows.SelectMany(row => row.Select(BitConverter.SingleToInt32Bits)),
                table.Rows.SelectMany(row => row.Select(text => BitConverter.SingleToInt32Bits(
                    float.Parse(text!, CultureInfo.InvariantCulture)))));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_names_come_back()
    {
        var character = Gen.OneOf(Gen.Elements(
            "a", "b", " ", "\"", ",", ";", "\t", "\n", "\r", "ß", "日", "\U0001F600", "'", "#", "=", "1", "."));
        var name = Gen.NonEmptyListOf(character).Select(string.Concat).Where(text => !string.IsNullOrWhiteSpace(text));
        var names = Gen.NonEmptyListOf(name).Select(list => list.Append("last").Distinct().ToArray());

        Prop.ForAll(names.ToArbitrary(), columns =>
        {
            CsvOutput.Write(_file.Path, columns, [new float[columns.Length]]);
            using var reader = (CsvDataReader)CsvTable.OpenReader(
                _file.Path, new CsvTableOptions { Delimiter = ',', HasHeader = true });
            Assert.Equal(columns, ReadTable.Of(reader).Names);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>scikit-learn's files begin with the numbers of rows and features; names that look like them are names.</summary>
    [Fact]
    public void Names_that_look_like_a_summary_come_back()
    {
        string[] columns = ["1", " 1", ";", "last"];
        CsvOutput.Write(_file.Path, columns, [new float[columns.Length]]);
        using var reader = (CsvDataReader)CsvTable.OpenReader(
            _file.Path, new CsvTableOptions { Delimiter = ',', HasHeader = true });
        Assert.Equal(columns, ReadTable.Of(reader).Names);
    }

    [Fact]
    public void No_culture_changes_what_is_written()
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
            CsvOutput.Write(_file.Path, ["a", "b"], [new float[] { -1.5f, 1000 }]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal("a,b\n-1.5,1000\n", File.ReadAllText(_file.Path));
    }

    [Fact]
    public void A_row_of_another_length_is_refused_and_leaves_the_existing_file()
    {
        File.WriteAllText(_file.Path, "before");

        var refusal = Assert.Throws<ArgumentException>(
            () => CsvOutput.Write(_file.Path, ["a", "b"], [new float[2], new float[3]]));

        Assert.Equal("Must be a row of 2 numbers, one for each column, but there are 3. (Parameter 'numbers')", refusal.Message);
        Assert.Equal("before", File.ReadAllText(_file.Path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_file.Path)!)); // and nothing half written beside it
        Assert.Throws<ArgumentException>(() => CsvOutput.Write(_file.Path, ["a", "b"], output => output.Row("text", [1.0, 2.0])));
    }

    [Fact]
    public void Names_that_could_not_be_read_again_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CsvOutput.Write(_file.Path, [], []));
        Assert.Throws<ArgumentException>(() => CsvOutput.Write(_file.Path, ["a", ""], []));
        Assert.Throws<ArgumentException>(() => CsvOutput.Write(_file.Path, ["a", "a"], []));
        Assert.False(File.Exists(_file.Path));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_rows()
    {
        var row = new float[20];
        Write(1000);
        var few = Allocated(1000);
        var many = Allocated(100_000);

        Assert.True(many - few < 100_000, $"{many - few} bytes more for 99,000 rows more"); // a byte a row would be 99,000

        void Write(int rows) => CsvOutput.Write(_file.Path, [.. Enumerable.Range(0, 20).Select(column => $"c{column}")], output =>
        {
            for (var i = 0; i < rows; i++)
            {
                output.Row<float>(row);
            }
        });

        long Allocated(int rows)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Write(rows);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
