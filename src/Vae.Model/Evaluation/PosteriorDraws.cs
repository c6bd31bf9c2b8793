using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Draws from one sample's posterior, a chunk at a time, with their reconstruction errors.
/// Scores and importance sampling share it.
/// </summary>
internal static class PosteriorDraws
{
    /// <summary>
    /// Draws the next z from a sample's posterior and computes the reconstruction error of each; allocates nothing once warm.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="set">The activations to use.</param>
    /// <param name="posteriors">An encoded batch: input, mask, labels, mean and log-variance filled in.</param>
    /// <param name="sample">The sample's place in that batch.</param>
    /// <param name="noise">The source of the sample's noise.</param>
    /// <param name="first">The number of the first draw. A draw's noise depends on its number, not on
    /// how the draws are cut into chunks.</param>
    /// <param name="count">The number of draws.</param>
    /// <returns>Activations of one sample with <paramref name="count"/> draws; valid until the set is used again.</returns>
    public static Activations<T> Next<T>(
        VariationalAutoencoder<T> model,
        ActivationsSet<T> set,
        Activations<T> posteriors,
        int sample,
        RandomDraws noise,
        int first,
        int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = set.For(samples: 1, count);
        posteriors.Target.ColumnSpan(sample).CopyTo(a.Target.AsSpan());
        if (posteriors.Observed is { } observed)
        {
            observed.ColumnSpan(sample).CopyTo(a.ObserveSome().AsSpan());
        }
        else
        {
            a.ObserveAll();
        }

        posteriors.Mean.ColumnSpan(sample).CopyTo(a.Mean.AsSpan());
        posteriors.LogVariance.ColumnSpan(sample).CopyTo(a.LogVariance.AsSpan());
        if (a.Labels.Length > 0)
        {
            a.Labels[0] = posteriors.Labels[sample];
        }

        noise.FillNormal(a.Noise.AsSpan(), (long)first * a.Noise.RowCount);
        model.ForwardFromPosterior(a);
        return a;
    }
}
