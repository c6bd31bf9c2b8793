using Vae.Math;

namespace Vae.Model;

/// <summary>What one call needs to compute a row. Rented, and given back by <see cref="Dispose"/>.</summary>
internal sealed class RowBuffers(VaeOptions options, RowBuffersPool pool) : IDisposable
{
    private const int DrawsAtOnce = 64;

    private readonly Dictionary<int, Activations<float>> _byDraws = [];

    /// <summary>One row with one draw.</summary>
    public Activations<float> Row { get; } = new(options with { Draws = 1 }, 1);

    /// <summary>-ELBO at KL weight 1 of the row whose posterior stands in <see cref="Row"/>, nats.</summary>
    public double NegativeElbo(VariationalAutoencoder<float> model, int draws, ulong seed)
    {
        var noise = new RandomDraws(seed, (uint)Purpose.EvaluationNoise, 0);
        var error = 0.0;
        for (var done = 0; done < draws;)
        {
            var a = For(int.Min(DrawsAtOnce, draws - done));
            Row.Input.AsSpan().CopyTo(a.Input.AsSpan());
            Row.Mean.AsSpan().CopyTo(a.Mean.AsSpan());
            Row.LogVariance.AsSpan().CopyTo(a.LogVariance.AsSpan());
            Row.Labels.CopyTo(a.Labels, 0);
            noise.FillNormal(a.Noise.AsSpan(), (long)done * a.Noise.RowCount);
            model.ForwardFromPosterior(a);
            foreach (var each in a.Reconstruction)
            {
                error += each;
            }

            done += a.Draws;
        }

        return options.ObjectiveWeights.NegativeElbo(error / draws, GaussianKl.Forward(Row.Mean, Row.LogVariance, Row.Kl));
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose() => pool.GiveBack(this);

    private Activations<float> For(int draws)
    {
        if (!_byDraws.TryGetValue(draws, out var activations))
        {
            activations = new Activations<float>(options with { Draws = draws }, 1);
            _byDraws.Add(draws, activations);
        }

        return activations;
    }
}
