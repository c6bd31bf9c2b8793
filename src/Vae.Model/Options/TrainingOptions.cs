using Vae.Math;

namespace Vae.Model;

/// <summary>The measure by which the best epoch is chosen; a run ends with that epoch's weights.</summary>
public enum KeepBy
{
    /// <summary>The least validation loss.</summary>
    ValidationLoss,

    /// <summary>The least validation reconstruction error, the report's criterion.</summary>
    ValidationReconstruction,

    /// <summary>No choice: the last epoch's weights are kept.</summary>
    LastEpoch,
}

/// <summary>The options of a training.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training samples.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Samples in a step. The last batch of an epoch may be shorter, and its mean is over its own samples.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The seed of weights, order, noise, drawn pixels and validation split.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The number of samples held out from training, chosen by the seed; with 0 the last epoch is kept.</summary>
    public int ValidationSamples { get; init; } = 5000;

    /// <summary>The measure by which the best epoch is chosen.</summary>
    public KeepBy KeepBy { get; init; } = KeepBy.ValidationLoss;

    /// <summary>The optimiser's constants, including the learning rate.</summary>
    public AdamOptions Adam { get; init; } = new();

    /// <summary>The schedule of the learning rate over the epochs.</summary>
    public ScheduleOptions Schedule { get; init; } = new();

    /// <summary>Epochs over which the KL weight rises from 0 to its full value: in epoch e, counted from 0, the share e / epochs
    /// of it is in force, and (e + 1) / epochs for a model of a table's columns (<see cref="Likelihood.Columns"/>). 0 for no
    /// warm-up.</summary>
    /// <remarks>At weight 0 nothing keeps the posterior of an importance-weighted bound wide, which is a table's bound. Source:
    /// Bowman et al. 2015, "Generating Sentences from a Continuous Space"; Sonderby et al. 2016.</remarks>
    public int KlWarmUpEpochs { get; init; }

    /// <summary>The share of the training rows, from 0 to 1, of which some entries are hidden in each epoch, from the
    /// encoder and from the likelihood: rows in use may lack other values than training rows do. For a model of a table's
    /// columns (<see cref="Likelihood.Columns"/>).</summary>
    public double HidingShare { get; init; }

    /// <summary>Epochs without a new best epoch after which training stops; 0 to train to the last. Needs validation
    /// samples. Epochs of a KL warm-up do not count, because their objective is another one.</summary>
    public int Patience { get; init; }

    /// <summary>Steps between checkpoints within an epoch; 0 for none. A checkpoint is always
    /// written after each epoch.</summary>
    public int CheckpointSteps { get; init; }

    /// <summary>Minutes between checkpoints within an epoch; 0 for none. Checkpoints change no result.</summary>
    public double CheckpointMinutes { get; init; } = 5;

    /// <summary>The usual options for a table, which has fewer rows than an image data set has images: more epochs and
    /// smaller batches. With the batch size for images, some thousand rows give a few hundred steps, after which a model may
    /// still give the same output for every row.</summary>
    /// <param name="rows">The number of rows; a tenth of them is held out.</param>
    /// <returns>100 epochs of batches of 32, the best epoch kept.</returns>
    public static TrainingOptions ForTable(int rows) => new() { Epochs = 100, BatchSize = 32, ValidationSamples = rows / 10 };

    /// <summary>Whether a checkpoint is due within an epoch.</summary>
    /// <param name="steps">Steps since the last one.</param>
    /// <param name="time">Time since the last one.</param>
    internal bool IsCheckpointDue(long steps, TimeSpan time)
        => (CheckpointSteps > 0 && steps >= CheckpointSteps) || (CheckpointMinutes > 0 && time.TotalMinutes >= CheckpointMinutes);

    /// <summary>The share of the KL weight in an epoch.</summary>
    /// <param name="epoch">The epoch's number, from 0.</param>
    /// <param name="likelihood">The model's likelihood: that of columns begins above 0.</param>
    internal double WarmUp(int epoch, Likelihood likelihood)
        => epoch < KlWarmUpEpochs ? (epoch + (likelihood == Likelihood.Columns ? 1.0 : 0)) / KlWarmUpEpochs : 1;

    /// <summary>Whether the best epoch is older than the patience.</summary>
    /// <param name="epoch">The number of completed epochs.</param>
    /// <param name="bestEpoch">The best epoch, from 1.</param>
    internal bool IsOutOfPatience(int epoch, int bestEpoch)
        => Patience > 0 && epoch - int.Max(bestEpoch, KlWarmUpEpochs) >= Patience;

    /// <summary>Checks the options.</summary>
    /// <param name="samples">The number of samples in the data, validation samples included.</param>
    /// <returns>These very options.</returns>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public TrainingOptions Validated(int samples)
    {
        Require(Adam is not null, $"There must be options for Adam, but there are none.");
        Adam!.Validated();
        Require(Schedule is not null, $"There must be a schedule of the learning rate, but there is none.");
        Schedule!.Validated();
        Require(KlWarmUpEpochs >= 0, $"The epochs of the KL warm-up must be 0 or above, but are {KlWarmUpEpochs}.");
        Require(Patience >= 0, $"The patience must be 0 epochs or above, but is {Patience}.");
        const string remedy = "Hold some out, or leave it 0.";
        Require(
            Patience == 0 || (ValidationSamples > 0 && KeepBy != KeepBy.LastEpoch),
            $"A patience of {Patience} epochs needs validation samples and a best epoch, by which to stop. {remedy}");
        Require(Epochs >= 1, $"The number of epochs must be at least 1, but is {Epochs}.");
        Require(BatchSize >= 1, $"The batch size must be at least 1, but is {BatchSize}.");
        Require(
            ValidationSamples >= 0 && ValidationSamples < samples,
            $"The validation samples must be from 0 to below the {samples} samples of the data, but are {ValidationSamples}.");
        Require(CheckpointSteps >= 0, $"The steps between two checkpoints must be 0 or above, but are {CheckpointSteps}.");
        Require(
            CheckpointMinutes >= 0 && double.IsFinite(CheckpointMinutes),
            $"The minutes between two checkpoints must be a finite number of 0 or above, but are {CheckpointMinutes}.");
        Require(Enum.IsDefined(KeepBy), $"There is no such way to choose an epoch: {KeepBy}.");
        return this;
    }

    private static void Require(bool holds, FormattableString message)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant(message));
        }
    }
}
