namespace Vae.Model;

/// <summary>The purpose of a random draw. Draws of different purposes never share
/// a number; see <see cref="Math.RandomDraws"/>.</summary>
internal enum Purpose
{
    /// <summary>The weights and biases before training; the step is the layer.</summary>
    Weights = 1,

    /// <summary>The order of the samples; the step is the epoch.</summary>
    Shuffle = 2,

    /// <summary>epsilon in training; the step is the optimiser's.</summary>
    TrainingNoise = 3,

    /// <summary>The choice of samples held out for validation.</summary>
    ValidationSplit = 4,

    /// <summary>epsilon in evaluation; the element is the sample's number, so that batches do not matter.</summary>
    EvaluationNoise = 5,

    /// <summary>Latents drawn from the prior.</summary>
    Prior = 6,

    /// <summary>Weights, inputs and noise of a gradient check of a whole model.</summary>
    Check = 7,

    /// <summary>Pixels that are drawn anew in each epoch of training; the step is the epoch, the element the sample's number
    /// times the features plus the feature.</summary>
    TrainingPixels = 8,

    /// <summary>Pixels that are drawn for an evaluation; the element is the sample's number times the
    /// features plus the feature.</summary>
    EvaluationPixels = 9,

    /// <summary>epsilon of the importance-sampled estimate of log p(x); the step is the sample's number, so that
    /// batches do not matter.</summary>
    ImportanceNoise = 10,

    /// <summary>x drawn from p(x|z) where a model gives new samples; an entry belongs to the sample's
    /// number and the feature.</summary>
    SampleDraws = 11,

    /// <summary>Entries that are hidden from the encoder in training; the step is the epoch, the element belongs to the sample
    /// and
    /// the feature.</summary>
    HiddenEntries = 12,

    /// <summary>epsilon of imputations and of rows under conditions; the step is the row's number.</summary>
    ImputationNoise = 13,

    /// <summary>The choice among weighted draws, and x drawn from p(x|z) for it; the step is the row's number.</summary>
    ImputationDraws = 14,

    /// <summary>epsilon of the posteriors' draws that a mixture over z is fitted to.</summary>
    PriorFit = 16,

    /// <summary>The text of a drawn pooled level; the step is the row's number, or 0 for rows drawn from the prior; the element
    /// belongs to the drawn row and the feature.</summary>
    PooledLevels = 15,

    /// <summary>Draws of the command line.</summary>
    Application = 1000,
}
