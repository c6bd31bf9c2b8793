using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>A run with a preparation records it, and otherwise equals a run on the scaled data.</summary>
public class PreparedRunTests
{
    private static readonly TrainingOptions Training = new() { Epochs = 3, BatchSize = 10, ValidationSamples = 10 };

    private static VaeOptions Shape => Some.Shape(4, likelihood: Likelihood.GaussianWithVariance);

    [Fact]
    public void A_prepared_run_ends_with_the_weights_of_a_run_on_scaled_rows()
    {
        using TemporaryFolder raw = new(), scaled = new();
        var rows = Rows();
        var record = Record(rows);
        var before = ArraySamples.From(Enumerable.Range(0, rows.Count).Select(i =>
        {
            var row = rows.Row(i);
            record.Preparation!.Transform(row);
            return row;
        }));

        Assert.Equal(Trained(scaled.FullPath, record with { Preparation = null }, before), Trained(raw.FullPath, record, rows));
    }

    [Fact]
    public void A_prepared_run_keeps_its_preparation_with_every_bit_and_is_resumed_with_it()
    {
        using TemporaryFolder whole = new(), parts = new();
        var rows = Rows();
        var record = Record(rows) with
        {
            Data = new DataRecord("table", rows.Count, "ab") { Table = new TableRecord(HasHeader: false, DecimalComma: true) },
        };
        var expected = Trained(whole.FullPath, record, rows);
        using (var run = TrainingRun<float>.Begin(parts.FullPath, record, rows, new SimdProduct<float>(WorkerTeam.OfOne)))
        {
            using var stop = new CancellationTokenSource();
            run.Train(new Told(_ => stop.Cancel()), stop.Token);
        }

        var opened = RunFolder.Open(parts.FullPath).Record;
        Assert.Equal((record.Preparation, record.Data.Table), (opened.Preparation, opened.Data.Table));
        using (var run = TrainingRun<float>.Resume(parts.FullPath, rows, "ab", new SimdProduct<float>(WorkerTeam.OfOne)))
        {
            run.Train();
            Assert.Equal(expected, Some.Weights(run.Trainer.Model));
        }
    }

    [Fact]
    public void Data_or_a_preparation_that_does_not_fit_is_refused_before_a_folder_is_created()
    {
        using var parent = new TemporaryFolder();
        var path = parent.File("run");
        var rows = Rows();

        Require(
            "There must be an offset for each of the 4 features, but there are 3.",
            Record(rows) with { Preparation = SomeModel.Units(3) },
            rows);
        Require(
            "sample 0, feature 0 must be from 0 to 1 for the Bernoulli likelihood, but is 9.5 when scaled. "
                + "Scale the data to 0 to 1 (min-max), or take a Gaussian likelihood.",
            Record(rows) with { Model = Shape with { Likelihood = Likelihood.Bernoulli }, Preparation = Units(0.1f) },
            new ArraySamples([[0.95f, 0, 0, 0], .. Enumerable.Repeat(new float[4], 19)]));

        void Require(string message, RunRecord record, ISampleSource data)
        {
            Assert.Equal(
                message,
                Assert.Throws<ArgumentException>(
                    () => TrainingRun<float>.Begin(path, record, data, new SimdProduct<float>(WorkerTeam.OfOne))).Message);
            Assert.False(Directory.Exists(path));
        }
    }

    [Fact]
    public void A_prepared_run_is_resumed_with_its_own_preparation_and_with_no_other()
    {
        using var folder = new TemporaryFolder();
        var rows = Rows();
        TrainingRun<float>.Begin(folder.FullPath, Record(rows), rows, new SimdProduct<float>(WorkerTeam.OfOne)).Dispose();
        var begun = RunFolder.Open(folder.FullPath).Record;

        Resume(begun);
        Resume(begun with { Preparation = null });
        Refuse(
            begun with { Preparation = begun.Preparation! with { Scaling = Scaling.MinMax } },
            "begun with preparation.scaling \"Standard\", now \"MinMax\", and");
        Refuse(begun with { Preparation = begun.Preparation! with { Offset = [0, 0, 0, 0.5f] } }, ", now [0,0,0,0.5], and");
        Assert.Equal(
            "There must be an offset for each of the 4 features, but there are 3.",
            Assert.Throws<ArgumentException>(() => Resume(begun with { Preparation = SomeModel.Units(3) })).Message);
        Assert.Equal(begun.Preparation, RunFolder.Open(folder.FullPath).Record.Preparation);

        void Resume(RunRecord wanted, bool accept = false)
            => TrainingRun<float>.Resume(
                folder.FullPath, rows, "ab", new SimdProduct<float>(WorkerTeam.OfOne), wanted, accept).Dispose();

        void Refuse(RunRecord wanted, string said)
        {
            var refusal = Assert.Throws<CheckpointException>(() => Resume(wanted, accept: true)).Message;
            Assert.Contains(said, refusal, StringComparison.Ordinal);
            Assert.EndsWith(
                "what was trained so far is of no use with another. Begin another run.", refusal, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Data_that_does_not_fit_the_recorded_preparation_is_refused_as_a_damaged_run()
    {
        using var folder = new TemporaryFolder();
        var rows = Rows();
        TrainingRun<float>.Begin(folder.FullPath, Record(rows), rows, new SimdProduct<float>(WorkerTeam.OfOne)).Dispose();
        var begun = RunFolder.Open(folder.FullPath).Record;
        var longer = begun with { Training = begun.Training with { Epochs = 9 } };

        foreach (var wanted in new[] { null, longer })
        {
            var refusal = Assert.Throws<CheckpointException>(() => TrainingRun<float>.Resume(
                folder.FullPath, Some.Rows(40, 3), "ab", new SimdProduct<float>(WorkerTeam.OfOne), wanted, acceptChanges: true));
            Assert.Contains(
                "the run's record does not fit its data: The preparation is of 4 features, but the data has 3.",
                refusal.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_run_cancelled_while_its_samples_are_checked_creates_no_folder()
    {
        using var parent = new TemporaryFolder();
        var (path, rows) = (parent.File("run"), Rows());

        Assert.Throws<OperationCanceledException>(() => TrainingRun<float>.Begin(
            path,
            Record(rows),
            rows,
            new SimdProduct<float>(WorkerTeam.OfOne),
            cancellationToken: new CancellationToken(canceled: true)));

        Assert.False(Directory.Exists(path));
    }

    // A table of some 20,000 columns, as of genes, can be trained on; a run
    // is not begun if its record would be too long to be read.
    [Fact]
    public void A_run_on_a_table_of_very_many_columns_can_be_opened_or_is_not_begun()
    {
        using var parent = new TemporaryFolder();
        Begin(20_000, "gene");
        Begin(22_000, "Größe");
        var path = Begin(20_000, "gene2");
        var (used, again) = (VaeModel.Load(path), parent.File("again"));
        used.Save(again);
        Assert.Equal(used.Preparation, VaeModel.Load(again).Preparation);

        var refusal = Assert.Throws<ArgumentException>(() => Begin(60_000, "measurement"));

        Assert.StartsWith("The record of the run (run.json) would have ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("at most 2097152 are read again: 60000 names of columns", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(parent.File("measurement")));

        string Begin(int features, string name)
        {
            var random = new Random(1);
            var rows = new ArraySamples(
                [
                    .. Enumerable.Range(0, 3)
                        .Select(_ => Enumerable.Range(0, features).Select(_ => random.NextSingle() * 1e-5f).ToArray())
                ]);
            var training = new TrainingOptions { Epochs = 1, ValidationSamples = 0 };
            var record = new RunRecord(
                Some.Shape(features, [1], 1, Likelihood.Gaussian), training, new DataRecord("table", 3, "ab"))
            {
                Preparation = Preparation.Fit(rows, Scaling.Standard, training) with
                {
                    Columns = [.. Enumerable.Range(0, features).Select(i => $"{name}{i}")],
                },
            };
            using var run = TrainingRun<float>.Begin(parent.File(name), record, rows, new SimdProduct<float>(WorkerTeam.OfOne));
            run.Train();
            Assert.Equal(record.Preparation, RunFolder.Open(parent.File(name)).Record.Preparation);
            Assert.Equal(record.Preparation, VaeModel.Load(Path.Combine(parent.File(name), "model.safetensors")).Preparation);
            return parent.File(name);
        }
    }

    [Fact]
    public void A_model_file_whose_column_names_are_too_long_to_be_read_is_not_written()
    {
        using var folder = new TemporaryFolder();
        var model = new VaeModel(
            SomeModel.Of(Some.Shape(3)), SomeModel.Units(3) with { Columns = ["a", "b", new string('c', 5_000_000)] });

        var refusal = Assert.Throws<ArgumentException>(() => model.Save(folder.File("model")));

        Assert.Contains("at most 4194304 are read again", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.FullPath));
    }

    private static RunRecord Record(ArraySamples rows)
        => new(Shape, Training, new DataRecord("table", rows.Count, "ab"))
        {
            Preparation = Preparation.Fit(rows, Scaling.Standard, Training),
        };

    private static Preparation Units(float scale) => new(Scaling.Standard, new double[4], [scale, scale, scale, scale]);

    private static ArraySamples Rows()
    {
        var random = new Random(6);
        return ArraySamples.From(
            Enumerable.Range(0, 40).Select(
                _ => Enumerable.Range(0, 4).Select(i => (float)((random.NextDouble() + i) * double.Pow(100, i))).ToArray()));
    }

    private static double[] Trained(string folder, RunRecord record, ISampleSource data)
    {
        using var run = TrainingRun<float>.Begin(folder, record, data, new SimdProduct<float>(WorkerTeam.OfOne));
        run.Train();
        return Some.Weights(run.Trainer.Model);
    }
}
