using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// <c>log p(z) - log q(z|x)</c> at drawn latents, prior N(0, I) and posterior N(mean, exp(log-variance)): the log-weight
/// without the likelihood. Summed over latents, in nats per draw. Its mean over many draws is minus the KL divergence.
/// </summary>
/// <remarks>Source: Burda, Grosse and Salakhutdinov 2015, "Importance Weighted Autoencoders", section 3. Derivation:
/// docs/derivations.md, PriorPosteriorRatio. With k draws of each sample, column j belongs to sample j / k.</remarks>
internal static class PriorPosteriorRatio
{
    /// <summary>Computes <c>r = 1/2 sum(epsilon^2 + lv - z^2)</c> for each draw.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="latent">z, as <see cref="Reparameterisation"/> made it, latents x (samples k).</param>
    /// <param name="noise">epsilon, of the same shape.</param>
    /// <param name="logVariance">The posterior's log-variance, latents x samples.</param>
    /// <param name="perDraw">The ratio of each draw, nats; overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="logVariance"/> or <paramref name="noise"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Forward<T>(Matrix<T> latent, Matrix<T> noise, Matrix<T> logVariance, Span<double> perDraw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logVariance);
        ArgumentNullException.ThrowIfNull(noise);
        var draws = Shape.RequireDraws(noise, logVariance.RowCount, logVariance.ColumnCount);
        Shape.Require(latent, noise.RowCount, noise.ColumnCount);
        Losses.RequirePlaces(perDraw, noise.ColumnCount, "draws");

        for (var draw = 0; draw < perDraw.Length; draw++)
        {
            var loop = new ForwardLoop<T>(latent.ColumnSpan(draw), noise.ColumnSpan(draw), logVariance.ColumnSpan(draw / draws));
            SimdLoop.Run<ForwardLoop<T>, T>(ref loop, latent.RowCount);
            perDraw[draw] = loop.Sum / 2;
        }
    }

    /// <summary>Given dL/dr of each draw, adds to dL/dmean and dL/dlog-variance what goes through z and what does not, the noise
    /// held fixed.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="mean">The posterior's mean, latents x samples.</param>
    /// <param name="latent">As <see cref="Forward"/> saw it.</param>
    /// <param name="perDrawGradient">dr, a number for each draw.</param>
    /// <param name="meanGradient">dmean, latents x samples; added to.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape; added to.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mean"/> or <paramref name="latent"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Backward<T>(
        Matrix<T> mean, Matrix<T> latent, ReadOnlySpan<double> perDrawGradient, Matrix<T> meanGradient,
        Matrix<T> logVarianceGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(latent);
        var draws = Shape.RequireDraws(latent, mean.RowCount, mean.ColumnCount);
        Shape.Require(meanGradient, mean.RowCount, mean.ColumnCount);
        Shape.Require(logVarianceGradient, mean.RowCount, mean.ColumnCount);
        Losses.RequirePlaces(perDrawGradient, latent.ColumnCount, "draws");

        for (var draw = 0; draw < perDrawGradient.Length; draw++)
        {
            var loop = new BackwardLoop<T>(
                mean.ColumnSpan(draw / draws), latent.ColumnSpan(draw), T.CreateTruncating(perDrawGradient[draw]),
                meanGradient.ColumnSpan(draw / draws), logVarianceGradient.ColumnSpan(draw / draws));
            SimdLoop.Run<BackwardLoop<T>, T>(ref loop, mean.RowCount);
        }
    }

    private ref struct ForwardLoop<T>(ReadOnlySpan<T> latent, ReadOnlySpan<T> noise, ReadOnlySpan<T> logVariance) : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _latent = latent;
        private readonly ReadOnlySpan<T> _noise = noise;
        private readonly ReadOnlySpan<T> _logVariance = logVariance;

        public double Sum { get; private set; }

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var sum = TSimd.Broadcast(T.Zero);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var (z, epsilon) = (TSimd.Load(in _latent[i]), TSimd.Load(in _noise[i]));
                var squares = TSimd.Subtract(TSimd.Multiply(epsilon, epsilon), TSimd.Multiply(z, z));
                sum = TSimd.Add(sum, TSimd.Add(squares, TSimd.Load(in _logVariance[i]))); // 2 r_k = epsilon^2 - z^2 + lv
            }

            Sum += double.CreateTruncating(TSimd.Sum(sum));
            return i;
        }
    }

    private readonly ref struct BackwardLoop<T>(
        ReadOnlySpan<T> mean, ReadOnlySpan<T> latent, T ratioGradient, Span<T> meanGradient, Span<T> logVarianceGradient)
        : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _mean = mean;
        private readonly ReadOnlySpan<T> _latent = latent;
        private readonly Span<T> _meanGradient = meanGradient;
        private readonly Span<T> _logVarianceGradient = logVarianceGradient;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var (dr, half, one) = (
                TSimd.Broadcast(ratioGradient), TSimd.Broadcast(ratioGradient * T.CreateChecked(0.5)), TSimd.Broadcast(T.One));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var z = TSimd.Load(in _latent[i]);
                var drawn = TSimd.Subtract(z, TSimd.Load(in _mean[i])); // sigma epsilon
                var dlv = TSimd.Multiply(half, TSimd.Subtract(one, TSimd.Multiply(z, drawn)));
                // dr/dmu = -z
                TSimd.Store(TSimd.Subtract(TSimd.Load(in _meanGradient[i]), TSimd.Multiply(dr, z)), ref _meanGradient[i]);
                // dr/dlv = (1 - z sigma epsilon) / 2
                TSimd.Store(TSimd.Add(TSimd.Load(in _logVarianceGradient[i]), dlv), ref _logVarianceGradient[i]);
            }

            return i;
        }
    }
}
