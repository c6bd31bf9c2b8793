using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Encodes samples to latents and decodes latents to samples. Everything is deterministic: encoding and decoding use means, and
/// the draws of <see cref="Sample"/> are a pure function of its seed.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LatentSpace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly VariationalAutoencoder<T> _model;
    private readonly ActivationsPool<T> _pool;
    private readonly int _batchSize;

    /// <summary>Makes the latent space of a model, with buffers that all calls share.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batchSize">Samples at a time; changes memory and speed, not results.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public LatentSpace(VariationalAutoencoder<T> model, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _model = model;
        _batchSize = batchSize;
        _pool = new ActivationsPool<T>(model.Options with { Draws = 1 }); // no draws: z is given, or is the mean
    }

    /// <summary>Encodes samples to their posteriors.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them; at least one.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>Means and log-variances, latents x samples.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no sample, or a sample has another
    /// number of features than the model.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public (Matrix<T> Mean, Matrix<T> LogVariance) Encode(
        ISampleSource data, ReadOnlySpan<int> samples, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var reader = ReaderOf(data);
        if (samples.IsEmpty)
        {
            throw new ArgumentException("There must be at least one sample to encode.", nameof(samples));
        }

        var encodings = (Mean: Of(_model.Options.Latent, samples.Length), LogVariance: Of(_model.Options.Latent, samples.Length));
        for (var start = 0; start < samples.Length; start += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = samples[start..int.Min(start + _batchSize, samples.Length)];
            var activations = _pool.For(batch.Length);
            reader.Read(batch, activations);
            _model.Encode(activations);
            activations.Mean.AsSpan().CopyTo(encodings.Mean.AsSpan()[(start * _model.Options.Latent)..]);
            activations.LogVariance.AsSpan().CopyTo(encodings.LogVariance.AsSpan()[(start * _model.Options.Latent)..]);
        }

        return encodings;
    }

    /// <summary>Decodes latents to images or rows, the means E[x|z].</summary>
    /// <param name="latents">z, latents x samples.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>features x samples; probabilities where the likelihood is Bernoulli.</returns>
    /// <exception cref="ArgumentException">The dimension of the latents is not the
    /// model's, or the model needs labels.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Matrix<T> Decode(Matrix<T> latents, CancellationToken cancellationToken = default)
        => Decode(latents, [], cancellationToken);

    /// <summary>Decodes latents and labels to images or rows, the means E[x|z, label].</summary>
    /// <param name="latents">z, latents x samples.</param>
    /// <param name="labels">A label for each sample; none for a model without labels.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>features x samples; probabilities where the likelihood is Bernoulli.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="latents"/> is null.</exception>
    /// <exception cref="ArgumentException">The dimension of the latents is not the model's,
    /// or the labels do not fit it.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Matrix<T> Decode(Matrix<T> latents, ReadOnlySpan<int> labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(latents);
        return Decode(latents, labels, mean: true, seed: 0, cancellationToken);
    }

    // Decodes each latent to E[x|z] or, if not mean, to a draw from p(x|z), which depends on the seed and the latent's number.
    private Matrix<T> Decode(
        Matrix<T> latents, ReadOnlySpan<int> labels, bool mean, ulong seed, CancellationToken cancellationToken)
    {
        var options = _model.Options;
        Shape.Require(latents, options.Latent, latents.ColumnCount);
        RequireLabels(labels, latents.ColumnCount);
        var rows = Of(options.Features, latents.ColumnCount);
        for (var start = 0; start < latents.ColumnCount; start += _batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = int.Min(_batchSize, latents.ColumnCount - start);
            var activations = _pool.For(count);
            latents.AsSpan().Slice(start * options.Latent, count * options.Latent).CopyTo(activations.Latent.AsSpan());
            labels[int.Min(start, labels.Length)..int.Min(start + count, labels.Length)].CopyTo(activations.Labels);
            _model.Decode(activations);
            // The input's buffer is features x samples, and unused here.
            _model.OutputSamples(activations.Output, activations.Target, mean, seed, start);
            activations.Target.AsSpan().CopyTo(rows.AsSpan()[(start * options.Features)..]);
        }

        return rows;
    }

    /// <summary>
    /// Gives samples as the encoder sees them. A model of zeros and ones binarises them, always with the same draw.
    /// </summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them; at least one.</param>
    /// <returns>features x samples.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A sample does not fit the model.</exception>
    public Matrix<T> Inputs(ISampleSource data, ReadOnlySpan<int> samples)
    {
        ArgumentNullException.ThrowIfNull(data);
        var inputs = Of(_model.Options.Features, samples.Length);
        ReaderOf(data).Read(samples, inputs);
        return inputs;
    }

    /// <summary>Reconstructs samples from the posterior's mean.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>features x samples.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public Matrix<T> Reconstruct(ISampleSource data, ReadOnlySpan<int> samples, CancellationToken cancellationToken = default)
        => Decode(Encode(data, samples, cancellationToken).Mean, LabelsOf(data, samples), cancellationToken);

    /// <summary>Gives the labels that the model needs to encode or decode these samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="samples">Which of them.</param>
    /// <returns>A label for each; none for a model without labels.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The model wants labels, but the data has none.</exception>
    public int[] LabelsOf(ISampleSource data, ReadOnlySpan<int> samples)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (_model.Options.Classes == 0)
        {
            return [];
        }

        var labelled = data.RequireLabels(_model.Options);
        var labels = new int[samples.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = labelled.LabelOf(samples[i]);
        }

        return labels;
    }

    /// <summary>Makes new samples: draws latents from the prior N(0, I), and x from p(x|z) of each.</summary>
    /// <param name="count">The number of samples.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="label">The label of every sample; if null, a model with labels takes its labels in turn.</param>
    /// <param name="mean">True for the means E[x|z], false for draws. If null, grey pixels (those of a Bernoulli or continuous
    /// Bernoulli likelihood that are not made 0 or 1) are means, and everything else is drawn.</param>
    /// <returns>features x count; the first n are the same whatever the count.</returns>
    /// <exception cref="ArgumentException">The model has no such label.</exception>
    public Matrix<T> Sample(int count, ulong seed, int? label = null, bool? mean = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var classes = _model.Options.Classes;
        if (label is { } wanted && (wanted < 0 || wanted >= classes))
        {
            throw new ArgumentException(classes == 0
                ? $"The model was trained without labels, so there is no label {wanted}. Train one with labels."
                : $"The model's labels are 0 to {classes - 1}, but {wanted} was asked for.", nameof(label));
        }

        var latents = Of(_model.Options.Latent, count);
        new RandomDraws(seed, (uint)Purpose.Prior, 0).FillNormal(latents.AsSpan());
        int[] labels = classes == 0 ? [] : [.. Enumerable.Range(0, count).Select(i => label ?? i % classes)];
        return Decode(latents, labels, mean ?? _model.Options.SamplesMeans(isTable: false), seed, CancellationToken.None);
    }

    private SampleReader<T> ReaderOf(ISampleSource data)
        => new(_model.Options, data, _model.Product.Team, seed: 0, Purpose.EvaluationPixels);

    private void RequireLabels(ReadOnlySpan<int> labels, int samples)
    {
        var wanted = _model.Options.Classes > 0 ? samples : 0;
        if (labels.Length != wanted)
        {
            throw new ArgumentException(
                $"The model wants {(wanted == 0 ? "no labels" : $"a label for each of the {samples} samples")}, "
                    + $"but was given {labels.Length}.",
                nameof(labels));
        }
    }

    private static Matrix<T> Of(int rows, int columns) => Matrix<T>.Build.Dense(rows, columns);
}
