using Vae.Model;

namespace Vae.Parquet.Tests;

/// <summary>A Parquet file as a typed table.</summary>
public class ParquetTableTests
{
    [Fact]
    public void A_file_is_read_as_a_table_with_kinds_texts_and_missing_values()
    {
        using var table = ParquetTable.Read(PathOf("arrow-snappy.parquet"));
        var kinds = table.Schema.Columns.ToDictionary(column => column.Name, column => column.Kind);

        Assert.Equal(GoldenRow.Count, table.Count);
        Assert.Equal(ColumnKind.Flag, kinds["flag"]);
        Assert.Equal(ColumnKind.Date, kinds["day"]);
        Assert.Equal(ColumnKind.Id, kinds["other"]);
        Assert.Equal("New York", table.Text(2, "text"));
        Assert.Equal("", table.Text(7, "text"));
        Assert.Equal(17, table.Findings.Single(finding => finding.Column.Name == "flag").Holes);
        Assert.Contains(table.Notes, note => note == "left out, as they are nested or bytes: bytes, list");
        Assert.Equal("arrow-snappy.parquet, row 3", table.SampleName(2));
    }

    [Fact]
    public void The_same_rows_of_two_writers_are_the_same_table()
    {
        var options = new TableOptions { Columns = ["flag", "int", "long", "float", "double", "text", "day", "us", "price"] };
        using var one = ParquetTable.Read(PathOf("arrow-zstd-groups.parquet"), options);
        using var other = ParquetTable.Read(PathOf("duckdb-zstd-v2.parquet"), options);
        Assert.Equal(one.Sha256, other.Sha256);
        Assert.Equal(Read(one), Read(other));

        static IEnumerable<ColumnSchema> Read(Table table)
            => table.Schema.Columns.Where(column => column.Kind != ColumnKind.Ignore);
    }

    [Fact]
    public void A_Parquet_file_is_known_by_its_first_bytes()
    {
        Assert.True(ParquetTable.IsParquet(File.ReadAllBytes(PathOf("duckdb-snappy.parquet")).AsSpan(0, 4)));
        Assert.False(ParquetTable.IsParquet("a,b\n"u8));
        Assert.False(ParquetTable.IsParquet("PA"u8));
    }

    private static string PathOf(string name) => Solution.PathOf("tests", "Vae.Parquet.Tests", "Golden", name);
}
