using System.IO.Compression;
using System.Text;
using Vae.Formats;

namespace Vae.Faults.Tests;

/// <summary>Files of 64 MB that are no tables: refused at once, with little memory.</summary>
public sealed class HostileCsvTests : IDisposable
{
    private const int Length = 64 << 20;

    private readonly ReaderFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(",", "line 1")]
    [InlineData("\"", "line 1")]
    [InlineData("\"x", "line 1")]
    [InlineData("1", "line 1")]
    [InlineData("\"\n", "line 1")]
    [InlineData("a,b\n1,2\n\"", "line 3")]
    public void A_table_with_an_endless_line_is_refused(string start, string line)
    {
        var bytes = new byte[Length];
        Encoding.UTF8.GetBytes(start).CopyTo(bytes, 0);
        bytes.AsSpan(start.Length).Fill((byte)start[^1] is (byte)'\n' ? (byte)'x' : (byte)start[^1]);
        RequireRefused(bytes, line, "1048576 bytes");
    }

    // This takes minutes if CsvHelper is asked to trim.
    [Theory, InlineData("a,\"b\""), InlineData("a,"), InlineData("a,b\n1,\"2\""), InlineData("a,b\n1,")]
    [InlineData("a, \"b\"\n1, \"2\"\n3, \"4\""), InlineData("a b\n1 2\n3 4")]
    public void A_table_of_megabytes_of_spaces_is_refused_or_read_at_once(string start)
    {
        var bytes = new byte[Length];
        bytes.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(start).CopyTo(bytes, 0);
        if (start is ['a', ' ', ..] or ['a', ',', ' ', ..])          // spaces are left out before a reader holds them
        {
            File.WriteAllBytes(_folder["table.csv"], bytes);
            using var table = CsvTable.Read(_folder["table.csv"]);
            Assert.Equal(2, table.Count);
            return;
        }

        RequireRefused(bytes, "table.csv");
    }

    [Fact]
    public void A_cell_of_a_hundred_megabytes_is_refused()
    {
        using (var file = File.CreateText(_folder["table.csv"]))
        {
            file.Write("a,b\n1,2\n3,\"");
            for (var i = 0; i < 100; i++)
            {
                file.Write(string.Concat(Enumerable.Repeat("0123456789,\n", 1 << 17)));
            }

            file.Write("\"\n5,6\n");
        }

        Refusal.Of<TableException>(() => CsvTable.Read(_folder["table.csv"]), "line 3", "1048576 bytes");
    }

    [Theory, InlineData('\0', "NUL"), InlineData('\n', "line ends one after another")]
    [InlineData('1', "1048576 bytes"), InlineData(' ', "1048576 bytes")]
    public void A_gzip_bomb_is_refused(char filling, string said)
    {
        using (var file = File.Create(_folder["table.csv"]))
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
        {
            var much = new byte[1 << 20];
            much.AsSpan().Fill((byte)filling);
            gzip.Write("a,b\n1,2\n"u8);
            for (var i = 0; i < 300; i++)
            {
                gzip.Write(much);
            }
        }

        Refusal.Of<TableException>(() => CsvTable.Read(_folder["table.csv"]), said);
    }

    [Fact]
    public void A_table_of_line_ends_alone_is_refused()
    {
        var bytes = new byte[Length];
        bytes.AsSpan().Fill((byte)'\n');
        RequireRefused(bytes, "the file is empty");
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_table_of_garbage_is_refused(int seed)
    {
        var bytes = new byte[Length];
        new Random(seed).NextBytes(bytes);
        RequireRefused(bytes, "table.csv", "line");
    }

    // Each file would be a table of a million names, all allocated before the refusal.
    [Fact]
    public void A_table_with_too_many_columns_is_refused_before_they_are_named() => RequireRefused(
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 150_000).Select(i => $"{i:x}a,"))),
        "at most 100000 columns are wanted, but there are 150001");

    [Fact]
    public void A_table_of_a_million_columns_is_refused()
    {
        var line = new string(',', 1_000_000) + '\n';
        RequireRefused(Encoding.UTF8.GetBytes(line + line + line), "at most 100000 columns are wanted");
    }

    private void RequireRefused(byte[] bytes, params string[] words)
    {
        File.WriteAllBytes(_folder["table.csv"], bytes);
        Refusal.Of<TableException>(() => CsvTable.Read(_folder["table.csv"]), words);
    }
}
