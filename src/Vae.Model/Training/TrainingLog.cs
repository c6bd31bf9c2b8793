using Microsoft.Extensions.Logging;

namespace Vae.Model;

/// <summary>The messages that a training logs. An event's id never changes and is never reused; docs/monitoring.md lists
/// them.</summary>
internal static partial class TrainingLog
{
    private const string TrainingFigures = "Epoch {Epoch} of {Epochs}: "
        + "loss {Loss:F4}, reconstruction {Reconstruction:F4}, KL {Kl:F4}, negative ELBO {NegativeElbo:F4}, ";

    private const string ValidationFigures = "validation loss {ValidationLoss:F4}, "
        + "validation negative ELBO {ValidationNegativeElbo:F4}, ";

    private const string Rate = "{SamplesPerSecond:F0} samples/s";

    [LoggerMessage(1, LogLevel.Information, TrainingFigures + Rate)]
    public static partial void Epoch(
        this ILogger logger,
        int epoch,
        int epochs,
        double loss,
        double reconstruction,
        double kl,
        double negativeElbo,
        double samplesPerSecond);

    [LoggerMessage(2, LogLevel.Information, TrainingFigures + ValidationFigures + Rate)]
    public static partial void ValidatedEpoch(
        this ILogger logger,
        int epoch,
        int epochs,
        double loss,
        double reconstruction,
        double kl,
        double negativeElbo,
        double validationLoss,
        double validationNegativeElbo,
        double samplesPerSecond);

    [LoggerMessage(3, LogLevel.Debug, "Epoch {Epoch} is the best so far")]
    public static partial void BestEpoch(this ILogger logger, int epoch);

    [LoggerMessage(4, LogLevel.Debug, "Checkpoint saved: {Epoch} epochs completed, step {Step}")]
    public static partial void CheckpointSaved(this ILogger logger, int epoch, long step);

    [LoggerMessage(EventId = 5, Message = "{Diagnosis} after epoch {Epoch}: {Saw}: {Means}. {Try}.")]
    public static partial void Diagnosed(
        this ILogger logger, LogLevel level, DiagnosisKind diagnosis, int epoch, string saw, string means, string @try);

    [LoggerMessage(6, LogLevel.Error, "Training diverged at step {Step}: {Reason}")]
    public static partial void Diverged(this ILogger logger, long step, string reason);

    [LoggerMessage(7, LogLevel.Information, "Training stopped by cancellation: {Epoch} epochs completed, step {Step}")]
    public static partial void Cancelled(this ILogger logger, int epoch, long step);

    [LoggerMessage(
        8, LogLevel.Information, "Training finished: {Epoch} epochs completed, the weights of epoch {BestEpoch} are kept")]
    public static partial void Finished(this ILogger logger, int epoch, int bestEpoch);

    [LoggerMessage(9, LogLevel.Information, "Run {Run} begun: {Architecture}, {Formula}")]
    public static partial void Begun(this ILogger logger, string run, string architecture, string? formula);

    [LoggerMessage(10, LogLevel.Information, "Run {Run} resumed: {Epoch} epochs completed, step {Step}")]
    public static partial void Resumed(this ILogger logger, string run, int epoch, long step);

    [LoggerMessage(11, LogLevel.Information, "Run {Run} resumed with changes: {Epoch} epochs completed, step {Step}; {Changes}")]
    public static partial void ResumedWithChanges(this ILogger logger, string run, int epoch, long step, string changes);

    [LoggerMessage(12, LogLevel.Warning, "Data: {Note}")]
    public static partial void Noted(this ILogger logger, string note);

    /// <summary>Logs each of some notes on the data.</summary>
    public static void Noted(this ILogger logger, IReadOnlyList<string> notes)
    {
        foreach (var note in notes)
        {
            logger.Noted(note);
        }
    }
}
