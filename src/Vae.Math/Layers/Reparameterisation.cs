using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Drawing z from N(mean, exp(log-variance)) as a differentiable function of noise that is given:
/// <c>z = mean + exp(log-variance / 2) epsilon</c>.
/// </summary>
/// <remarks>
/// Source: Kingma and Welling 2013, "Auto-Encoding Variational Bayes", section 2.4; the report, section 2.4.
/// Derivation: docs/derivations.md, Reparameterisation.
/// </remarks>
public static class Reparameterisation
{
    /// <summary>Computes <c>z = mean + exp(log-variance / 2) epsilon</c>.</summary>
    /// <param name="mean">The posterior's mean, latents x samples.</param>
    /// <param name="logVariance">The logarithm of the posterior's variance (not of its standard deviation), of the same shape.</param>
    /// <param name="noise">epsilon, drawn from N(0, 1), of the same shape.</param>
    /// <param name="latent">z, of the same shape; overwritten.</param>
    public static void Forward<T>(Matrix<T> mean, Matrix<T> logVariance, Matrix<T> noise, Matrix<T> latent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        Shape.Require(noise, mean.RowCount, mean.ColumnCount);
        Shape.Require(latent, mean.RowCount, mean.ColumnCount);

        var loop = new ForwardLoop<T>(mean.AsSpan(), logVariance.AsSpan(), noise.AsSpan(), latent.AsSpan());
        SimdLoop.Run<ForwardLoop<T>, T>(ref loop, latent.AsSpan().Length);
    }

    /// <summary>Given dL/dz, computes dL/dmean and dL/dlog-variance.</summary>
    /// <param name="logVariance">As <see cref="Forward"/> saw it, latents x samples.</param>
    /// <param name="noise">As <see cref="Forward"/> saw it.</param>
    /// <param name="latentGradient">dz, of the same shape.</param>
    /// <param name="meanGradient">dmean, of the same shape; overwritten.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape; overwritten.</param>
    public static void Backward<T>(
        Matrix<T> logVariance, Matrix<T> noise, Matrix<T> latentGradient, Matrix<T> meanGradient, Matrix<T> logVarianceGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(logVariance);
        Shape.Require(noise, logVariance.RowCount, logVariance.ColumnCount);
        Shape.Require(latentGradient, logVariance.RowCount, logVariance.ColumnCount);
        Shape.Require(meanGradient, logVariance.RowCount, logVariance.ColumnCount);
        Shape.Require(logVarianceGradient, logVariance.RowCount, logVariance.ColumnCount);

        var loop = new BackwardLoop<T>(
            logVariance.AsSpan(), noise.AsSpan(), latentGradient.AsSpan(), meanGradient.AsSpan(), logVarianceGradient.AsSpan());
        SimdLoop.Run<BackwardLoop<T>, T>(ref loop, latentGradient.AsSpan().Length);
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
                var epsilon = TSimd.Load(in _noise[i]);
                var sigma = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Multiply(half, TSimd.Load(in _logVariance[i])));
                TSimd.Store(TSimd.Add(mu, TSimd.Multiply(sigma, epsilon)), ref _latent[i]); // z = mu + sigma epsilon
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
                var dz = TSimd.Load(in _latentGradient[i]);
                var epsilon = TSimd.Load(in _noise[i]);
                var sigma = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Multiply(half, TSimd.Load(in _logVariance[i])));
                var dlv = TSimd.Multiply(TSimd.Multiply(TSimd.Multiply(dz, epsilon), sigma), half);
                TSimd.Store(dz, ref _meanGradient[i]);                // dz/dmu = 1
                TSimd.Store(dlv, ref _logVarianceGradient[i]);        // dz/dlv = epsilon sigma / 2
            }

            return i;
        }
    }
}
