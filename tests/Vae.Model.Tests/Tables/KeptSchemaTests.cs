using Vae.Math;
using Vae.Tests;

namespace Vae.Model.Tests.Tables;

/// <summary>The schema of a table, kept with its run and its model.</summary>
public sealed class KeptSchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static VaeOptions Options => new()
    {
        Features = 3, Hidden = [4], Latent = 1, Likelihood = Likelihood.Gaussian,
    };

    private static TrainingOptions Training => new() { Epochs = 1, BatchSize = 16, ValidationSamples = 8, Seed = 5 };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_trained_on_a_table_keeps_its_schema_in_its_file()
    {
        using var table = Rows();
        var model = VaeModel.Train(table, Options, Training, Scaling.Standard);
        var path = Path.Combine(_folder.FullPath, "model.safetensors");
        model.Save(path);
        var loaded = VaeModel.Load(path);

        Assert.Equal(table.Schema.Fit(table, Scaling.Standard, Training), model.Schema);
        Assert.Equal(model.Schema, loaded.Schema);
        Assert.Equal(model.Preparation, loaded.Preparation);
        Assert.Equal(model.Encode([7.25f, 1, 1]), loaded.Encode([7.25f, 1, 1]));
    }

    [Fact]
    public void A_run_keeps_the_schema_and_writes_its_scaling_once()
    {
        using var table = Rows();
        using (var run = Begin(table))
        {
            run.Train();
        }

        var loaded = VaeModel.Load(_folder.FullPath);
        Assert.Equal(table.Schema.Fit(table, Scaling.Standard, Training), loaded.Schema);
        Assert.Equal(loaded.Schema!.ToPreparation(), loaded.Preparation);
        Assert.Equal(loaded.Schema, VaeModel.Load(Path.Combine(_folder.FullPath, "model.safetensors")).Schema);
        var record = File.ReadAllText(Path.Combine(_folder.FullPath, "run.json"));
        Assert.Contains("\"preparation\": null", record);
    }

    [Fact]
    public void Another_kind_or_scaling_of_a_modelled_column_is_another_model()
    {
        using var table = Rows();
        var record = Record(table);
        using (var run = Begin(table))
        {
            run.Train();
        }

        TrainingRun<float> Resume(TableSchema schema) => TrainingRun<float>.Resume(
            _folder.FullPath, table, record.Data.Sha256, new SimdProduct<float>(WorkerTeam.OfOne),
                record with { Schema = schema },
            acceptChanges: true);

        var schema = record.Schema!;
        Resume(schema).Dispose();
        Resume(With(schema, "name", column => column with { Kind = ColumnKind.Ignore })).Dispose();
        Assert.Contains(
            "schema.price.kind", Refusal(() => Resume(With(schema, "price", column => column with { Kind = ColumnKind.Real }))));
        Assert.Contains("schema.n.scale", Refusal(() => Resume(With(schema, "n", column => column with { Scale = 3 }))));
        Assert.Contains("schema.columns",
            Refusal(() => Resume(With(schema, "n", column => column with { Kind = ColumnKind.Id }))));
        Assert.Contains("schema.scaling", Refusal(() => Resume(schema with { Scaling = Scaling.MinMax })));
    }

    [Fact]
    public void A_schema_that_is_too_large_for_a_run_is_refused_before_it_begins()
    {
        using var table = Rows();
        string[] many
            = [.. Enumerable.Range(0, 60_000).Select(level => $"a long name of level {level} of all these many levels")];
        var schema = With(Record(table).Schema!, "name", _ => new ColumnSchema("name", ColumnKind.Category) { Levels = many });
        var failure = Assert.Throws<ArgumentException>(() => TrainingRun<float>.Begin(
            _folder.FullPath, Record(table) with { Schema = schema }, table, new SimdProduct<float>(WorkerTeam.OfOne)));

        Assert.Contains("levels are too much", failure.Message);
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    private static string Refusal(Func<object> resume) => Assert.Throws<CheckpointException>(() => resume()).Message;

    private static TableSchema With(TableSchema schema, string name, Func<ColumnSchema, ColumnSchema> change)
        => schema with { Columns = [.. schema.Columns.Select(column => column.Name == name ? change(column) : column)] };

    private TrainingRun<float> Begin(Table table)
        => TrainingRun<float>.Begin(_folder.FullPath, Record(table), table, new SimdProduct<float>(WorkerTeam.OfOne));

    private static RunRecord Record(Table table)
        => new(Options, Training, new DataRecord("a test's rows", table.Count, table.Sha256))
    {
        Schema = table.Schema.Fit(table, Scaling.Standard, Training),
    };

    private static Table Rows()
    {
        var random = new Random(1);
        return Table.Read(new MadeReader(["name", "price", "n", "paid"], Enumerable.Range(0, 80).Select(row => (object?[])
            [$"row {row}", double.Round(100 * -double.Log(1 - random.NextDouble()), 2), random.Next(40) * random.Next(2),
                row % 3 == 0])));
    }
}
