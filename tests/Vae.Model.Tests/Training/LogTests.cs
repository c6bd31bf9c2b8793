using Microsoft.Extensions.Logging;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>The events that a training logs, each with its number, level and values.</summary>
public class LogTests
{
    private static readonly SimdProduct<float> Product = new(WorkerTeam.OfOne);

    private static TrainingOptions Short => new() { Epochs = 2, BatchSize = 32, ValidationSamples = 30 };

    [Fact]
    public void An_epoch_is_logged_with_the_numbers_of_its_metrics()
    {
        var (log, run) = (new Lines(), new Remembered<float>());
        Trainer(Short, log).Train(run);

        var epochs = log.Of(2);
        Assert.Equal(2, epochs.Count);
        var (said, metrics) = (epochs[1], run.Epochs[1]);
        Assert.Equal(LogLevel.Information, said.Level);
        Assert.Equal(2, said["Epoch"]);
        Assert.Equal(2, said["Epochs"]);
        Assert.Equal(metrics.Training.Loss, said["Loss"]);
        Assert.Equal(metrics.Training.Reconstruction, said["Reconstruction"]);
        Assert.Equal(metrics.Training.Kl, said["Kl"]);
        Assert.Equal(metrics.Training.NegativeElbo, said["NegativeElbo"]);
        Assert.Equal(metrics.Validation!.Value.Loss, said["ValidationLoss"]);
        Assert.Equal(metrics.Validation!.Value.NegativeElbo, said["ValidationNegativeElbo"]);
        Assert.Equal(70 / metrics.Seconds, said["SamplesPerSecond"]);
        Assert.StartsWith("Epoch 2 of 2: loss ", said.Text);
        Assert.Equal(
            run.Epochs.Where(epoch => epoch.IsBest).Select(epoch => (object)epoch.Epoch),
            log.Of(3).Select(best => best["Epoch"]));
        Assert.Equal(2, log.Of(4).Count);                             // checkpoints
        Assert.Equal("Training finished: 2 epochs completed, the weights of epoch 2 are kept", Assert.Single(log.Of(8)).Text);
    }

    [Fact]
    public void An_epoch_without_validation_has_a_separate_event_and_no_checkpoint_is_logged_where_there_is_none()
    {
        var log = new Lines();
        Trainer(Short with { ValidationSamples = 0 }, log).Train();

        Assert.Equal([1, 1, 8], log.All.Where(line => line.Id != 5).Select(line => line.Id));
    }

    // As in DiagnosticsTests: a KL weight of 100 leaves the latent nothing to say; 360 steps are enough to be sure of it.
    [Fact]
    public void A_diagnosis_of_a_fault_is_logged_as_a_warning_and_a_normal_finding_as_information()
    {
        var (log, run) = (new Lines(), new Remembered<float>());
        var options = Short with { Epochs = 120, Adam = new AdamOptions { LearningRate = 5e-3 } };
        new Trainer<float>(Some.Model<float>(Some.Shape(klWeight: 100)), Some.Blobs(100, 12), options, log).Train(run);

        var said = log.Of(5);
        var made = run.Epochs.SelectMany(epoch => epoch.Diagnoses ?? []).ToList();
        Assert.Equal(made.Select(diagnosis => (object)diagnosis.Kind), said.Select(line => line["Diagnosis"]));
        var collapse = Assert.Single(said, line => line["Diagnosis"] is DiagnosisKind.PosteriorCollapse);
        Assert.Equal(LogLevel.Warning, collapse.Level);
        Assert.EndsWith(made.Single(diagnosis => diagnosis.Kind == DiagnosisKind.PosteriorCollapse).ToString(), collapse.Text);
        Assert.All(
            said,
            line => Assert.Equal(
                line["Diagnosis"] is DiagnosisKind.RisingKl or DiagnosisKind.InactiveLatents
                    ? LogLevel.Information
                    : LogLevel.Warning,
                line.Level));
    }

    [Fact]
    public void A_divergence_is_logged_as_an_error_with_the_message_of_the_exception()
    {
        var log = new Lines();
        var trainer = Trainer(Short with { Adam = new AdamOptions { LearningRate = 1e30 } }, log);

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Train());

        var said = Assert.Single(log.All);
        Assert.Equal((6, LogLevel.Error), (said.Id, said.Level));
        Assert.Equal(diverged.Message, said["Reason"]);
    }

    [Fact]
    public void A_cancelled_training_logs_its_completed_epochs_and_its_step()
    {
        var log = new Lines();
        using var source = new CancellationTokenSource();
        source.Cancel();
        Trainer(Short, log).Train(cancellationToken: source.Token);

        Assert.Equal("Training stopped by cancellation: 0 epochs completed, step 0", Assert.Single(log.All).Text);
    }

    [Fact]
    public void A_run_logs_its_beginning_its_resumption_and_the_accepted_changes()
    {
        using var folder = new TemporaryFolder();
        var (path, data, log) = (folder.File("run"), Some.Blobs(100, 12), new Lines());
        var record = new RunRecord(Some.Shape(), Short, new DataRecord("blobs", 100, "00"));
        using (var run = TrainingRun<float>.Begin(path, record, data, Product, log))
        {
            Assert.Contains(run.Record.Model.Architecture, Assert.Single(log.Of(9)).Text, StringComparison.Ordinal);
            run.Train();
        }

        TrainingRun<float>.Resume(path, data, "00", Product, logger: log).Dispose();
        Assert.EndsWith("run resumed: 2 epochs completed, step 6", Assert.Single(log.Of(10)).Text);

        using var more = TrainingRun<float>.Resume(
            path, data, "00", Product, record with { Training = Short with { Epochs = 3 } }, acceptChanges: true, log);
        Assert.Equal("training.epochs 2, now 3", Assert.Single(log.Of(11))["Changes"]);
        more.Train();
        Assert.Equal(3, log.Of(2).Count);                             // the trainer has the same log
    }

    private static Trainer<float> Trainer(TrainingOptions options, ILogger log)
        => new(Some.Model<float>(Some.Shape()), Some.Blobs(70 + options.ValidationSamples, 12), options, log);

    private sealed record Line(int Id, LogLevel Level, string Text, IReadOnlyList<KeyValuePair<string, object?>> Values)
    {
        public object? this[string name] => Values.Single(value => value.Key == name).Value;
    }

    private sealed class Lines : ILogger
    {
        public List<Line> All { get; } = [];

        public List<Line> Of(int id) => [.. All.Where(line => line.Id == id)];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => All.Add(
                new Line(
                    eventId.Id,
                    logLevel,
                    formatter(state, exception),
                    [.. (IReadOnlyList<KeyValuePair<string, object?>>)state!]));
    }
}
