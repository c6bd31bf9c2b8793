using Vae.Math;

namespace Vae.Model;

/// <summary>The gradient check of a whole model, noise fixed: the reparameterised path with all the others.</summary>
public static class ModelCheck
{
    /// <summary>Checks every parameter of a freshly drawn model on a freshly drawn batch, in double.</summary>
    /// <param name="options">The model; small, since every number of it costs about twenty passes.</param>
    /// <param name="samples">Samples in the batch.</param>
    /// <param name="seed">The seed of weights, samples (uniform from 0 to 1) and noise.</param>
    /// <param name="product">What multiplies; <see cref="SimdProduct{T}"/> on one thread where there is none.</param>
    /// <param name="cancellationToken">Stops between two numbers.</param>
    /// <returns>The worst entry of each parameter, one after another as they are done.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static IEnumerable<ParameterCheck> Run(
        VaeOptions options, int samples, ulong seed, IMatrixProduct<double>? product = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var model = new VariationalAutoencoder<double>(options, product ?? new SimdProduct<double>(WorkerTeam.OfOne)).Initialise(seed);
        var activations = new Activations<double>(options, samples);
        new RandomDraws(seed, (uint)Purpose.Check, 0).FillUniform(activations.Input.AsSpan());
        new RandomDraws(seed, (uint)Purpose.Check, 1).FillNormal(activations.Noise.AsSpan());
        return model.Parameters.Select(parameter => GradientCheck.Run(
            () => model.Forward(activations).Loss,
            () =>
            {
                model.Forward(activations);
                model.Backward(activations);
            },
            [parameter],
            cancellationToken).Worst);
    }
}
