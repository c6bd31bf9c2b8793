using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>The measurements of the meter Vae.Model have the bits of the numbers that the training reports.</summary>
public sealed class MetricsTests : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value)> _told = [];
    private readonly string _name = Guid.NewGuid().ToString();        // other tests train at the same time

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Vae.Model")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    private static TrainingOptions Short => new() { Epochs = 2, BatchSize = 32, ValidationSamples = 30 };

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Each_step_measures_the_numbers_of_its_progress()
    {
        var progress = new Reports();
        Trainer(Short).Train(progress: progress);

        var steps = progress.All.Where(report => report.Finished is null).ToList();
        Assert.Equal(6, steps.Count);                                 // 70 samples in batches of 32, 32 and 6, twice
        Assert.Equal(steps.Select(step => step.Training.Loss), Told("vae.training.loss"));
        Assert.Equal(steps.Select(step => step.Training.Reconstruction), Told("vae.training.reconstruction"));
        Assert.Equal(steps.Select(step => step.Training.Kl), Told("vae.training.kl"));
        Assert.Equal(steps.Select(step => step.Training.NegativeElbo), Told("vae.training.negative_elbo"));
        Assert.Equal(steps.Select(step => (double)step.Epoch), Told("vae.training.epoch"));
        Assert.Equal([32, 32, 6, 32, 32, 6], Told("vae.training.samples"));
    }

    [Fact]
    public void Each_epoch_measures_its_metrics_and_its_validation()
    {
        var run = new Remembered<float>();
        Trainer(Short with { KlWarmUpEpochs = 2 }).Train(run);        // loss and negative ELBO differ

        double[] ends = [Told("vae.training.loss")[2], Told("vae.training.loss")[5]];
        Assert.Equal(run.Epochs.Select(epoch => epoch.Training.Loss), ends);
        var validations = run.Epochs.Select(epoch => epoch.Validation!.Value).ToList();
        Assert.Equal(validations.Select(validation => validation.Loss), Told("vae.validation.loss"));
        Assert.Equal(validations.Select(validation => validation.Reconstruction), Told("vae.validation.reconstruction"));
        Assert.Equal(validations.Select(validation => validation.Kl), Told("vae.validation.kl"));
        Assert.Equal(validations.Select(validation => validation.NegativeElbo), Told("vae.validation.negative_elbo"));
    }

    // Steps leave out validation and diagnoses, so they are faster than the epoch as a whole.
    [Fact]
    public void The_rate_of_the_steps_is_measured_at_least_at_the_end_of_each_epoch()
    {
        var run = new Remembered<float>();
        Trainer(Short).Train(run);

        var rates = Told("vae.training.samples_per_second");
        Assert.InRange(rates.Count, 2, 6);
        if (rates.Count == 2)                                         // no epoch took more than a second of steps
        {
            Assert.All(
                rates.Zip(run.Epochs),
                pair => Assert.True(pair.First > 70 / pair.Second.Seconds, $"{pair.First}, {pair.Second}"));
        }
    }

    [Fact]
    public void Without_validation_samples_no_validation_is_measured()
    {
        Trainer(Short with { ValidationSamples = 0 }).Train();

        Assert.Empty(Told("vae.validation.loss"));
        Assert.NotEmpty(Told("vae.training.loss"));
    }

    [Fact]
    public void The_measurements_of_a_run_carry_the_name_of_its_folder()
    {
        using var folder = new TemporaryFolder();
        var data = Some.Blobs(100, 12);
        var record = new RunRecord(Some.Shape(), Short, new DataRecord("blobs", 100, "00"));
        using var run = TrainingRun<float>.Begin(folder.File(_name), record, data, new SimdProduct<float>(WorkerTeam.OfOne));
        run.Train();

        Assert.Equal(6, Told("vae.training.loss").Count);
    }

    [Fact]
    public void Every_instrument_has_a_unit_and_a_description_and_the_meter_has_the_librarys_version()
    {
        Trainer(Short).Train();
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => Add(instrument) };
        listener.Start();

        Assert.Equal(12, instruments.Count);
        Assert.All(
            instruments,
            instrument => Assert.True(
                instrument.Unit is { Length: > 0 } && instrument.Description is { Length: > 0 }, instrument.Name));
        Assert.Equal(typeof(VaeOptions).Assembly.GetName().Version!.ToString(3), instruments[0].Meter.Version);

        void Add(Instrument instrument)
        {
            if (instrument.Meter.Name == "Vae.Model")
            {
                instruments.Add(instrument);
            }
        }
    }

    // Evaluations have no name, so those of tests that run at the same time may be counted: at least these are.
    [Fact]
    public void Evaluations_measure_the_number_of_their_samples()
    {
        var told = 0L;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref told, value));
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "vae.evaluation.samples")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.Start();
        var model = Some.Model<float>(Some.Shape());

        new Evaluator<float>(model, 7).Evaluate(Some.Blobs(50, 12), seed: 1);
        Assert.True(Interlocked.Read(ref told) >= 50, $"{told}");
        new ImportanceSampler<float>(model).Estimate(Some.Blobs(20, 12), draws: 3, seed: 1);
        Assert.True(Interlocked.Read(ref told) >= 70, $"{told}");
    }

    private Trainer<float> Trainer(TrainingOptions options)
        => new(Some.Model<float>(Some.Shape()), Some.Blobs(70 + options.ValidationSamples, 12), options) { Name = _name };

    private List<double> Told(string instrument)
        => [.. _told.Where(told => told.Instrument == instrument).Select(told => told.Value)];

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags is [{ Key: "vae.run.name", Value: string name }] && name == _name)
        {
            _told.Enqueue((instrument.Name, value));
        }
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }
}
