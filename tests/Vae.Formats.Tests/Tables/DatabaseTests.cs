using System.Data;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Vae.Model;

namespace Vae.Formats.Tests;

/// <summary>The one door: the same rows out of SQLite, a <see cref="DataTable"/>, CsvHelper and a CSV file.</summary>
public sealed class DatabaseTests : IDisposable
{
    private const int Rows = 200;

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteConnection _database;

    public DatabaseTests()
    {
        File.WriteAllLines(_folder.File("orders.csv"), [string.Join(',', Names), .. Enumerable.Range(0, Rows).Select(Line)]);
        var settings = new SqliteConnectionStringBuilder { DataSource = _folder.File("orders.db"), Pooling = false };
        _database = new SqliteConnection(settings.ToString());
        _database.Open();
        Fill();
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_SQLite_database_gives_the_table_of_the_CSV_file_with_the_same_rows()
    {
        using var reader = Select("SELECT * FROM orders");
        using var table = Table.Read(reader);
        RequireSame(table);
        Assert.Equal(ColumnKind.Date, KindOf(table, "ordered"));
        Assert.Equal(ColumnKind.Category, KindOf(table, "town"));
        Assert.Equal("Łódź", table.Text(1, "town"));
        Assert.Equal(Rows / 4, table.Findings.Single(finding => finding.Column.Name == "price").Holes);
    }

    [Fact]
    public void A_column_whose_values_change_their_type_from_row_to_row_is_read_value_by_value()
    {
        using var reader = Select("SELECT mixed FROM orders");
        using var table = Table.Read(reader);
        // A number is written with as many decimals as the column has.
        Assert.Equal(["0.0", "two", "", "3.5"], Enumerable.Range(0, 4).Select(row => table.Text(row, "mixed")));
    }

    [Fact]
    public void Rows_and_columns_of_a_query_are_the_table()
    {
        using var reader = Select("SELECT price * 2 AS twice, town FROM orders WHERE price IS NOT NULL");
        using var table = Table.Read(reader);
        Assert.Equal(Rows * 3 / 4, table.Count);
        Assert.Equal(["twice", "town"], table.Schema.Columns.Select(column => column.Name));
        Assert.False(table.HasMissing);
    }

    [Fact]
    public void A_data_table_gives_the_table_of_the_CSV_file_with_the_same_rows()
    {
        using var rows = new DataTable { Locale = CultureInfo.InvariantCulture };
        rows.Columns.Add("id", typeof(long));
        rows.Columns.Add("town", typeof(string));
        rows.Columns.Add("ordered", typeof(string));
        rows.Columns.Add("quantity", typeof(int));
        rows.Columns.Add("price", typeof(double));
        rows.Columns.Add("mixed", typeof(object));
        foreach (var row in Enumerable.Range(0, Rows))
        {
            rows.Rows.Add([.. Values(row).Select(value => value ?? DBNull.Value)]);
        }

        using var reader = rows.CreateDataReader();
        using var table = Table.Read(reader);
        RequireSame(table);
    }

    [Fact]
    public void CsvHelpers_own_reader_gives_the_table_of_the_CSV_file_with_the_same_rows()
    {
        using var text = new StreamReader(_folder.File("orders.csv"));
        using var csv = CsvHelper.CsvReader.Create(text, new CsvHelper.CsvReaderOptions { HasHeader = true });
        using var reader = new CsvHelper.CsvDataReader(csv, true);
        using var table = Table.Read(reader);
        RequireSame(table);
    }

    [Fact]
    public void A_model_of_a_query_scores_the_rows_of_another()
    {
        using var first = Select("SELECT * FROM orders WHERE id < 150");
        using var table = Table.Read(first);
        var options = new VaeOptions
        {
            Features = table.Features,
            Hidden = [8],
            Latent = 1,
            Likelihood = Likelihood.GaussianWithVariance,
        };
        var model = VaeModel.Train(table, options, new TrainingOptions { Epochs = 3, ValidationSamples = 20 }, Scaling.Standard);

        using var second = Select("SELECT * FROM orders WHERE id >= 150");
        using var rows = Table.Read(second, new TableOptions { Schema = table.Schema });
        var scores = model.AnomalyScores(rows);
        Assert.Equal(50, scores.Length);
        Assert.All(scores, score => Assert.True(double.IsFinite(score)));
    }

    private static readonly string[] Names = ["id", "town", "ordered", "quantity", "price", "mixed"];

    // The texts, numbers and holes of a row. The last column is a number, a text or nothing, as SQLite allows.
    private static object?[] Values(int row) =>
    [
        (long)row,
        row % 7 == 3 ? null : new[] { "Rome", "Łódź", "New York" }[row % 3],
        new DateOnly(2024, 1, 31).AddDays(row / 3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        row * row % 11,
        row % 4 == 2 ? null : 9.5 + (row * 0.25),
        (row % 4) switch { 0 => (long)row, 1 => "two", 2 => null, _ => row + 0.5 },
    ];

    private static string Line(int row) => string.Join(
        ',', Values(row).Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));

    private static ColumnKind KindOf(Table table, string name) => table.Schema.Columns.Single(column => column.Name == name).Kind;

    private void RequireSame(Table table)
    {
        using var reader = CsvTable.OpenReader(_folder.File("orders.csv"));
        using var expected = Table.Read(reader);
        Assert.Equal(expected.Schema, table.Schema);
        Assert.Equal(expected.Sha256, table.Sha256);
    }

    // The command is left to the connection: its end would be the reader's, too.
    private SqliteDataReader Select(string query)
    {
        var command = _database.CreateCommand();
        command.CommandText = query;
        return command.ExecuteReader();
    }

    private void Fill()
    {
        using var transaction = _database.BeginTransaction();
        using var command = _database.CreateCommand();
        command.CommandText = "CREATE TABLE orders (id INTEGER, town TEXT, ordered TEXT, quantity INTEGER, price REAL, mixed)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO orders VALUES ($id, $town, $ordered, $quantity, $price, $mixed)";
        foreach (var row in Enumerable.Range(0, Rows))
        {
            command.Parameters.Clear();
            foreach (var (name, value) in Names.Zip(Values(row)))
            {
                command.Parameters.AddWithValue("$" + name, value ?? DBNull.Value);
            }

            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
