namespace Vae.Model.Tests;

/// <summary>Runs of a table by kind.</summary>
public sealed class KindRunTests : IDisposable
{
    private static readonly TrainingOptions Training = new()
    {
        Epochs = 3, BatchSize = 64, ValidationSamples = 30, KlWarmUpEpochs = 2, HidingShare = 0.5,
    };

    private readonly TemporaryFolder _folder = new();
    private readonly Table _table
        = Table.Read(PeopleTable.Reader(300, holes: 0.1), new TableOptions { Kinds = PeopleTable.Kinds });

    public void Dispose()
    {
        _table.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_run_that_was_stopped_within_an_epoch_ends_with_the_bits_of_one_that_was_not()
    {
        using (var whole = Begin("whole", values: null))
        {
            whole.Train();
        }

        using (var stopped = Begin("stopped", values: null))
        {
            using var stop = new CancellationTokenSource();
            var steps = 0;
            stopped.Train(new Each(() =>
            {
                if (++steps == 6)                                     // of five in an epoch
                {
                    stop.Cancel();
                }
            }), stop.Token);
            Assert.False(stopped.IsFinished);
        }

        var product = new Vae.Math.SimdProduct<float>(Vae.Math.WorkerTeam.OfOne);
        using (var resumed = TrainingRun<float>.Resume(_folder.File("stopped"), _table, _table.Sha256, product))
        {
            resumed.Train();
            Assert.True(resumed.IsFinished);
        }

        Assert.Equal(Weights("whole"), Weights("stopped"));
    }

    [Fact]
    public void The_values_that_chose_the_likelihoods_start_the_training_as_those_that_are_read_again()
    {
        using (var again = Begin("again", values: null))
        {
            again.Train();
        }

        using (var once = Begin("once", TableFit.Of(_table, Training).Values))
        {
            once.Train();
        }

        Assert.Equal(Weights("again"), Weights("once"));
    }

    private TrainingRun<float> Begin(string name, TrainingValues? values)
    {
        var fit = TableFit.Of(_table, Training);
        var record = new RunRecord(fit.Model, Training, new DataRecord("people", _table.Count, _table.Sha256))
        {
            Schema = fit.Schema,
        };
        var product = new Vae.Math.SimdProduct<float>(Vae.Math.WorkerTeam.OfOne);
        return TrainingRun<float>.Begin(_folder.File(name), record, _table, product, keep: null, values);
    }

    private byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(_folder.File(name), "model.safetensors"));

    private sealed class Each(Action act) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => act();
    }
}
