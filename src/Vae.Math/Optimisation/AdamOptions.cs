namespace Vae.Math;

/// <summary>The constants of Adam, by default the paper's; weight decay and clipping, which the paper does
/// not have, are off.</summary>
public sealed record AdamOptions
{
    /// <summary>The step size alpha; above 0.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The decay of the first moment; 0 to below 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay of the second moment; 0 to below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>The number added to the root of the bias-corrected second moment; above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The decoupled weight decay lambda: a step begins with <c>w -= rate lambda w</c>, for every parameter, as in
    /// torch.optim.AdamW (Loshchilov and Hutter 2017); 0, for none, or above.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The largest Euclidean norm of all gradients together; longer ones are shortened to it
    /// (<see cref="GradientNorm"/>); 0 for no clipping, else above 0.</summary>
    /// <remarks>The caller of <see cref="Adam{T}.Step"/> applies it, with <see cref="GradientNorm.ClipFactor"/>: Adam itself
    /// does not compute the norm.</remarks>
    public double ClipNorm { get; init; }

    /// <summary>Checks the constants.</summary>
    /// <returns>These very options.</returns>
    /// <exception cref="ArgumentException">One of them is out of range; the message names it.</exception>
    public AdamOptions Validated()
    {
        Require(LearningRate > 0 && double.IsFinite(LearningRate), "The learning rate must be above 0", LearningRate);
        Require(Beta1 is >= 0 and < 1, "Adam's beta1 must be from 0 to below 1", Beta1);
        Require(Beta2 is >= 0 and < 1, "Adam's beta2 must be from 0 to below 1", Beta2);
        Require(Epsilon > 0 && double.IsFinite(Epsilon), "Adam's epsilon must be above 0", Epsilon);
        Require(
            WeightDecay >= 0 && double.IsFinite(WeightDecay), "The weight decay must be 0, for none, or above 0", WeightDecay);
        Require(
            ClipNorm >= 0 && double.IsFinite(ClipNorm),
            "The norm to clip gradients to must be 0, for no clipping, or above 0",
            ClipNorm);
        return this;
    }

    private static void Require(bool holds, string what, double value)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{what}, but is {value}."));
        }
    }
}
