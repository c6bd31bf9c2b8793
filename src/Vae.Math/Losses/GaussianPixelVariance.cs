using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The negative log-likelihood of a Gaussian whose mean and variance the decoder gives for each pixel:
/// <c>sum of 1/2 (x - mu)^2 exp(-v) + v/2 + 1/2 log(2 pi)</c> over features, averaged over samples, in nats per sample. The
/// constant is included; the loss is below 0 where the density is above 1.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// For d features a column of the output holds 2 d numbers: first the means mu, then the raw log-variances r, with
/// <c>v = floor + softplus(r - floor)</c> and <see cref="LeastLogVariance"/> as the floor. The KL weight to use is 1.
/// Source: Kingma and Welling 2013, appendix C.2; the floor: Rybkin, Daniilidis and Levine 2021.
/// Derivation: docs/derivations.md, GaussianPixelVariance.
/// </remarks>
public sealed class GaussianPixelVariance<T> : ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The floor of a log-variance, for the same reason as that of one learnt variance, which matters more here: here
    /// each pixel that never changes can have a variance of its own.</summary>
    public const double LeastLogVariance = GaussianWithVariance<T>.LeastLogVariance;

    /// <inheritdoc/>
    public string Formula
        => "sum over features of (x - mu)^2 / 2 exp(-v) + (v + log(2 pi)) / 2, v = -6 + softplus(r + 6), mu and r given by the "
            + "decoder for each (the Gaussian's constant included)";

    /// <inheritdoc/>
    /// <remarks>Two numbers of each feature.</remarks>
    public int OutputRows(int features) => 2 * features;

    /// <inheritdoc/>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.Forward(this, default(Column), output, target, perDraw, team, observed);

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
        => ColumnLoss.Backward(this, default(Column), output, target, outputGradient, team, weights, observed);

    /// <inheritdoc/>
    /// <remarks>The exponentials serve the loss and its gradients.</remarks>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed = null)
        => ColumnLoss.ForwardBackward(this, default(Column), output, target, perDraw, outputGradient, team, observed);

    /// <inheritdoc/>
    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
        => ColumnLoss.LogDensity(this, default(Column), output, target, logDensity, team, observed);

    /// <summary>Copies the means.</summary>
    /// <param name="output">mu above r, 2 features x samples.</param>
    /// <param name="mean">E[x|z], features x samples; overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="output"/> or <paramref name="mean"/> is null.</exception>
    /// <exception cref="ArgumentException">The output has not twice the rows of the mean, or
    /// another number of samples.</exception>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(output, OutputRows(mean.RowCount), mean.ColumnCount);

        for (var column = 0; column < mean.ColumnCount; column++)
        {
            output.ColumnSpan(column)[..mean.RowCount].CopyTo(mean.ColumnSpan(column));
        }
    }

    /// <inheritdoc/>
    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
    {
        Losses.RequireDraw(this, output, x, firstColumn);

        draws.FillNormal(x.AsSpan(), firstColumn * x.RowCount);
        for (var column = 0; column < x.ColumnCount; column++)
        {
            var parameters = output.ColumnSpan(column);
            var loop = new DrawLoop(parameters[..x.RowCount], parameters[x.RowCount..], x.ColumnSpan(column));
            SimdLoop.Run<DrawLoop, T>(ref loop, x.RowCount);
        }
    }

    private readonly struct Column : IColumnLoss<T>, IColumnDensity<T>
    {
        public double Loss(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight, ColumnPlace place)
        {
            var features = target.Length;
            var loop = new LossLoop(
                output[..features], output[features..], target,
                gradient[..(gradient.Length / 2)], gradient[(gradient.Length / 2)..], T.CreateChecked(weight));
            SimdLoop.Run<LossLoop, T>(ref loop, features);
            return (loop.Sum + (features * double.Log(2 * double.Pi))) / 2;
        }

        // With the loss, too: beside the two exponentials it costs a sum.
        public void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight)
            => Loss(output, target, gradient, weight, default);

        public void LogDensity(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> logDensity, ColumnPlace place)
        {
            var loop = new DensityLoop(output[..target.Length], output[target.Length..], target, logDensity);
            SimdLoop.Run<DensityLoop, T>(ref loop, target.Length);
        }
    }

    // Twice the loss without its constant and, where there is room for them, both gradients.
    private ref struct LossLoop(
        ReadOnlySpan<T> means, ReadOnlySpan<T> raws, ReadOnlySpan<T> targets, Span<T> meanGradient, Span<T> rawGradient, T scale)
        : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _means = means;
        private readonly ReadOnlySpan<T> _raws = raws;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _meanGradient = meanGradient;
        private readonly Span<T> _rawGradient = rawGradient;

        /// <summary>The sum so far.</summary>
        public double Sum { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector zero = TSimd.Broadcast(T.Zero), one = TSimd.Broadcast(T.One), sum = zero;
            TVector factor = TSimd.Broadcast(scale), half = TSimd.Broadcast(scale * T.CreateTruncating(0.5));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var v = SoftFloor<TSimd, TVector, T>.Of(TSimd.Load(in _raws[i]), out var slope);
                var difference = TSimd.Subtract(TSimd.Load(in _means[i]), TSimd.Load(in _targets[i]));
                var precision = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Subtract(zero, v));
                var slant = TSimd.Multiply(difference, precision);    // (mu - x) exp(-v)
                var square = TSimd.Multiply(difference, slant);
                sum = TSimd.Add(sum, TSimd.Add(square, v));           // 2 nll = (x - mu)^2 exp(-v) + v + log 2 pi
                if (!_meanGradient.IsEmpty)
                {
                    TSimd.Store(TSimd.Multiply(factor, slant), ref _meanGradient[i]); // dmu = w (mu - x) exp(-v)
                    var dv = TSimd.Multiply(half, TSimd.Subtract(one, square));       // dv = w/2 (1 - (x - mu)^2 exp(-v))
                    TSimd.Store(TSimd.Multiply(dv, slope), ref _rawGradient[i]);      // dr = dv sigmoid(r - floor)
                }
            }

            Sum += double.CreateTruncating(TSimd.Sum(sum));
            return i;
        }
    }

    private readonly ref struct DensityLoop(
        ReadOnlySpan<T> means, ReadOnlySpan<T> raws, ReadOnlySpan<T> targets, Span<T> logDensity)
        : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _means = means;
        private readonly ReadOnlySpan<T> _raws = raws;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _logDensity = logDensity;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector zero = TSimd.Broadcast(T.Zero), minusHalf = TSimd.Broadcast(T.CreateTruncating(-0.5));
            var constant = TSimd.Broadcast(T.CreateTruncating(double.Log(2 * double.Pi)));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var v = SoftFloor<TSimd, TVector, T>.Of(TSimd.Load(in _raws[i]), out _);
                var difference = TSimd.Subtract(TSimd.Load(in _means[i]), TSimd.Load(in _targets[i]));
                var precision = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Subtract(zero, v));
                var square = TSimd.Multiply(difference, TSimd.Multiply(difference, precision));
                var twice = TSimd.Add(TSimd.Add(square, v), constant);
                TSimd.Store(TSimd.Multiply(minusHalf, twice), ref _logDensity[i]); // -((x - mu)^2 exp(-v) + v + log 2 pi) / 2
            }

            return i;
        }
    }

    // The noise becomes the draw.
    private readonly ref struct DrawLoop(ReadOnlySpan<T> means, ReadOnlySpan<T> raws, Span<T> values) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _means = means;
        private readonly ReadOnlySpan<T> _raws = raws;
        private readonly Span<T> _values = values;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var half = TSimd.Broadcast(T.CreateTruncating(0.5));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var v = SoftFloor<TSimd, TVector, T>.Of(TSimd.Load(in _raws[i]), out _);
                var sigma = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Multiply(half, v)); // exp(v / 2)
                var away = TSimd.Multiply(sigma, TSimd.Load(in _values[i]));
                TSimd.Store(TSimd.Add(TSimd.Load(in _means[i]), away), ref _values[i]); // x = mu + sigma epsilon
            }

            return i;
        }
    }
}
