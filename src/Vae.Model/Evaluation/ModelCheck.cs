using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>The gradient check of a whole model, noise fixed: the reparameterised path with all the others.</summary>
public static class ModelCheck
{
    /// <summary>Samples in the batch unless told otherwise.</summary>
    internal const int UsualSamples = 5;

    /// <summary>The model that is checked unless told otherwise: small, and of different sizes everywhere.</summary>
    internal static VaeOptions UsualModel { get; } = new() { Features = 12, Hidden = [8, 6] };

    /// <summary>Checks every parameter of a freshly drawn model on a freshly drawn batch, in double.</summary>
    /// <param name="options">The model; small, since every number of it costs about twenty passes.</param>
    /// <param name="samples">Samples in the batch.</param>
    /// <param name="seed">The seed of weights, samples (uniform from 0 to 1) and noise.</param>
    /// <param name="product">What multiplies; <see cref="SimdProduct{T}"/> on one thread where there is none.</param>
    /// <param name="cancellationToken">Stops between two numbers.</param>
    /// <returns>The worst entry of each parameter and, where it is wrong, what all its entries have in common, one after another
    /// as they are done.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, while its results were asked for.</exception>
    /// <remarks>The doubly reparameterised gradient of the encoder is that of no bound, only the same on average. It is compared
    /// with the differences of the surrogate whose gradient it is: <c>-sum c log w</c>, with the weights c and the density q(z|x)
    /// held fixed.</remarks>
    public static IEnumerable<ParameterCheck> Run(
        VaeOptions options, int samples, ulong seed, IMatrixProduct<double>? product = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var model = new VariationalAutoencoder<double>(options, product ?? new SimdProduct<double>(WorkerTeam.OfOne)).Initialise(seed);
        var activations = new Activations<double>(options, samples);
        new RandomDraws(seed, (uint)Purpose.Check, 0).FillUniform(activations.Input.AsSpan());
        new RandomDraws(seed, (uint)Purpose.Check, 1).FillNormal(activations.Noise.AsSpan());
        for (var i = 0; i < activations.Labels.Length; i++)
        {
            activations.Labels[i] = i % options.Classes;
        }

        var loss = () => model.Forward(activations).Loss;
        var encoderLoss = options.Bound == Bound.DoublyReparameterised ? Surrogate(model, activations) : loss;
        var encoders = model.Encoder.Layers.SelectMany(layer => layer.Parameters).ToHashSet();
        return model.Parameters.Select(parameter => GradientCheck.Run(
            encoders.Contains(parameter) ? encoderLoss : loss,
            () =>
            {
                model.Forward(activations);
                model.Backward(activations);
            },
            [parameter],
            samples,
            cancellationToken).Worst);
    }

    // What is fixed is that of the weights as they are now.
    private static Func<double> Surrogate(VariationalAutoencoder<double> model, Activations<double> a)
    {
        model.Forward(a);
        var (mean, logVariance) = (a.Mean.Clone(), a.LogVariance.Clone());
        var weights = model.Options.ObjectiveWeights;
        var weight = weights.RatioWeight;
        double[] shares = [.. a.Posterior.Weights.Select(w => w * (1 - (weight * (1 - w))))];
        return () =>
        {
            model.Forward(a);
            var sum = 0.0;
            for (var draw = 0; draw < a.Draws; draw++)
            {
                var sample = draw / model.Options.Draws;
                var ratio = Ratio(a.Latent.Column(draw), mean.Column(sample), logVariance.Column(sample));
                sum += shares[draw] * ((weight * ratio) - weights.NegativeLogLikelihood(a.Reconstruction[draw]));
            }

            return -sum / a.Samples;
        };
    }

    // log p(z) - log q(z|x) from the densities themselves.
    private static double Ratio(Vector<double> z, Vector<double> mean, Vector<double> logVariance)
        => Enumerable.Range(0, z.Count).Sum(i =>
            (((z[i] - mean[i]) * (z[i] - mean[i]) / double.Exp(logVariance[i])) + logVariance[i] - (z[i] * z[i])) / 2);
}
