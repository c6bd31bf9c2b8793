using System.Text.Json.Serialization;

namespace Vae.Model;

/// <summary>What an epoch came to: a line of <c>metrics.jsonl</c>.</summary>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Step">The optimiser's steps so far.</param>
/// <param name="Training">The objective over the epoch's batches, while the weights were moving.</param>
/// <param name="Validation">The objective over the validation samples after the epoch, always at the full KL weight; null where
/// there are none.</param>
/// <param name="IsBest">Whether this is the best epoch so far.</param>
/// <param name="Seconds">How long the epoch took, validation included.</param>
public sealed record EpochMetrics(
    int Epoch, long Step, Objective Training, Objective? Validation, bool IsBest, double Seconds)
{
    /// <summary>The learning rate of the epoch.</summary>
    public double LearningRate { get; init; }

    /// <summary>What a person should know about the training and was not told yet; null where there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Diagnosis>? Diagnoses { get; init; }

    /// <summary>Whether the other metrics are the same, the diagnoses compared one by one.</summary>
    /// <param name="other">The other metrics.</param>
    public bool Equals(EpochMetrics? other)
        => other is not null && Numbers.Equals(other.Numbers) && (Diagnoses ?? []).SequenceEqual(other.Diagnoses ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.GetHashCode();

    private (int, long, Objective, Objective?, bool, double, double) Numbers
        => (Epoch, Step, Training, Validation, IsBest, Seconds, LearningRate);
}

/// <summary>Where a training stands; reported after each batch.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Epochs">How many there will be.</param>
/// <param name="Samples">Training samples seen in this epoch.</param>
/// <param name="EpochSamples">Training samples in an epoch.</param>
/// <param name="Training">The objective over the epoch so far.</param>
/// <param name="Finished">The epoch's metrics, where this report ends it.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Samples, int EpochSamples, Objective Training, EpochMetrics? Finished);

/// <summary>How a training ended.</summary>
/// <param name="CompletedEpochs">Epochs that were finished, those before a resume among them.</param>
/// <param name="BestEpoch">The epoch whose weights are kept; 0 before the first was finished. The model has them now, unless it
/// was cancelled: then it has those of its last step.</param>
/// <param name="Cancelled">Whether it was stopped before its last epoch.</param>
public sealed record TrainingOutcome(int CompletedEpochs, int BestEpoch, bool Cancelled);

/// <summary>The loss was NaN or infinite: training cannot go on from here.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public TrainingDivergedException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">At which step, what it saw, and what to try.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">At which step, what it saw, and what to try.</param>
    /// <param name="innerException">Its cause.</param>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
