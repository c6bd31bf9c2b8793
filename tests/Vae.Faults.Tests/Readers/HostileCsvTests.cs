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
    [InlineData("\0", "line 1")]
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
    public void A_table_of_megabytes_of_spaces_is_refused(string start)
    {
        var bytes = new byte[Length];
        bytes.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(start).CopyTo(bytes, 0);
        RequireRefused(bytes, "table.csv");
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
        RequireRefused(bytes, "line 1");
    }

    // Each file would be a table of a million names, all allocated before the refusal.
    [Fact]
    public void A_table_with_too_many_columns_is_refused_before_they_are_named() => RequireRefused(
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 150_000).Select(i => $"{i:x}a,"))),
        "at most 100000 columns are wanted, but there are 150001");

    private void RequireRefused(byte[] bytes, params string[] words)
    {
        File.WriteAllBytes(_folder["table.csv"], bytes);
        Refusal.Of<TableException>(() => CsvTable.Read(_folder["table.csv"]), words);
    }
}
