using System.Buffers;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>A mixture of Gaussians over z in the place of the prior N(0, I), fitted after a training to draws of the posteriors
/// of
/// the training rows. Rows are drawn from it, and importance weights use its density; the training's bound does not.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Where the posteriors together are not N(0, I), as is usual, the decoder has never seen some of what the prior draws.
/// Until it is fitted the prior is N(0, I). Source: Ghosh et al. 2020, "From Variational to Deterministic Autoencoders",
/// section 4
/// (ex-post density estimation); Tomczak and Welling 2018 (the aggregate posterior as the best prior).</remarks>
internal sealed class LatentPrior<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _latents;
    private readonly int _components;

    /// <summary>Makes a prior that is not fitted.</summary>
    public LatentPrior(int latents, int components)
    {
        (_latents, _components) = (latents, components);
        LogShares = new Parameter<T>("prior.log_shares", components, 1) { IsFixed = true };
        Means = new Parameter<T>("prior.means", latents, components) { IsFixed = true };
        Factors = new Parameter<T>("prior.factors", latents * latents, components) { IsFixed = true };
    }

    /// <summary>The logarithm of each component's share.</summary>
    public Parameter<T> LogShares { get; }

    /// <summary>The mean of each component, latents x components.</summary>
    public Parameter<T> Means { get; }

    /// <summary>The lower Cholesky factor C of each component's covariance, row after row, (latents latents) x
    /// components.</summary>
    public Parameter<T> Factors { get; }

    /// <summary>All three.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [LogShares, Means, Factors];

    /// <summary>Whether it was fitted; a factor's diagonal is above 0.</summary>
    public bool IsFitted => Factors.Value[0, 0] > T.Zero;

    /// <summary>Draws z.</summary>
    /// <param name="random">The random numbers of this draw.</param>
    /// <param name="latent">z; overwritten.</param>
    public void Draw(ref EntryDraws random, Span<T> latent)
    {
        var (left, component) = (random.Uniform(), 0);
        for (; component < _components - 1; component++)
        {
            left -= double.Exp(double.CreateTruncating(LogShares.Value[component, 0]));
            if (left < 0)
            {
                break;
            }
        }

        var factor = Factors.Value.ColumnSpan(component);
        var rented = ArrayPool<double>.Shared.Rent(_latents);
        for (var row = 0; row < _latents; row++)
        {
            rented[row] = random.Normal();
            var sum = double.CreateTruncating(Means.Value[row, component]);
            for (var k = 0; k <= row; k++)
            {
                sum += double.CreateTruncating(factor[(row * _latents) + k]) * rented[k];
            }

            latent[row] = T.CreateTruncating(sum);                    // z = m + C epsilon
        }

        ArrayPool<double>.Shared.Return(rented);
    }
}
