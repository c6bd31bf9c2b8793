using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// From samples to latents and back: everything that shows what a model has learnt. All of it uses means, not draws (but for
/// <see cref="Sample"/>), so it is deterministic.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LatentSpace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly VariationalAutoencoder<T> _model;
    private readonly ActivationsPool<T> _pool;
    private readonly int _batchSize;

    /// <summary>Makes a view of a model, with buffers that serve for every call.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batchSize">Samples at a time: memory and speed, not results.</param>
    public LatentSpace(VariationalAutoencoder<T> model, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _model = model;
        _batchSize = batchSize;
        _pool = new ActivationsPool<T>(model.Options);
    }

    /// <summary>The posteriors of some samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them; at least one.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>Means and log-variances, latents x samples.</returns>
    /// <exception cref="ArgumentException">There is no sample, or a sample has another number of features than the model.</exception>
    public Encodings<T> Encode(ISampleSource data, ReadOnlySpan<int> samples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireFeatures(_model.Options);
        if (samples.IsEmpty)
        {
            throw new ArgumentException("There must be at least one sample to encode.", nameof(samples));
        }

        var encodings = new Encodings<T>(Of(_model.Options.Latent, samples.Length), Of(_model.Options.Latent, samples.Length));
        for (var start = 0; start < samples.Length; start += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = samples[start..int.Min(start + _batchSize, samples.Length)];
            var activations = _pool.For(batch.Length);
            BatchReader.Read(data, batch, activations.Input.AsSpan(), _model.Product.Team);
            _model.Encode(activations);
            activations.Mean.AsSpan().CopyTo(encodings.Mean.AsSpan()[(start * _model.Options.Latent)..]);
            activations.LogVariance.AsSpan().CopyTo(encodings.LogVariance.AsSpan()[(start * _model.Options.Latent)..]);
        }

        return encodings;
    }

    /// <summary>The images (or rows) that latents stand for: E[x|z].</summary>
    /// <param name="latents">z, latents x samples.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>features x samples; probabilities where the likelihood is Bernoulli.</returns>
    /// <exception cref="ArgumentException">The latents have another dimension than the model's.</exception>
    public Matrix<T> Decode(Matrix<T> latents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(latents);
        var options = _model.Options;
        Shape.Require(latents, options.Latent, latents.ColumnCount);
        var means = Of(options.Features, latents.ColumnCount);
        for (var start = 0; start < latents.ColumnCount; start += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = int.Min(_batchSize, latents.ColumnCount - start);
            var activations = _pool.For(count);
            latents.AsSpan().Slice(start * options.Latent, count * options.Latent).CopyTo(activations.Latent.AsSpan());
            _model.Decode(activations);
            _model.OutputMean(activations.Output, activations.Output);
            activations.Output.AsSpan().CopyTo(means.AsSpan()[(start * options.Features)..]);
        }

        return means;
    }

    /// <summary>Samples as the model gives them back, by the posterior's mean.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>features x samples.</returns>
    public Matrix<T> Reconstruct(ISampleSource data, ReadOnlySpan<int> samples, CancellationToken cancellationToken = default)
        => Decode(Encode(data, samples, cancellationToken).Mean, cancellationToken);

    /// <summary>New samples: latents drawn from the prior N(0, I), decoded.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <returns>features x count.</returns>
    public Matrix<T> Sample(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var latents = Of(_model.Options.Latent, count);
        new RandomDraws(seed, (uint)Purpose.Prior, 0).FillNormal(latents.AsSpan());
        return Decode(latents);
    }

    private static Matrix<T> Of(int rows, int columns) => Matrix<T>.Build.Dense(rows, columns);
}
