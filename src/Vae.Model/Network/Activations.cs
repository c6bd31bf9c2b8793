using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Every buffer of one forward and backward pass at one batch size. Made once and used for all batches of that size; the shorter
/// last batch of an epoch has activations of its own. The buffers of the backward pass are made when it first runs.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// With k draws of z for each sample, column j of z and of everything computed from it belongs to sample <c>j / k</c>.
/// </remarks>
public sealed class Activations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly VaeOptions _options;
    private Matrix<T>? _mask;
    private Matrix<T>? _heads;
    private Matrix<T>? _outputGradient;
    private Matrix<T>? _computedOutputGradient;
    private Matrix<T>? _decoderInputGradient;
    private Matrix<T>[]? _decoderHiddenGradients;
    private Matrix<T>[]? _encoderHiddenGradients;

    /// <summary>Makes the buffers of a model for batches of this size.</summary>
    /// <param name="options">The model's shape.</param>
    /// <param name="samples">Samples in a batch.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">The model's draws for so many samples are more than a matrix can hold.</exception>
    public Activations(VaeOptions options, int samples)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        _options = options;
        Samples = samples;
        var draws = Draws = RequireRoom(options, samples);

        var inputs = (int)options.InputRows;
        Input = Of(inputs, samples);
        Target = options.Columns.Count > 0 ? Of(options.Features, samples) : Input;
        Labels = options.Classes > 0 ? new int[samples] : [];
        EncoderInput = options.Classes > 0 ? Of(inputs + options.Classes, samples) : Input;
        InputNonZeros = new NonZeros(EncoderInput.RowCount, samples);
        EncoderOutputs = new HiddenOutputs<T>([.. options.Hidden.Select(rows => Of(rows, samples))]);
        Posterior = new Posterior<T>(options.Latent, samples, draws);
        DecoderInput = options.Classes > 0 ? Of(options.Latent + options.Classes, draws) : Latent;
        DecoderOutputs = new HiddenOutputs<T>([.. options.Hidden.Reverse().Select(rows => Of(rows, draws))]);
        Output = Of((int)options.OutputRows, draws);
        ComputedOutput = options.SharedRows > 0 ? Of((int)(options.OutputRows - options.SharedRows), draws) : Output;
    }

    /// <summary>Samples in a batch.</summary>
    public int Samples { get; }

    /// <summary>Draws of z in a batch: k for each sample.</summary>
    public int Draws { get; }

    /// <summary>X as the encoder sees it, features x samples; of a table's row the coding of its columns, more rows than
    /// features. Filled in by the caller.</summary>
    public Matrix<T> Input { get; }

    /// <summary>
    /// X as the likelihood explains it, features x samples: the same matrix as <see cref="Input"/> for images and numeric
    /// rows, which are coded alike for encoder and likelihood; of a table's row its columns' values.
    /// </summary>
    internal Matrix<T> Target { get; }

    /// <summary>
    /// 1 for each entry of <see cref="Target"/> that is observed, 0 for a missing one; null where nothing is missing.
    /// </summary>
    internal Matrix<T>? Observed { get; private set; }

    /// <summary>Says that every entry of the batch is observed.</summary>
    internal void ObserveAll() => Observed = null;

    /// <summary>Says that entries of the batch may be missing.</summary>
    /// <returns><see cref="Observed"/>, which the caller fills in, as it does <see cref="Input"/>, whose missing entries are
    /// 0.</returns>
    internal Matrix<T> ObserveSome() => Observed = _mask ??= Of(_options.Features, Samples);

    /// <summary>The label of each sample, from 0 on: filled in by the caller; empty where the model has no labels.</summary>
    public int[] Labels { get; }

    /// <summary>The posterior's mean, latents x samples.</summary>
    public Matrix<T> Mean => Posterior.Mean;

    /// <summary>The posterior's log-variance, latents x samples.</summary>
    public Matrix<T> LogVariance => Posterior.LogVariance;

    /// <summary>epsilon, latents x draws: filled in by the caller.</summary>
    public Matrix<T> Noise => Posterior.Noise;

    /// <summary>z, latents x draws.</summary>
    public Matrix<T> Latent => Posterior.Latent;

    /// <summary>
    /// The output of the decoder's last layer for each draw, features x draws: logits, or a Gaussian's mean. Where the likelihood
    /// learns a variance for each feature, the log-variances stand below the mean.
    /// </summary>
    public Matrix<T> Output { get; }

    /// <summary>The rows of <see cref="Output"/> that the last layer computes, rows x draws: the same matrix unless some rows are
    /// shared by all draws.</summary>
    internal Matrix<T> ComputedOutput { get; }

    /// <summary>The reconstruction error of each draw, nats.</summary>
    public double[] Reconstruction => Posterior.Reconstruction;

    /// <summary>The KL divergence of each sample, nats.</summary>
    public double[] Kl => Posterior.Kl;

    /// <summary>The posterior, its draws and the terms that the bound computes from them.</summary>
    internal Posterior<T> Posterior { get; }

    /// <summary>X with the one-hot labels below it; X itself if the model has no labels.</summary>
    internal Matrix<T> EncoderInput { get; }

    /// <summary>z with the one-hot labels below it; z itself if the model has no labels.</summary>
    internal Matrix<T> DecoderInput { get; }

    /// <summary>The places where the encoder's input is not zero, marked anew by each forward pass.</summary>
    internal NonZeros InputNonZeros { get; }

    /// <summary>The encoder's hidden layers after their activation, each size x samples.</summary>
    internal Matrix<T>[] EncoderHidden => EncoderOutputs.Values;

    /// <summary>The same, with the places where they are not zero.</summary>
    internal HiddenOutputs<T> EncoderOutputs { get; }

    /// <summary>The decoder's hidden layers after their activation, each size x draws.</summary>
    internal Matrix<T>[] DecoderHidden => DecoderOutputs.Values;

    /// <summary>The same, with the places where they are not zero.</summary>
    internal HiddenOutputs<T> DecoderOutputs { get; }

    /// <summary>
    /// Room for both of the encoder's heads, one below the other, (2 latents) x samples: their outputs, then their gradients.
    /// </summary>
    internal Matrix<T> Heads => _heads ??= Of(2 * _options.Latent, Samples);

    internal Matrix<T> OutputGradient => _outputGradient ??= Of(Output.RowCount, Draws);

    internal Matrix<T> ComputedOutputGradient => _computedOutputGradient ??= ReferenceEquals(ComputedOutput, Output)
        ? OutputGradient
        : Of(ComputedOutput.RowCount, Draws);

    internal Matrix<T>[] DecoderHiddenGradients
        => _decoderHiddenGradients ??= [.. DecoderHidden.Select(hidden => Of(hidden.RowCount, Draws))];

    internal Matrix<T> LatentGradient => Posterior.LatentGradient;

    internal Matrix<T> DecoderInputGradient
        => _decoderInputGradient ??= _options.Classes > 0 ? Of(_options.Latent + _options.Classes, Draws) : LatentGradient;

    internal Matrix<T> MeanGradient => Posterior.MeanGradient;

    internal Matrix<T> LogVarianceGradient => Posterior.LogVarianceGradient;

    internal Matrix<T>[] EncoderHiddenGradients
        => _encoderHiddenGradients ??= [.. EncoderHidden.Select(hidden => Of(hidden.RowCount, Samples))];

    // A matrix is one array, whose length is an int.
    private static int RequireRoom(VaeOptions options, int samples)
    {
        var widest = long.Max(2L * options.Features, long.Max(options.InputRows, options.OutputRows));
        var rows = long.Max(widest, long.Max(options.Hidden.Max(), options.Latent)) + options.Classes;
        var draws = (long)samples * options.Draws;
        return draws * rows <= Array.MaxLength
            ? (int)draws
            : throw new ArgumentException(
                $"{samples} samples with {options.Draws} draws each of up to {rows} numbers are more than a matrix can hold. "
                + "Take a smaller batch, or fewer draws.", nameof(samples));
    }

    private static Matrix<T> Of(int rows, int columns) => Matrix<T>.Build.Dense(rows, columns);
}
