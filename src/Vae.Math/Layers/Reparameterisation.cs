using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Draws z from N(mean, exp(log-variance)) as a differentiable function of given noise:
/// <c>z = mean + exp(log-variance / 2) epsilon</c>, once or several times for each sample.
/// </summary>
/// <remarks>
/// Source: Kingma and Welling 2013, "Auto-Encoding Variational Bayes", section 2.4; the report, section 2.4. Derivation:
/// docs/derivations.md, Reparameterisation. With k draws for each sample, column j of the noise belongs to sample <c>j / k</c>.
/// </remarks>
public static class Reparameterisation
{
    /// <summary>Computes <c>z = mean + exp(log-variance / 2) epsilon</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="mean">The posterior's mean, latents x samples.</param>
    /// <param name="logVariance">The logarithm of the posterior's variance (not of its
    /// standard deviation), of the same shape.</param>
    /// <param name="noise">epsilon, drawn from N(0, 1), latents x (samples k), k at least 1.</param>
    /// <param name="latent">z, of the noise's shape; overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mean"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Forward<T>(Matrix<T> mean, Matrix<T> logVariance, Matrix<T> noise, Matrix<T> latent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        var draws = Shape.RequireDraws(noise, mean.RowCount, mean.ColumnCount);
        Shape.Require(latent, noise.RowCount, noise.ColumnCount);

        // With one draw for each sample, all samples form one run of numbers. With several, each sample is a run, and its
        // draws follow one another.
        var run = draws == 1 ? mean.AsSpan().Length : mean.RowCount;
        for (int at = 0, first = 0; at < mean.AsSpan().Length; at += run, first += run * draws)
        {
            var loop = new ForwardLoop<T>(
                mean.AsSpan().Slice(at, run),
                logVariance.AsSpan().Slice(at, run),
                noise.AsSpan().Slice(first, run * draws),
                latent.AsSpan().Slice(first, run * draws));
            SimdLoop.Run<ForwardLoop<T>, T>(ref loop, run);
        }
    }

    /// <summary>Given dL/dz, computes dL/dmean and dL/dlog-variance: the sums over the draws of a sample.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logVariance">As <see cref="Forward"/> saw it, latents x samples.</param>
    /// <param name="noise">As <see cref="Forward"/> saw it.</param>
    /// <param name="latentGradient">dz, of the noise's shape.</param>
    /// <param name="meanGradient">dmean, latents x samples; overwritten.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape; overwritten.</param>
    /// <exception cref="ArgumentNullException"><paramref name="logVariance"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Backward<T>(
        Matrix<T> logVariance, Matrix<T> noise, Matrix<T> latentGradient, Matrix<T> meanGradient, Matrix<T> logVarianceGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logVariance);
        var draws = Shape.RequireDraws(noise, logVariance.RowCount, logVariance.ColumnCount);
        Shape.Require(latentGradient, noise.RowCount, noise.ColumnCount);
        Shape.Require(meanGradient, logVariance.RowCount, logVariance.ColumnCount);
        Shape.Require(logVarianceGradient, logVariance.RowCount, logVariance.ColumnCount);

        var run = draws == 1 ? logVariance.AsSpan().Length : logVariance.RowCount;
        for (int at = 0, first = 0; at < logVariance.AsSpan().Length; at += run, first += run * draws)
        {
            var loop = new BackwardLoop<T>(
                logVariance.AsSpan().Slice(at, run),
                noise.AsSpan().Slice(first, run * draws),
                latentGradient.AsSpan().Slice(first, run * draws),
                meanGradient.AsSpan().Slice(at, run),
                logVarianceGradient.AsSpan().Slice(at, run));
            SimdLoop.Run<BackwardLoop<T>, T>(ref loop, run);
        }
    }

    private readonly ref struct ForwardLoop<T>(
        ReadOnlySpan<T> mean, ReadOnlySpan<T> logVariance, ReadOnlySpan<T> noise, Span<T> latent) : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _mean = mean;
        private readonly ReadOnlySpan<T> _logVariance = logVariance;
        private readonly ReadOnlySpan<T> _noise = noise;
        private readonly Span<T> _latent = latent;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var half = TSimd.Broadcast(T.CreateChecked(0.5));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var mu = TSimd.Load(in _mean[i]);
                var sigma = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Multiply(half, TSimd.Load(in _logVariance[i])));
                for (var at = i; at < _noise.Length; at += _mean.Length)
                {
                    var epsilon = TSimd.Load(in _noise[at]);
                    TSimd.Store(TSimd.Add(mu, TSimd.Multiply(sigma, epsilon)), ref _latent[at]); // z = mu + sigma epsilon
                }
            }

            return i;
        }
    }

    private readonly ref struct BackwardLoop<T>(
        ReadOnlySpan<T> logVariance, ReadOnlySpan<T> noise, ReadOnlySpan<T> latentGradient, Span<T> meanGradient,
        Span<T> logVarianceGradient) : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _logVariance = logVariance;
        private readonly ReadOnlySpan<T> _noise = noise;
        private readonly ReadOnlySpan<T> _latentGradient = latentGradient;
        private readonly Span<T> _meanGradient = meanGradient;
        private readonly Span<T> _logVarianceGradient = logVarianceGradient;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var half = TSimd.Broadcast(T.CreateChecked(0.5));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var dmu = TSimd.Load(in _latentGradient[i]);
                var along = TSimd.Multiply(dmu, TSimd.Load(in _noise[i]));   // the sum over the draws of dz epsilon
                for (var at = i + _logVariance.Length; at < _noise.Length; at += _logVariance.Length)
                {
                    var dz = TSimd.Load(in _latentGradient[at]);
                    dmu = TSimd.Add(dmu, dz);
                    along = TSimd.Add(along, TSimd.Multiply(dz, TSimd.Load(in _noise[at])));
                }

                var sigma = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Multiply(half, TSimd.Load(in _logVariance[i])));
                TSimd.Store(dmu, ref _meanGradient[i]);               // dz/dmu = 1
                var dlv = TSimd.Multiply(TSimd.Multiply(along, sigma), half);   // dz/dlv = epsilon sigma / 2
                TSimd.Store(dlv, ref _logVarianceGradient[i]);
            }

            return i;
        }
    }
}
