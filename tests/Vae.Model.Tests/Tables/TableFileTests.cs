using System.Text;
using MathNet.Numerics.LinearAlgebra;
using Vae.Tests;

namespace Vae.Model.Tests.Tables;

/// <summary>The file of a table.</summary>
public sealed class TableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File(TableFile.UsualName);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1 << 26)]
    [InlineData(0)]
    public void A_table_is_opened_as_it_was_saved(int mostInMemory)
    {
        using var table = Table.Read(Rows(5000), "rows.csv", null, null, default);
        table.Save(FilePath);
        using var again = Table.Open(FilePath, mostInMemory);
        Assert.Equal(mostInMemory > 0, again.Cells.IsInMemory);
        RequireSame(table, again);
    }

    [Fact]
    public void A_table_in_a_temporary_file_of_the_same_folder_moves_to_its_place()
    {
        var options = new TableOptions { Folder = _folder.FullPath };
        using (var table = Large(options))
        {
            var temporary = Assert.Single(Directory.GetFiles(_folder.FullPath));
            Assert.Contains(TableFile.UsualName, temporary, StringComparison.Ordinal);
            table.Save(FilePath);
            Assert.Equal([FilePath], Directory.GetFiles(_folder.FullPath));
            using var again = Table.Open(FilePath);
            RequireSame(table, again);
            table.Save(_folder.File("copy.safetensors"));
            Assert.Equal(File.ReadAllBytes(FilePath), File.ReadAllBytes(_folder.File("copy.safetensors")));
        }

        Assert.True(File.Exists(FilePath));                           // it is the table's now
    }

    [Fact]
    public void A_file_is_the_same_whether_the_table_was_in_memory_or_not()
    {
        using var memory = Table.Read(Rows(5000));
        memory.Save(_folder.File("memory"));
        using var file = Large(new TableOptions());
        file.Save(_folder.File("file"));
        Assert.Equal(File.ReadAllBytes(_folder.File("memory")), File.ReadAllBytes(_folder.File("file")));
    }

    [Fact]
    public void Texts_beyond_a_columns_list_are_in_the_file()
    {
        const int rows = ColumnTexts.MostTexts + 500;
        string[] lines = ["a|b", .. Enumerable.Range(0, rows).Select(i => $"text {i}|{i}")];
        using var table = Table.Read(MadeFields.Of(lines));
        table.Save(FilePath);
        using var again = Table.Open(FilePath);
        Assert.Equal($"text {rows - 1}", again.Text(rows - 1, "a"));
        Assert.Equal("text 7", again.Text(7, "a"));
    }

    [Fact]
    public void A_table_without_lines_names_its_rows()
    {
        using var table = Table.Read(new MadeReader(["a"], [[1.5], [2.5]]));
        table.Save(FilePath);
        using var again = Table.Open(FilePath);
        Assert.Equal("row 2 of the reader", again.SampleName(1));
    }

    [Fact]
    public void A_missing_file_and_a_file_of_something_else_are_refused()
    {
        Assert.Throws<CheckpointException>(() => Table.Open(_folder.File("none")));
        SafeTensors.Write(FilePath, [("w", Matrix<float>.Build.Dense(2, 3))], new Dictionary<string, string>());
        var failure = Assert.Throws<CheckpointException>(() => Table.Open(FilePath));
        Assert.Contains("format 'vae-table-1'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_cut_anywhere_is_refused()
    {
        using var table = Table.Read(Rows(20));
        table.Save(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.Throws<CheckpointException>(() => Table.Open(FilePath));
        }
    }

    [Fact]
    public void A_file_with_a_wrong_byte_is_opened_and_read_or_refused()
    {
        using var table = Table.Read(Rows(20));
        table.Save(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        var random = new Random(3);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = (byte[])bytes.Clone();
            var place = i % 2 == 0 ? random.Next(700) : random.Next(TableFile.RoomForHeader, bytes.Length);
            damaged[place] = (byte)random.Next(256);
            File.WriteAllBytes(FilePath, damaged);
            try
            {
                using var again = Table.Open(FilePath, i % 4 < 2 ? 0 : 1 << 26);
                again.Gather(Enumerable.Range(0, again.Count).ToArray(), new float[again.Count * again.Features].AsSpan());
                foreach (var column in again.Schema.Columns.Where(column => again.Cells.Names.Contains(column.Name)))
                {
                    _ = again.Text(3, column.Name);
                }
            }
            catch (CheckpointException)
            {
            }
        }
    }

    [Fact]
    public void A_description_that_claims_more_than_the_file_has_is_refused()
    {
        using var table = Table.Read(Rows(20));
        table.Save(FilePath);
        var bytes = File.ReadAllBytes(FilePath);
        foreach (var (old, changed) in new[]
        {
            ("\"texts\":3}", "\"texts\":9}"), ("\"texts\":3}", "\"texts\":2}"), ("\"name\":\"city\"", "\"nome\":\"city\""),
            ("\"holes\":", "\"holes\"-"), ("\"decimals\":1", "\"decimals\":x"),
        })
        {
            File.WriteAllBytes(FilePath, Replaced(bytes, old, changed));
            Assert.Throws<CheckpointException>(() => Table.Open(FilePath));
        }
    }

    [SmallDiskFact]
    public void A_full_disk_leaves_an_older_file_and_the_table()
    {
        using var disk = new SmallDisk("size=256k");
        using var small = Table.Read(Rows(20));
        var path = Path.Combine(disk.FullPath, TableFile.UsualName);
        small.Save(path);
        using var large = Table.Read(Rows(20_000));
        Assert.Throws<IOException>(() => large.Save(path));
        using var again = Table.Open(path);
        RequireSame(small, again);
    }

    private static MadeFields Rows(int count) => MadeFields.Of(
    [
        "price|day|city|id",
        .. Enumerable.Range(0, count).Select(i => (i % 9 == 1 ? "NA" : $"{i}.5") + $"|1970-01-{(i % 28) + 1:D2}|"
            + ((i % 3) switch { 0 => "Oslo", 1 => "Bern", _ => "Rome" }) + $"|row-{i}{(i == 7 ? "\n" : "")}"),
    ]);

    private static Table Large(TableOptions options)
    {
        var cells = new TableCoder(Rows(5000), options).Code(null, default, mostInMemory: 0);
        return new Table(cells, TableTyping.Bind(cells, [], options, default), null, []);
    }

    private static void RequireSame(Table expected, Table actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Sha256, actual.Sha256);
        Assert.Equal(expected.Sha256, TableChecksum.Of(actual.Cells));
        Assert.Equal(expected.Schema, actual.Schema);
        Assert.Equal(expected.HasMissing, actual.HasMissing);
        Assert.Equal(expected.Findings.Select(Facts), actual.Findings.Select(Facts));
        int[] samples = [expected.Count - 1, 3, 4, 5];
        var (some, same) = (new double[4 * expected.Features], new double[4 * expected.Features]);
        expected.Gather(samples, some.AsSpan());
        actual.Gather(samples, same.AsSpan());
        Assert.Equal(some, same);
        foreach (var sample in samples)
        {
            Assert.Equal(expected.SampleName(sample), actual.SampleName(sample));
            Assert.All(expected.Cells.Names, name => Assert.Equal(expected.Text(sample, name), actual.Text(sample, name)));
        }
    }

    private static (string, string?, long) Facts(ColumnFinding finding) => (finding.Why, finding.Note, finding.Holes);

    private static byte[] Replaced(byte[] bytes, string old, string changed)
    {
        var copy = (byte[])bytes.Clone();
        var place = copy.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(old));
        Assert.True(place > 0, old);
        Encoding.UTF8.GetBytes(changed).CopyTo(copy, place);
        return copy;
    }
}
