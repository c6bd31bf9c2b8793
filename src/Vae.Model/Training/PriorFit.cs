using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>Fits the mixture of <see cref="LatentPrior{T}"/> to one draw from the posterior of each of some training rows, by
/// expectation maximisation from k-means.</summary>
internal static class PriorFit
{
    private const int MostRows = 12_000;
    private const int RowsAtOnce = 256;
    private const int Rounds = 60;
    private const double LeastGain = 1e-4;                            // nats per row and round that are worth another

    /// <summary>Fits the prior of a model.</summary>
    /// <param name="model">The model with the weights to use; its prior is overwritten.</param>
    /// <param name="data">The rows as the model sees them.</param>
    /// <param name="training">The options of the training.</param>
    public static void Fill<T>(VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (model.Prior is not { } prior)
        {
            return;
        }

        var z = Draws(model, data, training);
        var (d, components) = (model.Options.Latent, model.Options.PriorComponents);
        var mixture = new MixtureFit(z, d, components);
        mixture.Start();
        var before = double.NegativeInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var now = mixture.Improve();
            if (now - before < LeastGain)
            {
                break;
            }

            before = now;
        }

        for (var component = 0; component < components; component++)
        {
            prior.LogShares.Value[component, 0] = T.CreateTruncating(double.Log(double.Max(mixture.Shares[component], 1e-12)));
            for (var i = 0; i < d; i++)
            {
                prior.Means.Value[i, component] = T.CreateTruncating(mixture.Means[(component * d) + i]);
            }

            var factor = prior.Factors.Value.ColumnSpan(component);
            for (var i = 0; i < d * d; i++)
            {
                factor[i] = i % d <= i / d ? T.CreateTruncating(mixture.Factors[(component * d * d) + i]) : T.Zero;
            }
        }
    }

    /// <summary>Fits the prior to the weights to keep, at the end of a training, and keeps it with them and with the model's
    /// present ones; no effect on models without a prior.</summary>
    /// <param name="model">The model that is trained.</param>
    /// <param name="state">The state of the training.</param>
    /// <param name="data">The rows as the model sees them.</param>
    /// <param name="training">The options of the training.</param>
    public static void FillKept<T>(
        VariationalAutoencoder<T> model, TrainingState<T> state, ISampleSource data, TrainingOptions training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (model.Prior is null)
        {
            return;
        }

        var kept = new VariationalAutoencoder<T>(model.Options, model.Product);
        for (var i = 0; i < kept.Parameters.Count; i++)
        {
            state.Kept(i).AsSpan().CopyTo(kept.Parameters[i].Value.AsSpan());
        }

        Fill(kept, data, training);
        for (var i = kept.Parameters.Count - kept.Prior!.Parameters.Count; i < kept.Parameters.Count; i++)
        {
            kept.Parameters[i].Value.AsSpan().CopyTo(state.Best[i].AsSpan());
            kept.Parameters[i].Value.AsSpan().CopyTo(model.Parameters[i].Value.AsSpan());
        }
    }

    // z of each row, one after another.
    private static double[] Draws<T>(VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = model.Options.Latent;
        var reader = new SampleReader<T>(model.Options, data, model.Product.Team, training.Seed, Purpose.EvaluationPixels);
        var order = new SampleOrder(data.Count, training.ValidationSamples, training.Seed);
        var rows = order.SomeTraining(MostRows);
        var z = new double[rows.Length * d];
        var done = 0;
        foreach (var some in rows.Chunk(RowsAtOnce))
        {
            var a = new Activations<T>(model.Options with { Draws = 1 }, some.Length);
            reader.Read(some, a, new RandomDraws(training.Seed, (uint)Purpose.PriorFit, (ulong)done));
            model.Encode(a);
            Reparameterisation.Forward(a.Mean, a.LogVariance, a.Noise, a.Latent);
            foreach (var number in a.Latent.AsSpan())
            {
                z[done++] = double.CreateTruncating(number);
            }
        }

        return z;
    }
}
