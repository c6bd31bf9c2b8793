using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace Vae.Formats.Tests;

public sealed class CsvSourceTests : IDisposable
{
    private static readonly string[] Plain = ["größe|b", "0.1|0.2", "0.3|0.1"];
    private const string Text = "größe,b\n0.1,0.2\n0.3,0.1\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("vae-csv-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("utf-8", false, null)]
    [InlineData("utf-8", true, null)]
    [InlineData("utf-16", true, "the text is read as UTF-16")]
    [InlineData("utf-16", false, "the text is read as UTF-16")]
    [InlineData("utf-16BE", true, "the text is read as UTF-16, big-endian")]
    [InlineData("utf-16BE", false, "the text is read as UTF-16, big-endian")]
    [InlineData("utf-32", true, "the text is read as UTF-32")]
    [InlineData("iso-8859-1", false, "2 bytes that are not UTF-8, the first in line 1, are read as Windows-1252")]
    public void Every_usual_encoding_is_read_and_an_unusual_one_noted(string encoding, bool hasMark, string? note)
    {
        var found = Encoding.GetEncoding(encoding);

        var table = ReadTable.Of([.. hasMark ? found.GetPreamble() : [], .. found.GetBytes(Text)]);

        Assert.Equal(Plain, table.Shown);
        Assert.Equal(note is null ? [] : [note], table.Notes);
    }

    [Fact]
    public void A_byte_that_is_not_UTF_8_is_read_as_Windows_1252_wherever_it_stands()
    {
        var lines = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i},ü\n"));
        byte[] text = [.. Encoding.UTF8.GetBytes($"id,price\n{lines}"), .. "7,5 "u8, 0x80, .. "\n"u8];

        var table = ReadTable.Of(text);

        Assert.Equal("0|ü", string.Join("|", table.Rows[0]));
        Assert.Equal("99999|ü", string.Join("|", table.Rows[^2]));
        Assert.Equal("7|5 €", string.Join("|", table.Rows[^1]));
        Assert.Equal(["a byte that is not UTF-8, in line 100002, is read as Windows-1252"], table.Notes);
    }

    [Fact]
    public void Gzip_is_known_by_its_content()
    {
        var path = Path.Combine(_folder, "sales.csv");
        File.WriteAllBytes(path, Gzipped(Encoding.UTF8.GetBytes(Text)));

        Assert.Equal(Plain, Read(path).Shown);
    }

    [Fact]
    public void Gzip_of_several_members_is_read_to_the_last() => Assert.Equal(
        Plain,
        ReadTable.Of([.. Gzipped("größe,b\n0.1,"u8.ToArray()), .. Gzipped("0.2\n0.3,0.1\n"u8.ToArray())]).Shown);

    [Theory, InlineData(false), InlineData(true)]
    public void Damaged_gzip_is_refused(bool isCut)
    {
        var archive = Gzipped(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 9999).Select(i => $"{i * i},1\n"))));
        archive.AsSpan(archive.Length / 2).Fill(0xFF);

        var refusal = Assert.Throws<TableException>(() => ReadTable.Of(isCut ? archive[..(archive.Length / 2)] : archive));

        Assert.Contains("gzip", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("write or download it again", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_is_read_as_a_file_is()
    {
        var path = Path.Combine(_folder, "pipe");
        using (var mkfifo = Process.Start("mkfifo", [path]))
        {
            await mkfifo.WaitForExitAsync();
        }

        var writer = Task.Run(() => File.WriteAllText(path, Text));
        var table = Read(path);
        await writer;

        Assert.Equal(Plain, table.Shown);
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_read_to_its_end()
    {
        var lines = Enumerable.Range(0, 100_000).Select(i => $"{i},{i % 7}").ToArray();
        using var stream = new BufferedStream(new DeflateStream(
            new MemoryStream(Deflated($"a,b\n{string.Join('\n', lines)}")), CompressionMode.Decompress));
        using var reader = CsvTable.OpenReader(stream, "standard input");

        var row = 0;
        for (; reader.Read(); row++)
        {
            Assert.Equal(lines[row], $"{reader.GetString(0)},{reader.GetString(1)}");
        }

        Assert.Equal(lines.Length, row);
    }

    [Fact]
    public void The_share_that_was_read_grows_to_one()
    {
        var path = Path.Combine(_folder, "sales.csv");
        File.WriteAllText(path, "a,b\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i},{i % 7}\n")));
        using var reader = (CsvDataReader)CsvTable.OpenReader(path);
        var shares = new List<double>();
        while (reader.Read())
        {
            shares.Add(reader.ShareRead);
        }

        Assert.Equal(1, shares[^1]);
        Assert.InRange(shares[0], 0.01, 0.5);
        Assert.Equal(shares.Order(), shares);
    }

    [Theory]
    [InlineData("PK\u0003\u0004", "this is a zip archive or an Excel workbook. Unpack it, or save the sheet as CSV.")]
    [InlineData("PAR1", "this is a Parquet file")]
    [InlineData("SQLite format 3\0", "this is an SQLite database")]
    public void Files_of_other_formats_are_refused_by_name(string start, string said)
        => Assert.Contains(said, ReadTable.Refusal(start + "\u0014\0\u0008 and so on"), StringComparison.Ordinal);

    [Fact]
    public void A_NUL_is_refused_with_its_line() => Assert.Equal(
        "sales.csv, line 3: a text is wanted, but there is a NUL byte in it. "
        + "This is no table, or it is damaged: write it again as text in UTF-8.",
        ReadTable.Refusal("a,b\n1,2\n1\0,2\n"));

    [Fact]
    public void A_file_that_is_missing_or_a_folder_is_not_read()
    {
        Assert.Throws<FileNotFoundException>(() => CsvTable.OpenReader(Path.Combine(_folder, "none.csv")));
        Assert.Throws<UnauthorizedAccessException>(() => CsvTable.OpenReader(_folder));
        Assert.Throws<ArgumentException>(() => CsvTable.OpenReader(""));
    }

    private static ReadTable Read(string path)
    {
        using var reader = (CsvDataReader)CsvTable.OpenReader(path);
        return ReadTable.Of(reader);
    }

    private static byte[] Gzipped(byte[] content)
    {
        using var archive = new MemoryStream();
        using (var gzip = new GZipStream(archive, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return archive.ToArray();
    }

    private static byte[] Deflated(string content)
    {
        using var archive = new MemoryStream();
        using (var deflate = new DeflateStream(archive, CompressionLevel.Optimal))
        {
            deflate.Write(Encoding.UTF8.GetBytes(content));
        }

        return archive.ToArray();
    }
}
