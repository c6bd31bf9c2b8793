using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>The metrics of an epoch: a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Step">The optimiser's steps so far.</param>
/// <param name="Training">The objective over the epoch's batches, while the weights were moving.</param>
/// <param name="Validation">The objective over the validation samples after the epoch, always at the full KL weight; null where
/// there are none.</param>
/// <param name="IsBest">Whether this is the best epoch so far.</param>
/// <param name="Seconds">The time that the epoch took, validation included.</param>
public sealed record EpochMetrics(
    int Epoch, long Step, Objective Training, Objective? Validation, bool IsBest, double Seconds)
{
    /// <summary>The learning rate of the epoch.</summary>
    public double LearningRate { get; init; }

    /// <summary>The diagnoses that the run reports for the first time; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Diagnosis>? Diagnoses { get; init; }

    /// <summary>Whether all metrics and diagnoses are equal.</summary>
    /// <param name="other">The other metrics.</param>
    public bool Equals(EpochMetrics? other)
        => other is not null && Numbers.Equals(other.Numbers) && (Diagnoses ?? []).SequenceEqual(other.Diagnoses ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.GetHashCode();

    private (int, long, Objective, Objective?, bool, double, double) Numbers
        => (Epoch, Step, Training, Validation, IsBest, Seconds, LearningRate);
}

/// <summary>The progress of a training, reported after each batch.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">The number of epochs of the training.</param>
/// <param name="Samples">Training samples seen in this epoch.</param>
/// <param name="EpochSamples">Training samples in an epoch.</param>
/// <param name="Training">The objective over the epoch so far.</param>
/// <param name="Finished">The epoch's metrics in the report after its end; null in all others.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Samples, int EpochSamples, Objective Training, EpochMetrics? Finished);

/// <summary>The outcome of a training.</summary>
/// <param name="CompletedEpochs">The number of completed epochs, including those before a resume.</param>
/// <param name="BestEpoch">The epoch whose weights are kept; 0 before the first is completed. The model has these weights, but
/// after a cancellation it has those of its last step.</param>
/// <param name="Cancelled">Whether the training was stopped before its last epoch.</param>
public sealed record TrainingOutcome(int CompletedEpochs, int BestEpoch, bool Cancelled);

/// <summary>The exception for a training that cannot continue, since the loss, a gradient or a weight is NaN or
/// infinite.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The step, the observation and a remedy.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The step, the observation and a remedy.</param>
    /// <param name="innerException">The cause.</param>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
