using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>The gradient check of a whole model at fixed noise, the reparameterised path included.</summary>
public static class ModelCheck
{
    /// <summary>Samples in the batch unless told otherwise.</summary>
    internal const int UsualSamples = 5;

    /// <summary>The model that is checked unless told otherwise: small, and of different sizes everywhere.</summary>
    internal static VaeOptions UsualModel { get; } = new() { Features = 12, Hidden = [8, 6] };

    /// <summary>Checks every parameter of a freshly drawn model on a freshly drawn batch, in double.</summary>
    /// <param name="options">The model's options. A small model, since every weight costs about twenty passes.</param>
    /// <param name="samples">Samples in the batch.</param>
    /// <param name="seed">The seed of weights, samples (uniform from 0 to 1; of a table's columns, values of their families) and
    /// noise.</param>
    /// <param name="product">The matrix product; null for <see cref="SimdProduct{T}"/> on one thread.</param>
    /// <param name="cancellationToken">Stops between two numbers.</param>
    /// <returns>The check of each parameter as soon as it is done: its worst entry and, where that is wrong, the diagnosis of all
    /// its entries.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while the results were enumerated.</exception>
    /// <remarks>The doubly reparameterised gradient of the encoder equals the bound's gradient only on average. It is therefore
    /// compared with the differences of a surrogate whose exact gradient it is: <c>-sum c log w</c>, with the weights c and the
    /// density q(z|x) held fixed.</remarks>
    public static IEnumerable<ParameterCheck> Run(
        VaeOptions options,
        int samples,
        ulong seed,
        IMatrixProduct<double>? product = null,
        CancellationToken cancellationToken = default)
        => Run(options, samples, missing: 0, seed, product, cancellationToken);

    /// <summary>Checks as the public overload, on a batch some of whose numbers are missing.</summary>
    /// <param name="options">The model's options.</param>
    /// <param name="samples">Samples in the batch.</param>
    /// <param name="missing">The share of missing numbers, 0 to 1; 0 checks the passes without a mask.</param>
    /// <param name="seed">The seed of weights, samples, missing numbers and noise.</param>
    /// <param name="product">The matrix product.</param>
    /// <param name="cancellationToken">Stops between two numbers.</param>
    internal static IEnumerable<ParameterCheck> Run(
        VaeOptions options,
        int samples,
        double missing,
        ulong seed,
        IMatrixProduct<double>? product = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        product ??= new SimdProduct<double>(WorkerTeam.OfOne);
        var model = new VariationalAutoencoder<double>(options, product).Initialise(seed);
        FillFixed(model, new RandomDraws(seed, (uint)Purpose.Check, 3));
        var activations = new Activations<double>(options, samples);
        new RandomDraws(seed, (uint)Purpose.Check, 1).FillNormal(activations.Noise.AsSpan());
        FillInput(activations, options, missing, seed);

        for (var i = 0; i < activations.Labels.Length; i++)
        {
            activations.Labels[i] = i % options.Classes;
        }

        var loss = () => model.Forward(activations).Loss;
        var encoderLoss = options.Bound == Bound.DoublyReparameterised ? Surrogate(model, activations) : loss;
        var encoders = model.Encoder.Parameters.ToHashSet();
        return model.Parameters.Where(parameter => !parameter.IsFixed).Select(parameter => GradientCheck.Run(
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

    // A fixed posterior of zeros would add nothing; a precision is above 0.
    private static void FillFixed(VariationalAutoencoder<double> model, RandomDraws draws)
    {
        foreach (var parameter in model.Parameters.Where(parameter => parameter.IsFixed))
        {
            draws.FillUniform(parameter.Value.AsSpan());
        }
    }

    private static void FillInput(Activations<double> activations, VaeOptions options, double missing, ulong seed)
    {
        var draws = new RandomDraws(seed, (uint)Purpose.Check, 0);
        if (options.Columns.Count > 0)
        {
            CheckRows.Fill(activations, options.Columns, missing, draws);
            return;
        }

        draws.FillUniform(activations.Input.AsSpan());
        if (missing > 0)
        {
            Hide(activations, missing, new RandomDraws(seed, (uint)Purpose.Check, 2));
        }
    }

    private static void Hide(Activations<double> activations, double missing, RandomDraws draws)
    {
        var input = activations.Input.AsSpan();
        var observed = activations.ObserveSome().AsSpan();
        draws.FillUniform(observed);
        for (var i = 0; i < input.Length; i++)
        {
            observed[i] = observed[i] < missing ? 0 : 1;
            input[i] *= observed[i];
        }
    }

    // The parts that are held fixed are computed with the present weights.
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

    // log p(z) - log q(z|x), from the two densities.
    private static double Ratio(Vector<double> z, Vector<double> mean, Vector<double> logVariance)
        => Enumerable.Range(0, z.Count).Sum(i =>
            (((z[i] - mean[i]) * (z[i] - mean[i]) / double.Exp(logVariance[i])) + logVariance[i] - (z[i] * z[i])) / 2);
}
