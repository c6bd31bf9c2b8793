using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Vae.Model;

/// <summary>Tells a log and the meter how a training goes. Whatever is called in a step allocates nothing.</summary>
internal sealed class Telemetry(ILogger? logger)
{
    // Over less time a rate is a step's luck; over more, a tool that asks once a second sees old news.
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

    /// <summary>After a step: what the epoch came to so far.</summary>
    /// <param name="epoch">The epoch under way, from 1.</param>
    /// <param name="running">The objective over the epoch so far.</param>
    /// <param name="samples">Samples in the step.</param>
    /// <param name="time">How long the step took.</param>
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

    /// <summary>After an epoch: its numbers and what is to be said about them.</summary>
    /// <param name="metrics">The epoch.</param>
    /// <param name="epochs">How many there will be.</param>
    /// <param name="samples">Training samples in an epoch.</param>
    public void EpochFinished(EpochMetrics metrics, int epochs, int samples)
    {
        RecordRate();
        var (training, rate) = (metrics.Training, samples / metrics.Seconds);
        if (metrics.Validation is { } validation)
        {
            Instruments.Validation.Record(validation, _tags);
            _logger.ValidatedEpoch(
                metrics.Epoch, epochs, training.Loss, training.Reconstruction, training.Kl, training.NegativeElbo, validation.Loss, validation.NegativeElbo, rate);
        }
        else
        {
            _logger.Epoch(metrics.Epoch, epochs, training.Loss, training.Reconstruction, training.Kl, training.NegativeElbo, rate);
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

    /// <summary>After a checkpoint.</summary>
    /// <param name="epoch">Epochs completed.</param>
    /// <param name="step">The optimiser's steps so far.</param>
    public void Saved(int epoch, long step) => _logger.CheckpointSaved(epoch, step);

    /// <summary>After the training.</summary>
    /// <param name="outcome">How it ended.</param>
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

    /// <summary>Before the exception that says the same.</summary>
    /// <param name="step">At which step.</param>
    /// <param name="message">What it saw.</param>
    public void Diverged(long step, string message) => _logger.Diverged(step, message);

    // Two kinds say that all is as it should be.
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
