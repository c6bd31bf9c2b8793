using System.Globalization;
using Microsoft.Data.Sqlite;
using Vae.Model;

// A shop's orders in a SQLite database. The value of an order is near to its number of pieces times the price of the goods;
// some orders of this year are not, as somebody mistyped them. Any other database is read in the same way: Table.Read takes
// every IDataReader.
const int Orders = 4000;
const int FirstOfThisYear = 3001;
File.Delete("shop.db");
using var database = new SqliteConnection("Data Source=shop.db");
database.Open();
Execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, goods TEXT, ordered TEXT, pieces INTEGER, kilograms, total REAL, score)");
Execute("BEGIN");
for (var id = 1; id <= Orders; id++)
{
    Execute("INSERT INTO orders VALUES ($0, $1, $2, $3, $4, $5, NULL)", Order(id));
}

Execute("COMMIT");

// The orders of earlier years: kinds of columns are found, the id is said, because its numbers are names.
const string Columns = "SELECT id, goods, ordered, pieces, kilograms, total FROM orders";
var kinds = new Dictionary<string, ColumnKind> { ["id"] = ColumnKind.Id, ["ordered"] = ColumnKind.Ignore };
using var table = Read($"{Columns} WHERE id < {FirstOfThisYear}", new TableOptions { Kinds = kinds });
Console.WriteLine($"{table.Count} orders");
foreach (var finding in table.Findings)
{
    Console.WriteLine($"{finding.Column.Name}: {finding.Column.Kind}, {finding.Why}; {finding.Holes} without a value");
}

foreach (var note in table.Notes)
{
    Console.WriteLine($"note: {note}");
}

const Likelihood Gaussian = Likelihood.GaussianWithVariance;
var options = new VaeOptions { Features = table.Features, Hidden = [32, 32], Latent = 2, Likelihood = Gaussian };
var training = new TrainingOptions { Epochs = 60, BatchSize = 64, ValidationSamples = 300 };
var model = VaeModel.Train(table, options, training, Scaling.Standard);

// The orders of this year, read with the schema of the earlier ones; their scores go back into the database.
using var rows = Read($"{Columns} WHERE id >= {FirstOfThisYear}", new TableOptions { Schema = table.Schema });
var scores = model.AnomalyScores(rows);
Execute("BEGIN");
for (var row = 0; row < rows.Count; row++)
{
    Execute("UPDATE orders SET score = $0 WHERE id = $1", scores[row], rows.Text(row, "id"));
}

Execute("COMMIT");

Console.WriteLine("the strangest orders of this year:");
using var strangest = Query("SELECT id, goods, pieces, total, score FROM orders ORDER BY score DESC LIMIT 5");
while (strangest.Read())
{
    var (id, pieces, total) = (strangest.GetInt32(0), strangest.GetInt32(2), strangest.GetDouble(3));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"order {id}: {pieces} x {strangest.GetString(1)} for {total:F2}, {strangest.GetDouble(4):F1} nats{Mark(id)}"));
}

Table Read(string query, TableOptions settings)
{
    using var reader = Query(query);
    return Table.Read(reader, settings);
}

SqliteDataReader Query(string query)
{
    var command = database.CreateCommand();                           // its end would be the reader's, too
    command.CommandText = query;
    return command.ExecuteReader();
}

void Execute(string text, params object[] values)
{
    using var command = database.CreateCommand();
    command.CommandText = text;
    command.Parameters.AddRange(values.Select((value, i) => new SqliteParameter($"${i}", value)));
    command.ExecuteNonQuery();
}

static string Mark(int id) => IsMistyped(id) ? ", mistyped" : "";

static bool IsMistyped(int id) => id >= FirstOfThisYear && id % 100 == 50;

static object[] Order(int id)
{
    var random = new Random(id);
    var (pieces, noise, goods) = (1 + random.Next(20), 1 + (0.05 * (random.NextDouble() - 0.5)), random.Next(3));
    var (price, weight) = (new[] { 4.0, 9.0, 15.0 }[goods], new[] { 0.5, 1.0, 2.0 }[goods]);
    var total = double.Round(pieces * price * noise * (IsMistyped(id) ? 10 : 1), 2);
    object kilograms = id % 9 == 0 ? DBNull.Value : double.Round(pieces * weight * noise, 1);    // not every parcel was weighed
    var day = new DateTime(2023, 1, 1).AddHours(id * 6).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    return [id, new[] { "tea", "coffee", "honey" }[goods], day, pieces, kilograms, total];
}
