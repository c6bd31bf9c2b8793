using Vae.Parquet;
using ZstdSharp;

namespace Vae.Faults.Tests;

/// <summary>Parquet files whose description claims more than there is: refused at once, with little memory.</summary>
public sealed class HostileParquetTests : IDisposable
{
    private const int Bomb = 200_000_000;

    private readonly ReaderFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_claims_what_it_has_is_read()
    {
        File.WriteAllBytes(_folder["table.parquet"], new ParquetClaim { Depth = 3, Columns = 2 }.File());
        using var reader = ParquetTable.OpenReader(_folder["table.parquet"]);
        Assert.True(reader.Read());
        Assert.Equal(0.0, reader.GetDouble(1));
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_million_million_rows_are_refused_before_the_first()
        => RequireRefused(new ParquetClaim { Rows = 1L << 40 }, "1099511627776 rows of 1 columns", "4194304");

    [Fact]
    public void More_values_in_a_page_than_its_bytes_are_refused()
        => RequireRefused(new ParquetClaim { Rows = 1_000_000, PageValues = 1_000_000 }, "does not hold the values");

    [Fact]
    public void Values_that_are_not_there_in_any_page_are_refused()
        => RequireRefused(new ParquetClaim { Rows = 1_000_000 }, "column 'c0'");

    [Fact]
    public void A_page_of_two_thousand_million_values_is_refused()
        => RequireRefused(new ParquetClaim { PageValues = int.MaxValue }, "2147483647 values, but 1 are left");

    [Theory, InlineData(1), InlineData(2), InlineData(4), InlineData(6), InlineData(7)]
    public void A_page_that_claims_two_thousand_million_bytes_is_refused(int codec)
        => RequireRefused(new ParquetClaim { Codec = codec, Unpacked = int.MaxValue }, "16 MiB, or 100 times the file");

    [Fact]
    public void A_zstd_bomb_is_unpacked_no_further_than_it_announces()
    {
        using var zstd = new Compressor();
        var page = zstd.Wrap(new byte[Bomb]).ToArray();
        RequireRefused(new ParquetClaim { Codec = 6, Page = page }, "column 'c0'");
        RequireRefused(new ParquetClaim { Codec = 6, Page = page, Unpacked = Bomb, PageValues = 1 }, "100 times the file");
    }

    [Fact]
    public void A_gzip_bomb_is_unpacked_no_further_than_it_announces()
    {
        var page = FileMutator.Gzip(new byte[Bomb]);
        RequireRefused(new ParquetClaim { Codec = 2, Page = [.. page[..1000]], Unpacked = Bomb }, "100 times the file");
    }

    [Fact]
    public void A_snappy_page_that_claims_another_size_is_refused()
        => RequireRefused(new ParquetClaim { Codec = 1, Page = [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0, 0, 0] }, "column 'c0'");

    [Fact]
    public void Numbers_of_a_dictionary_that_is_not_there_are_refused()
        => RequireRefused(new ParquetClaim { Encoding = 8, Page = [1, 2, 1, 0, 0, 0, 0, 0] }, "of a dictionary of 0");

    [Fact]
    public void More_than_a_hundred_thousand_columns_are_refused()
        => RequireRefused(new ParquetClaim { Columns = 100_001 }, "at most 100000 columns");

    [Fact]
    public void A_list_of_more_elements_than_bytes_is_refused()
        => RequireRefused(new ParquetClaim { Groups = int.MaxValue }, "ends in the middle");

    [Fact]
    public void A_structure_nested_a_thousand_deep_is_refused()
        => RequireRefused(new ParquetClaim { Depth = 1000 }, "nested more than 16 deep");

    private void RequireRefused(ParquetClaim claim, params string[] words)
    {
        File.WriteAllBytes(_folder["table.parquet"], claim.File());
        Refusal.Of<ParquetTableException>(() => ReadAll(_folder["table.parquet"]), words);
    }

    private static void ReadAll(string path)
    {
        using var reader = ParquetTable.OpenReader(path);
        while (reader.Read())
        {
            reader.GetValue(0);
        }
    }
}
