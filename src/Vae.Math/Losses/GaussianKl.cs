using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The KL divergence of the posterior N(mean, exp(log-variance)) from the prior N(0, I), in closed form: summed over
/// latents, averaged over samples, in nats per sample.
/// </summary>
/// <remarks>
/// Source: Kingma and Welling 2013, appendix B; the report, section 2.4.
/// Derivation: docs/derivations.md, GaussianKl.
/// </remarks>
public static class GaussianKl
{
    /// <summary>Computes <c>KL = 1/2 sum(exp(lv) + mean^2 - 1 - lv)</c> for each sample.</summary>
    /// <param name="mean">latents x samples.</param>
    /// <param name="logVariance">Of the same shape.</param>
    /// <param name="perSample">The divergence of each sample, nats; overwritten.</param>
    /// <returns>The mean over the samples, nats per sample.</returns>
    public static double Forward<T>(Matrix<T> mean, Matrix<T> logVariance, Span<double> perSample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        Losses.RequirePerSample(perSample, mean.ColumnCount);

        for (var sample = 0; sample < mean.ColumnCount; sample++)
        {
            var mu = mean.ColumnSpan(sample);
            var lv = logVariance.ColumnSpan(sample);
            var sum = 0.0;
            for (var k = 0; k < mu.Length; k++)
            {
                var (m, v) = (double.CreateTruncating(mu[k]), double.CreateTruncating(lv[k]));
                sum += double.Exp(v) + (m * m) - 1 - v;               // 2 KL_k = exp(lv) + mu^2 - 1 - lv
            }

            perSample[sample] = sum / 2;
        }

        return Losses.Mean(perSample);
    }

    /// <summary>Adds the divergence's gradients to those of the mean and the log-variance.</summary>
    /// <param name="mean">As <see cref="Forward"/> saw it.</param>
    /// <param name="logVariance">As <see cref="Forward"/> saw it.</param>
    /// <param name="weight">The KL weight in force; the division by the number of samples is done here.</param>
    /// <param name="meanGradient">dmean, latents x samples; added to.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape; added to.</param>
    public static void Backward<T>(
        Matrix<T> mean, Matrix<T> logVariance, double weight, Matrix<T> meanGradient, Matrix<T> logVarianceGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        Shape.Require(meanGradient, mean.RowCount, mean.ColumnCount);
        Shape.Require(logVarianceGradient, mean.RowCount, mean.ColumnCount);

        var scale = T.CreateChecked(weight / mean.ColumnCount);
        var half = T.CreateChecked(0.5);
        var mu = mean.AsSpan();
        var lv = logVariance.AsSpan();
        var dmu = meanGradient.AsSpan();
        var dlv = logVarianceGradient.AsSpan();
        for (var i = 0; i < mu.Length; i++)
        {
            dmu[i] += scale * mu[i];                                  // dKL/dmu = mu
            dlv[i] += scale * half * (T.Exp(lv[i]) - T.One);          // dKL/dlv = (exp(lv) - 1) / 2
        }
    }
}
