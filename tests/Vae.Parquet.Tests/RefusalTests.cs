namespace Vae.Parquet.Tests;

/// <summary>Files that are refused, with what is wrong and what to do.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "has at least 12 bytes, but this one 0", "Give a Parquet file, or read it as what it is")]
    [InlineData("a,b\n1,2\n3,4\n5,6\n", "begins and ends with PAR1, but this one does not", "such as CSV")]
    [InlineData("PAR1aaaaaaaaaaaaaaaaaaa", "it is cut off", "Write the file again")]
    [InlineData("PAR1aaaaaaaaPARE", "the file is encrypted", "without encryption")]
    [InlineData("PAR1zzzzPAR1", "the footer has at most 0 bytes, but says that it has 2054847098", "Write the file again")]
    public void A_file_that_is_no_Parquet_is_refused_with_a_remedy(string text, string problem, string remedy)
    {
        File.WriteAllText(_folder.File("x.parquet"), text);
        var refusal = Assert.Throws<ParquetTableException>(() => ParquetTable.OpenReader(_folder.File("x.parquet")));
        Assert.StartsWith(_folder.File("x.parquet") + ": ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Problem, StringComparison.Ordinal);
        Assert.Contains(remedy, refusal.Remedy, StringComparison.Ordinal);
        Assert.Equal(_folder.File("x.parquet"), refusal.FilePath);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        var bytes = File.ReadAllBytes(Solution.PathOf("tests", "Vae.Parquet.Tests", "Golden", "duckdb-zstd-v2.parquet"));
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(_folder.File("cut.parquet"), bytes[..length]);
            Assert.Throws<ParquetTableException>(() => ParquetTable.OpenReader(_folder.File("cut.parquet")));
        }
    }

    [Fact]
    public void A_file_that_does_not_exist_is_said_to_be_missing()
        => Assert.Throws<FileNotFoundException>(() => ParquetTable.OpenReader(_folder.File("none.parquet")));

    [Fact]
    public void A_closed_reader_lets_the_file_go()
    {
        File.Copy(Solution.PathOf("tests", "Vae.Parquet.Tests", "Golden", "duckdb-snappy.parquet"), _folder.File("x.parquet"));
        var reader = ParquetTable.OpenReader(_folder.File("x.parquet"));
        Assert.True(reader.Read());
        reader.Dispose();
        Assert.True(reader.IsClosed);
        using var writer = new FileStream(_folder.File("x.parquet"), FileMode.Open, FileAccess.Write, FileShare.None);
    }

    [Fact]
    public void A_reader_that_is_cancelled_gives_no_value_and_lets_the_file_go()
    {
        File.Copy(Solution.PathOf("tests", "Vae.Parquet.Tests", "Golden", "duckdb-snappy.parquet"), _folder.File("x.parquet"));
        using var stop = new CancellationTokenSource();
        using var reader = ParquetTable.OpenReader(_folder.File("x.parquet"), stop.Token);
        Assert.True(reader.Read());
        Assert.Equal(-100, reader["tiny"]);
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => reader["text"]);
        using (new FileStream(_folder.File("x.parquet"), FileMode.Open, FileAccess.Write, FileShare.None))
        {
        }

        Assert.ThrowsAny<OperationCanceledException>(() => ParquetTable.OpenReader(_folder.File("x.parquet"), stop.Token));
    }
}
