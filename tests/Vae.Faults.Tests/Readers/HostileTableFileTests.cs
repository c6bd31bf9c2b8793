using System.Runtime.InteropServices;
using System.Text;
using Vae.Model;

namespace Vae.Faults.Tests;

/// <summary>Files of tables that were made by an attacker: each is refused with the path, the place, what was expected and what
/// was found.</summary>
public sealed class HostileTableFileTests : IDisposable
{
    private const int Columns = 5;
    private const int City = 2;

    private readonly ReaderFolder _folder = new();

    private string FilePath => _folder["table.safetensors"];

    public void Dispose() => _folder.Dispose();

    // The cell, as bits; words of the message.
    public static TheoryData<ulong, string> Cells => new()
    {
        { 0x7FF0_0000_0000_0000, "0x7FF0000000000000" },              // infinity
        { 0xFFF0_0000_0000_0000, "0xFFF0000000000000" },
        { 0x7FF0_0000_0000_0001, "0x7FF0000000000001" },              // a NaN that is none of ours
        { 0xFFF8_0000_0000_0000, "0xFFF8000000000000" },
        { 0x7FF8_0000_0000_0001, "0x7FF8000000000001" },
        { 0x7FFF_FFFF_FFFF_FFFF, "0x7FFFFFFFFFFFFFFF" },
        { 0x7FFB_0000_0000_0000, "0x7FFB000000000000" },
        { 0x7FFD_0000_0000_0000, "0x7FFD000000000000" },
        { 0xFFF9_0000_0000_0000, "0xFFF9000000000000" },
        { 0x7FF9_0000_0000_0002, "0x7FF9000000000002" },              // text 2 of two
        { 0x7FF9_FFFF_FFFF_FFFF, "0x7FF9FFFFFFFFFFFF" },
        { 0x7FFA_0000_0000_0000, "0x7FFA000000000000" },              // there are no other texts
        { 0x7FFA_FFFF_FFFF_FFFF, "0x7FFAFFFFFFFFFFFF" },
    };

    // Pairs of a row and its line.
    public static TheoryData<long[]> Lines
        => [[1, 1], [0, 0], [0, -5], [0, long.MaxValue], [0, 1, 0, 9], [0, 9, 5, 2], [0, 1, 20, 50]];

    public static TheoryData<string, string, string> Descriptions => new()
    {
        { "\"name\":\"price\",\"kind\"", "\"name\":\"prize\",\"kind\"", "expected a column 'prize' of the schema" },
        { "\"texts\":2}", "\"texts\":3}", "the ends of" },
        { "\"texts\":2}", "\"texts\":1}", "the ends of" },
        { "\"texts\":2}", "\"texts\":-1}", "expected 'texts' of 0 to 65536, but found -1" },
        { "\"texts\":2}", "\"texts\":2147483647}", "expected 'texts' of 0 to 65536" },
        { "\"width\":0", "\"width\":1e9", "not that of a table" },
        { "\"decimals\":1,", "\"decimals\":400,", "expected 'decimals'" },
        { "\"holes\":0", "\"holes\":-1", "expected 'holes' of 0 or above" },
        { "\"findings\":[", "\"findings\":[[],", "findings" },
        { "\"source\":", "\"source\":[],\"sauce\":", "not that of a table" },
        { "\"yyyy-MM-dd\"", "\"%\"", "not that of a table" },
        { "\"columns\":[", "\"columns\":[{},", "not that of a table" },
        { "\"columns\":[", "\"columns\":[[[[[[[[[[", "not that of a table" },
        {
            "\"columns\":[", "\"columns\":[{\"name\":\"x\",\"kind\":\"real\",\"decimals\":0,\"width\":0,\"texts\":0},",
            "The file is damaged"
        },
    };

    [Theory, MemberData(nameof(Cells))]
    public void A_cell_that_no_table_writes_is_refused(ulong bits, string shown)
    {
        var good = KeptTables.Saved(FilePath, "");
        File.WriteAllBytes(FilePath, new DamagedHeader(good).WithBytes("cells", bytes =>
        {
            MemoryMarshal.Write(bytes.AsSpan(((3 * Columns) + City) * sizeof(double)), bits);
            return bytes;
        }).File);

        foreach (var mostInMemory in new long[] { 0, 1 << 26 })
        {
            Refusal.Of<CheckpointException>(
                () => KeptTables.ReadAll(FilePath, mostInMemory),
                FilePath, "at byte ", "row 4, column 'city'", "expected a finite number, a missing value or a text", shown);
        }
    }

    [Theory, MemberData(nameof(Descriptions))]
    public void A_description_that_lies_is_refused(string old, string changed, string said)
    {
        foreach (var atLast in new[] { false, true })                  // the cells' columns, the schema's
        {
            RequireRefused(old, changed, said, atLast);
        }
    }

    private void RequireRefused(string old, string changed, string said, bool atLast)
    {
        var good = KeptTables.Saved(FilePath, "");
        File.WriteAllBytes(FilePath, new DamagedHeader(good).WithLast(json =>
        {
            var text = Encoding.UTF8.GetString(json);
            Assert.Contains(old, text, StringComparison.Ordinal);
            var place = atLast ? text.LastIndexOf(old, StringComparison.Ordinal) : text.IndexOf(old, StringComparison.Ordinal);
            return Encoding.UTF8.GetBytes($"{text[..place]}{changed}{text[(place + old.Length)..]}");
        }).File);
        Refusal.Of<CheckpointException>(() => KeptTables.ReadAll(FilePath), FilePath, said);
    }

    [Theory, InlineData(-1), InlineData(long.MaxValue), InlineData(long.MinValue), InlineData(1000)]
    public void Ends_of_texts_that_lie_are_refused(long end)
    {
        var good = KeptTables.Saved(FilePath, "");
        for (var place = 0; place < 2; place++)
        {
            File.WriteAllBytes(FilePath, new DamagedHeader(good).WithBytes("text_ends", bytes =>
            {
                MemoryMarshal.Write(bytes.AsSpan(place * sizeof(long)), end);
                return bytes;
            }).File);
            Refusal.Of<CheckpointException>(() => KeptTables.ReadAll(FilePath), FilePath, "texts");
        }
    }

    [Theory, MemberData(nameof(Lines))]
    public void Lines_that_lie_are_refused(long[] gaps)
    {
        File.WriteAllText(_folder["noise.csv"], "a\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i}.5\n")));
        using (var table = Vae.Formats.CsvTable.Read(_folder["noise.csv"]))
        {
            table.Save(FilePath);
        }

        var good = File.ReadAllBytes(FilePath);
        File.WriteAllBytes(FilePath, WithLines(good, gaps));
        Refusal.Of<CheckpointException>(() => KeptTables.ReadAll(FilePath), FilePath, "line numbers of rows that ascend");
    }

    [Theory]
    [InlineData("cells", 20L, 1L << 40)]
    [InlineData("cells", 2147483647L, 2147483647L)]
    [InlineData("cells", 21L, 5L)]
    [InlineData("cells", 100L, 1L)]
    [InlineData("cells", 0L, 5L)]
    [InlineData("cells", 1L, 100L)]
    public void Claims_of_another_shape_are_refused(string tensor, long rows, long columns)
    {
        var good = KeptTables.Saved(FilePath, "");
        File.WriteAllBytes(
            FilePath, new DamagedHeader(good).WithClaim(tensor, claim => claim with { Shape = [rows, columns] }).File);
        Refusal.Of<CheckpointException>(() => KeptTables.ReadAll(FilePath), FilePath, "");
    }

    [Fact]
    public void Tensors_that_overlap_are_refused()
    {
        var good = KeptTables.Saved(FilePath, "");
        File.WriteAllBytes(FilePath, new DamagedHeader(good)
            .WithClaim("text_ends", claim => claim with { Start = claim.Start - 8, End = claim.End - 8 }).File);
        Refusal.Of<CheckpointException>(() => KeptTables.ReadAll(FilePath), FilePath, "'text_ends' must begin at");
    }

    // The largest description that is read, full of the smallest values.
    [Theory, InlineData("[],"), InlineData("0,"), InlineData("{\"name\":\"\"},")]
    public void A_description_of_16_MB_is_refused_with_bounded_memory(string filling)
    {
        var good = KeptTables.Saved(FilePath, "");
        var many = new StringBuilder("{\"columns\":[");
        while (many.Length < (1 << 24) - 100)
        {
            many.Append(filling);
        }

        many.Append("0]}");
        File.WriteAllBytes(FilePath, new DamagedHeader(good).WithLast(_ => Encoding.UTF8.GetBytes(many.ToString())).File);
        Refusal.Of<CheckpointException>(() => KeptTables.ReadAll(FilePath), FilePath, "description");
    }

    // A header of the largest length that is read, full of texts of no use.
    [Fact]
    public void A_header_of_4_MB_is_read_or_refused_with_little_memory()
    {
        var good = KeptTables.Saved(FilePath, "");
        var file = new DamagedHeader(good).WithText("format", _ => new string('x', (1 << 22) - 2000)).File;
        File.WriteAllBytes(FilePath, file);
        Refusal.Of<CheckpointException>(() => KeptTables.ReadAll(FilePath), FilePath, "a table of format");
    }

    private static byte[] WithLines(byte[] good, long[] gaps)
    {
        var header = new DamagedHeader(good);
        var bytes = MemoryMarshal.AsBytes<long>(gaps).ToArray();
        return header.WithInserted("lines", bytes, [gaps.Length / 2, 2]).File;
    }
}
