using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Vae.Model;

/// <summary>Writes a training's progress to the log and the meter. <see cref="Stepped"/> allocates nothing.</summary>
internal sealed class Telemetry(ILogger? logger)
{
    // A shorter window makes the rate noisy; a longer one gives old values to a tool that reads once a second.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private KeyValuePair<string, object?>[] _tags = [];
    private int _samples;
    private TimeSpan _time;

    /// <summary>The run's name, a tag of its measurements; null for none.</summary>
    public string? Name
    {
        get;
        set
        {
            field = value;
            _tags = value is null ? [] : [new("vae.run.name", value)];
        }
    }

    /// <summary>Records a step: the epoch, its objective so far, and the samples.</summary>
    /// <param name="epoch">The epoch under way, from 1.</param>
    /// <param name="running">The objective over the epoch so far.</param>
    /// <param name="samples">Samples in the step.</param>
    /// <param name="time">The time that the step took.</param>
    public void Stepped(int epoch, Objective running, int samples, TimeSpan time)
    {
        Instruments.TrainingSamples.Add(samples, _tags);
        Instruments.Epoch.Record(epoch, _tags);
        Instruments.Training.Record(running, _tags);
        _samples += samples;
        _time += time;
        if (_time >= RateWindow)
        {
            RecordRate();
        }
    }

    /// <summary>Records and logs an epoch: its metrics and diagnoses.</summary>
    /// <param name="metrics">The epoch's metrics.</param>
    /// <param name="epochs">The number of epochs of the training.</param>
    /// <param name="samples">Training samples in an epoch.</param>
    public void EpochFinished(EpochMetrics metrics, int epochs, int samples)
    {
        RecordRate();
        var (training, rate) = (metrics.Training, samples / metrics.Seconds);
        if (metrics.Validation is { } validation)
        {
            Instruments.Validation.Record(validation, _tags);
            _logger.ValidatedEpoch(
                metrics.Epoch,
                epochs,
                training.Loss,
                training.Reconstruction,
                training.Kl,
                training.NegativeElbo,
                validation.Loss,
                validation.NegativeElbo,
                rate);
        }
        else
        {
            _logger.Epoch(
                metrics.Epoch, epochs, training.Loss, training.Reconstruction, training.Kl, training.NegativeElbo, rate);
        }

        if (metrics.IsBest)
        {
            _logger.BestEpoch(metrics.Epoch);
        }

        foreach (var diagnosis in metrics.Diagnoses ?? [])
        {
            var level = LevelOf(diagnosis.Kind);
            _logger.Diagnosed(level, diagnosis.Kind, metrics.Epoch, diagnosis.Observed, diagnosis.Meaning, diagnosis.Advice);
        }
    }

    /// <summary>Logs a saved checkpoint.</summary>
    /// <param name="epoch">Epochs completed.</param>
    /// <param name="step">The optimiser's steps so far.</param>
    public void Saved(int epoch, long step) => _logger.CheckpointSaved(epoch, step);

    /// <summary>Logs the end of the training.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <param name="step">The optimiser's steps so far.</param>
    public void Ended(TrainingOutcome outcome, long step)
    {
        if (outcome.Cancelled)
        {
            _logger.Cancelled(outcome.CompletedEpochs, step);
        }
        else
        {
            _logger.Finished(outcome.CompletedEpochs, outcome.BestEpoch);
        }
    }

    /// <summary>Logs that the training diverged.</summary>
    /// <param name="step">The number of the step.</param>
    /// <param name="message">The message of the exception that follows.</param>
    public void Diverged(long step, string message) => _logger.Diverged(step, message);

    // Two kinds report something normal or harmless.
    private static LogLevel LevelOf(DiagnosisKind kind)
        => kind is DiagnosisKind.RisingKl or DiagnosisKind.InactiveLatents ? LogLevel.Information : LogLevel.Warning;

    private void RecordRate()
    {
        if (_time > TimeSpan.Zero)
        {
            Instruments.SamplesPerSecond.Record(_samples / _time.TotalSeconds, _tags);
        }

        (_samples, _time) = (0, TimeSpan.Zero);
    }
}
