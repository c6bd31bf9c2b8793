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

        var half = T.CreateChecked(0.5);
        var mu = mean.AsSpan();
        var lv = logVariance.AsSpan();
        var epsilon = noise.AsSpan();
        var z = latent.AsSpan();
        for (var i = 0; i < z.Length; i++)
        {
            z[i] = mu[i] + (T.Exp(half * lv[i]) * epsilon[i]);        // z = mu + sigma epsilon
        }
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

        var half = T.CreateChecked(0.5);
        var lv = logVariance.AsSpan();
        var epsilon = noise.AsSpan();
        var dz = latentGradient.AsSpan();
        var dmu = meanGradient.AsSpan();
        var dlv = logVarianceGradient.AsSpan();
        for (var i = 0; i < dz.Length; i++)
        {
            dmu[i] = dz[i];                                           // dz/dmu = 1
            dlv[i] = dz[i] * epsilon[i] * T.Exp(half * lv[i]) * half; // dz/dlv = epsilon sigma / 2
        }
    }
}
