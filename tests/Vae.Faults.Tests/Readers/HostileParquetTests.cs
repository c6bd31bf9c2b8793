using Vae.Parquet;

namespace Vae.Faults.Tests;

/// <summary>Parquet files whose description claims more than there is. What Parquet.Net does with a page whose own header lies is
/// not promised, neither in time nor in memory (docs/reliability.md), and not tested.</summary>
public sealed class HostileParquetTests : IDisposable
{
    private readonly ReaderFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_claims_what_it_has_is_read()
    {
        File.WriteAllBytes(_folder["table.parquet"], new ParquetClaim { Columns = 2 }.File());
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
        => RequireRefused(new ParquetClaim { Rows = 1_000_000, PageValues = 1_000_000 }, "column 'c0'");

    [Fact]
    public void Values_that_are_not_there_in_any_page_are_refused()
        => RequireRefused(new ParquetClaim { Rows = 1_000_000 }, "column 'c0'");

    [Fact]
    public void A_column_that_claims_a_million_times_its_bytes_is_refused()
        => RequireRefused(new ParquetClaim { ChunkUnpacked = 1L << 40 }, "1099511627776 bytes packed into", "1000 times");

    [Fact]
    public void A_column_behind_the_end_of_the_file_is_refused()
        => RequireRefused(new ParquetClaim { Offset = 1L << 40 }, "at byte 1099511627776 of");

    [Fact]
    public void A_snappy_page_that_claims_another_size_is_refused()
        => RequireRefused(new ParquetClaim { Codec = 1, Page = [0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0, 0, 0] }, "column 'c0'");

    [Fact]
    public void Numbers_of_a_dictionary_that_is_not_there_are_refused()
        => RequireRefused(new ParquetClaim { Encoding = 8, Page = [1, 2, 1, 0, 0, 0, 0, 0] }, "column 'c0'");

    [Fact]
    public void A_list_of_more_elements_than_bytes_is_refused()
        => RequireRefused(new ParquetClaim { Groups = 1000 }, "Parquet.Net cannot read it");

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
