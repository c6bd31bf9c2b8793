using System.Numerics;

namespace Vae.Math;

/// <summary>A family's arithmetic for one column: losses with gradients, point estimates, draws, the marginal to begin with.
/// The outputs of several draws of z stand row after row: output o of draw j is at <c>o * draws + j</c>, so that a loop over
/// draws is a loop over neighbours.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>An instance is immutable and used by several threads at once; scratch is stackalloc or ArrayPool.</remarks>
internal interface IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of outputs; the logits of atoms count where the family has them
    /// (<see cref="AtomsFamily{T}"/>).</summary>
    int Outputs { get; }

    /// <summary>The loss as a formula, for the records of a run.</summary>
    string Formula { get; }

    /// <summary>The values that x may have, as words for messages, such as <c>a whole number of 0 or above</c>.</summary>
    string Range { get; }

    /// <summary>Whether x has a value of the family's range.</summary>
    bool Accepts(T x);

    /// <summary>Computes <c>L = -log p(x|outputs)</c> of each draw and its gradient.</summary>
    /// <param name="outputs"><see cref="Outputs"/> rows of as many numbers as there are draws.</param>
    /// <param name="x">x of each draw, each accepted.</param>
    /// <param name="loss">L of each draw, nats, the constant included; overwritten.</param>
    /// <param name="gradient">dL/doutputs, laid out as the outputs; overwritten; empty where it is not wanted.</param>
    void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient);

    /// <summary>Computes the point estimate of x under a weighted mixture of draws: the mean of a number or a count, the median
    /// of a logarithm or an ordinal, the likeliest level of a flag or a category.</summary>
    /// <param name="outputs">As in <see cref="Loss"/>.</param>
    /// <param name="weights">The weight of each draw; their sum is 1.</param>
    double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights);

    /// <summary>Draws x for one draw of z.</summary>
    /// <param name="outputs">The outputs of one draw: <see cref="Outputs"/> numbers.</param>
    /// <param name="random">The entry's random numbers.</param>
    double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random);

    /// <summary>Computes outputs that give the values' own distribution, for the biases before training.</summary>
    /// <param name="values">The observed values of the column among the training rows, each accepted; may be empty.</param>
    /// <param name="outputs"><see cref="Outputs"/> numbers; overwritten.</param>
    void Start(ReadOnlySpan<double> values, Span<double> outputs);
}
