using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Measures the objective over many samples: z is drawn once for each sample, with noise that depends only on the seed and the
/// sample's number, so the result does not depend on the batch size.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Evaluator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly VariationalAutoencoder<T> _model;
    private readonly ActivationsPool<T> _pool;
    private readonly int _batchSize;

    /// <summary>Makes an evaluator, with buffers that serve for every call.</summary>
    /// <param name="model">The model to measure.</param>
    /// <param name="batchSize">Samples at a time: memory and speed, not results.</param>
    public Evaluator(VariationalAutoencoder<T> model, int batchSize = 256)
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
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The means over the samples, nats per sample.</returns>
    public Objective Evaluate(ISampleSource data, ulong seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Evaluate(data, [.. Enumerable.Range(0, data.Count)], seed, cancellationToken);
    }

    /// <summary>Measures the objective over some samples of a source.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them; at least one.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>The means over the samples, nats per sample.</returns>
    /// <exception cref="ArgumentException">There is no sample, or a sample has another number of features than the model.</exception>
    public Objective Evaluate(ISampleSource data, ReadOnlySpan<int> samples, ulong seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireFeatures(_model.Options);
        if (samples.IsEmpty)
        {
            throw new ArgumentException("There must be at least one sample to evaluate.", nameof(samples));
        }

        var reconstruction = 0.0;
        var kl = 0.0;
        for (var start = 0; start < samples.Length; start += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = samples[start..int.Min(start + _batchSize, samples.Length)];
            var activations = _pool.For(batch.Length);
            BatchReader.Read(data, batch, activations.Input.AsSpan(), _model.Product.Team);
            FillNoise(activations.Noise, batch, seed);
            _model.Forward(activations);
            for (var i = 0; i < batch.Length; i++)                    // in the order of the samples: no batch size changes a bit of the sum
            {
                reconstruction += activations.Reconstruction[i];
                kl += activations.Kl[i];
            }
        }

        return new Objective(reconstruction / samples.Length, kl / samples.Length, _model.Options.KlWeight);
    }

    private static void FillNoise(Matrix<T> noise, ReadOnlySpan<int> samples, ulong seed)
    {
        var draws = new RandomDraws(seed, (uint)Purpose.EvaluationNoise, 0);
        for (var i = 0; i < samples.Length; i++)
        {
            draws.FillNormal(noise.ColumnSpan(i), first: (long)samples[i] * noise.RowCount);
        }
    }
}
