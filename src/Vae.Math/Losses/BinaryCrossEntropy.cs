using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Binary cross-entropy on logits: summed over features, averaged over samples, in nats per sample. For x in {0, 1} it is
/// the negative log-likelihood of a Bernoulli; for grey x in between it is only an error, with a floor above zero.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Written as <c>max(l, 0) - l x + log(1 + exp(-|l|))</c>, which is finite for every finite logit, so that no probability
/// has to be clamped. Derivation: docs/derivations.md, BinaryCrossEntropy.
/// </remarks>
public sealed class BinaryCrossEntropy<T> : ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static LogitLoss<Family, T> Column => default;

    /// <inheritdoc/>
    public string Formula => "sum over features of max(l, 0) - l x + log(1 + exp(-|l|)), l the logits, x in [0, 1]";

    /// <inheritdoc/>
    public bool Accepts(int feature, T x) => x >= T.Zero && x <= T.One;

    /// <inheritdoc/>
    public string Range(int feature) => "from 0 to 1";

    /// <inheritdoc/>
    /// <remarks>The output are logits; a target outside [0, 1] (or NaN) is refused.</remarks>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.Forward(this, Column, output, target, perDraw, team, observed);

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
        => ColumnLoss.Backward(this, Column, output, target, outputGradient, team, weights, observed);

    /// <inheritdoc/>
    /// <remarks>The exponential of each logit serves the loss and its gradient.</remarks>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed = null)
        => ColumnLoss.ForwardBackward(this, Column, output, target, perDraw, outputGradient, team, observed);

    /// <inheritdoc/>
    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.LogDensity(this, Column, output, target, logDensity, team, observed);

    /// <inheritdoc/>
    /// <remarks>The mean of a Bernoulli is its probability, the sigmoid of the logit.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(output);
        Shape.Require(mean, output.RowCount, output.ColumnCount);
        Elementwise.Sigmoid(output.AsSpan(), mean.AsSpan());
    }

    /// <inheritdoc/>
    /// <remarks>Each draw is 0 or 1: 1 with the probability sigmoid(l), rounded to a float. An output that
    /// is NaN gives NaN.</remarks>
    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
    {
        Losses.RequireDraw(this, output, x, firstColumn);

        Mean(output, x);
        Binarisation.Draw(x.AsSpan(), draws, firstColumn * x.RowCount); // x = u < sigmoid(l)
        for (var i = 0; i < x.AsSpan().Length; i++)
        {
            if (T.IsNaN(output.AsSpan()[i]))
            {
                x.AsSpan()[i] = T.NaN;                                // no number is below it, which would read as 0
            }
        }
    }

    private readonly struct Family : ILogitFamily<T>
    {
        public static string Name => "Binary cross-entropy";

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Fraction<TSimd, TVector>(TVector e)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => e;                                                     // + log(1 + exp(-|l|))

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Rest<TSimd, TVector>(TVector l, TVector e)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => TSimd.Broadcast(T.Zero);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Mean<TSimd, TVector>(TVector l, TVector e)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var one = TSimd.Broadcast(T.One);
            return TSimd.Divide(TSimd.WherePositive(l, one, e), TSimd.Add(one, e)); // sigmoid(l), without overflow
        }
    }
}
