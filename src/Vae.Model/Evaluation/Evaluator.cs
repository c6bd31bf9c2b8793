using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Measures the objective over many samples, with as many draws of z as in training. Noise and binarisation depend only on the
/// seed and the sample's number, so the result does not depend on the batch size.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Evaluator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The default number of samples at a time.</summary>
    internal const int UsualBatchSize = 256;

    private readonly VariationalAutoencoder<T> _model;
    private readonly ActivationsPool<T> _pool;
    private readonly int _batchSize;

    /// <summary>Makes an evaluator, with buffers that all calls share.</summary>
    /// <param name="model">The model to measure.</param>
    /// <param name="batchSize">Samples at a time; changes memory and speed, not results.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public Evaluator(VariationalAutoencoder<T> model, int batchSize = UsualBatchSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _model = model;
        _batchSize = batchSize;
        _pool = new ActivationsPool<T>(model.Options);
    }

    /// <summary>Measures the objective over all samples of a source.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="progress">Receives the number of samples done, after each batch.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The means over the samples, nats per sample.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Objective Evaluate(
        ISampleSource data, ulong seed, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Evaluate(data, [], data.Count, seed, progress, cancellationToken);
    }

    /// <summary>Measures the objective over some samples of a source.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">The numbers of the samples to measure; at least one.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="progress">Receives the number of samples done, after each batch.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The means over the samples, nats per sample.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no sample, or a sample does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Objective Evaluate(
        ISampleSource data,
        ReadOnlySpan<int> samples,
        ulong seed,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Evaluate(data, samples, samples.Length, seed, progress, cancellationToken);
    }

    // Evaluates the named samples or, if none are named, the first count: a list of all numbers would grow with the data.
    private Objective Evaluate(
        ISampleSource data,
        ReadOnlySpan<int> named,
        int count,
        ulong seed,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            throw new ArgumentException("There must be at least one sample to evaluate.");
        }

        var reader = new SampleReader<T>(_model.Options, data, _model.Product.Team, seed, Purpose.EvaluationPixels);
        var numbers = new int[int.Min(_batchSize, count)];
        var klPerLatent = new double[_model.Options.Latent];
        var (reconstruction, kl, bound, features) = (0.0, 0.0, 0.0, 0.0);
        for (var done = 0; done < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = numbers.AsSpan(0, int.Min(numbers.Length, count - done));
            for (var i = 0; i < batch.Length; i++, done++)
            {
                batch[i] = named.IsEmpty ? done : named[done];
            }

            var activations = _pool.For(batch.Length);
            reader.Read(batch, activations);
            FillNoise(activations.Noise, batch, seed);
            _model.Forward(activations);
            reconstruction = AddTo(reconstruction, activations.Reconstruction);
            kl = AddTo(kl, activations.Kl);
            bound = AddTo(bound, activations.Posterior.Bounds);
            features += activations.Posterior.SumOfFeatures(_model.Options.ObjectiveWeights);
            GaussianKl.AddPerLatent(activations.Mean, activations.LogVariance, klPerLatent);
            Instruments.EvaluationSamples.Add(batch.Length);
            progress?.Report(done);
        }

        // Free bits apply to means over all samples, so the result does not depend on the batch size.
        TensorPrimitives.Divide(klPerLatent, count, klPerLatent);
        var options = _model.Options;
        var weights = options.ObjectiveWeights with { Features = features / count };
        return options.Bound.Combine(
            weights, warmUp: 1, reconstruction / count / options.Draws, kl / count, bound / count, klPerLatent);
    }

    // Summed in the order of the samples, so that the batch size changes no bit.
    private static double AddTo(double sum, double[] values)
    {
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static void FillNoise(Matrix<T> noise, ReadOnlySpan<int> samples, ulong seed)
    {
        var draws = new RandomDraws(seed, (uint)Purpose.EvaluationNoise, 0);
        var perSample = noise.AsSpan().Length / samples.Length;
        for (var i = 0; i < samples.Length; i++)
        {
            draws.FillNormal(noise.AsSpan().Slice(i * perSample, perSample), first: (long)samples[i] * perSample);
        }
    }
}
