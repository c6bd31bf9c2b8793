using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The KL divergence with free bits: each latent's divergence, averaged over the samples, counts for at least so many nats, so
/// that a latent below that is not pushed towards the prior any further. An objective to train with, never a bound to report.
/// </summary>
/// <remarks>Source: Kingma et al. 2016, "Improved Variational Inference with Inverse Autoregressive Flow", appendix C.8, equation
/// 15. Derivation: docs/derivations.md, FreeBits.</remarks>
internal static class FreeBits
{
    /// <summary>Computes <c>sum over latents of max(least, KL_k)</c>, KL_k being the mean over the samples.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="mean">The posterior's mean, latents x samples.</param>
    /// <param name="logVariance">Its log-variance, of the same shape.</param>
    /// <param name="least">The least that each latent counts, nats.</param>
    /// <param name="perLatent">KL_k, nats per sample; overwritten.</param>
    /// <returns>The sum, nats per sample.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="mean"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static double Forward<T>(Matrix<T> mean, Matrix<T> logVariance, double least, Span<double> perLatent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        perLatent.Clear();
        GaussianKl.AddPerLatent(mean, logVariance, perLatent);
        foreach (ref var kl in perLatent)
        {
            kl /= mean.ColumnCount;
        }

        return Sum(perLatent, least);
    }

    /// <summary>Adds the gradients of <see cref="Forward"/> times the weight: those of <see cref="GaussianKl"/>, but none for a
    /// latent that is below its free bits.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="mean">As <see cref="Forward"/> saw it.</param>
    /// <param name="logVariance">As <see cref="Forward"/> saw it.</param>
    /// <param name="least">As <see cref="Forward"/> saw it.</param>
    /// <param name="perLatent">As <see cref="Forward"/> left it.</param>
    /// <param name="weight">The KL weight in force; the division by the number of samples is done here.</param>
    /// <param name="meanGradient">dmean, latents x samples; added to.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape; added to.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mean"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Backward<T>(
        Matrix<T> mean,
        Matrix<T> logVariance,
        double least,
        ReadOnlySpan<double> perLatent,
        double weight,
        Matrix<T> meanGradient,
        Matrix<T> logVarianceGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        Shape.Require(meanGradient, mean.RowCount, mean.ColumnCount);
        Shape.Require(logVarianceGradient, mean.RowCount, mean.ColumnCount);
        Losses.RequirePlaces(perLatent, mean.RowCount, "latents");

        var scale = T.CreateChecked(weight / mean.ColumnCount);
        var half = T.CreateChecked(weight / mean.ColumnCount / 2);
        for (var latent = 0; latent < mean.RowCount; latent++)
        {
            if (!(perLatent[latent] > least))
            {
                continue;                                             // max(least, KL_k) = least: no gradient
            }

            for (var sample = 0; sample < mean.ColumnCount; sample++)
            {
                var lv = logVariance.At(latent, sample);
                meanGradient.ColumnSpan(sample)[latent] += scale * mean.At(latent, sample);             // dKL/dmu = mu
                // dKL/dlv = (exp(lv) - 1) / 2
                logVarianceGradient.ColumnSpan(sample)[latent] += half * (Elementwise.ExpOf(lv) - T.One);
            }
        }
    }

    /// <summary><c>sum over latents of max(least, KL_k)</c> of divergences that are averaged already.</summary>
    /// <param name="perLatent">KL_k, nats per sample.</param>
    /// <param name="least">The least that each latent counts, nats.</param>
    /// <returns>The sum, nats per sample.</returns>
    public static double Sum(ReadOnlySpan<double> perLatent, double least)
    {
        var sum = 0.0;
        foreach (var kl in perLatent)
        {
            sum += double.Max(least, kl);                             // max(least, KL_k)
        }

        return sum;
    }
}
