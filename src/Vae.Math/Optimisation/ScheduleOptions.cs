using System.Globalization;
using System.Text.Json.Serialization;

namespace Vae.Math;

/// <summary>The schedule of the learning rate: a pure function of the epoch's number, so that a
/// resume needs no state.</summary>
/// <remarks>Formulas and sources: docs/derivations.md, Adam.</remarks>
public sealed record ScheduleOptions
{
    private const int BurdaStages = 8;
    private const int BurdaEpochs = 3280;                             // 1 + 3 + 9 + ... + 3^7

    /// <summary>The kind of schedule.</summary>
    public LearningRateSchedule Kind { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Epochs between two steps of <see cref="LearningRateSchedule.Step"/>; at least 1.</summary>
    public int StepEpochs { get; init; } = 10;

    /// <summary>The factor on the rate at each step of <see cref="LearningRateSchedule.Step"/>; above
    /// 0, at most 1.</summary>
    public double StepFactor { get; init; } = 0.1;

    /// <summary>The schedule in a few words.</summary>
    /// <exception cref="InvalidOperationException">There is no such kind of schedule.</exception>
    [JsonIgnore]
    public string Describe => Kind switch
    {
        LearningRateSchedule.Constant => "constant",
        LearningRateSchedule.Step => string.Create(
            CultureInfo.InvariantCulture,
            $"times {StepFactor} after every {(StepEpochs == 1 ? "epoch" : $"{StepEpochs} epochs")}"),
        LearningRateSchedule.Cosine => "half a cosine, to 0 at the end",
        LearningRateSchedule.Burda
            => "eight stages, each three times as long as the one before, to a tenth at the end (Burda et al. 2015)",
        _ => throw new InvalidOperationException($"There is no such learning-rate schedule: {Kind}."),
    };

    /// <summary>Checks the options.</summary>
    /// <returns>These very options.</returns>
    /// <exception cref="ArgumentException">One of them is out of range; the message names it.</exception>
    public ScheduleOptions Validated()
    {
        Require(Enum.IsDefined(Kind), $"There is no such learning-rate schedule: {Kind}.");
        Require(StepEpochs >= 1, $"The epochs between two steps of the learning rate must be at least 1, but are {StepEpochs}.");
        Require(
            StepFactor is > 0 and <= 1,
            $"The factor of a step of the learning rate must be above 0 and at most 1, but is {StepFactor}.");
        return this;
    }

    /// <summary>The factor on the learning rate in an epoch.</summary>
    /// <param name="epoch">The epoch's number, from 0. After the last epoch, a schedule with an end
    /// keeps its last factor.</param>
    /// <param name="epochs">The number of all epochs, at least 1.</param>
    /// <returns>From 0 to 1: 1 in epoch 0 whatever the schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative
    /// or <paramref name="epochs"/> below 1.</exception>
    /// <exception cref="InvalidOperationException">There is no such kind of schedule.</exception>
    public double Factor(int epoch, int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var part = int.Min(epoch, epochs) / (double)epochs;
        return Kind switch
        {
            LearningRateSchedule.Constant => 1,
            LearningRateSchedule.Step => double.Pow(StepFactor, epoch / StepEpochs),
            LearningRateSchedule.Cosine => (1 + double.CosPi(part)) / 2, // (1 + cos(pi epoch / epochs)) / 2
            LearningRateSchedule.Burda => BurdaFactor(BurdaStage(epoch, epochs)),
            _ => throw new InvalidOperationException($"There is no such learning-rate schedule: {Kind}."),
        };
    }

    // The first stage, from 1, at whose end, 1 + 3 + ... + 3^(i-1) of 3280, a larger share of the epochs is over than now.
    private static int BurdaStage(long epoch, long epochs)
    {
        var (stage, length, end) = (1, 1, 1);
        while (stage < BurdaStages && end * epochs <= epoch * BurdaEpochs) // end / 3280 <= epoch / epochs, in whole numbers
        {
            (stage, length) = (stage + 1, 3 * length);
            end += length;
        }

        return stage;
    }

    private static double BurdaFactor(int stage)
        => double.Round(double.Pow(10, 1 - ((stage - 1) / 7.0)), 1) / 10; // round(10^(1 - (i - 1) / 7), 1) / 10

    private static void Require(bool holds, FormattableString message)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant(message));
        }
    }
}
