using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>
/// A trained model for inference: rows in and out as plain numbers in the data's own units. It never changes, and any number
/// of threads may use it at once. A call runs on its caller's thread; the overloads that write to the caller's memory
/// allocate nothing once warm.
/// </summary>
/// <remarks>Results are means, without draws, except for <see cref="Sample(int, ulong, int?, bool?)"/>
/// and <see cref="AnomalyScore"/>, whose draws are a pure function of their seed.
/// <see cref="VariationalAutoencoder{T}"/> has the mathematics. A row of floats has seven digits; a column such as seconds since
/// 1970 needs ten: the methods for many rows take their numbers in double. Numbers of a row may be missing (NaN): the encoder
/// reads 0 for them, a score leaves them out, and a reconstruction has all features.</remarks>
public sealed partial class VaeModel
{
    /// <summary>Draws of z for an anomaly score unless told otherwise.</summary>
    internal const int UsualDraws = 16;

    private const int DrawsAtOnce = 64;

    private readonly VariationalAutoencoder<float> _model;
    private readonly ActivationsPool<float> _pool;
    private readonly SampleGate _gate;
    private readonly int[] _counts = [];                              // the features that are counts

    /// <summary>Copies a model as it is now: further training of the original changes nothing here.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="preparation">The preparation of the samples that it was trained on; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">The preparation has another number of features.</exception>
    public VaeModel(VariationalAutoencoder<float> model, Preparation? preparation = null)
        : this(preparation, null, CopyOf(model))
    {
    }

    /// <summary>Copies a model of a table's rows as it is now.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="schema">The table's columns, with the scaling that the model was trained with.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> or <paramref name="schema"/> is null.</exception>
    /// <exception cref="ArgumentException">The schema is invalid, or has another number of features.</exception>
    public VaeModel(VariationalAutoencoder<float> model, TableSchema schema)
        : this(Require(schema).ToPreparation(), schema, CopyOf(model))
    {
    }

    // Takes over the model, whose product runs on one thread: the rows run side by side.
    private VaeModel(Preparation? preparation, TableSchema? schema, VariationalAutoencoder<float> own)
    {
        Schema = schema;
        _counts = schema is not { IsByKind: true } ? []
            : [.. schema.Modelled.Index().Where(one => one.Item.Kind == ColumnKind.Count).Select(one => one.Index)];
        _model = own;
        Preparation = preparation?.Validated(own.Options.Features);
        _pool = new ActivationsPool<float>(own.Options);
        _gate = new SampleGate(own.Options, Preparation, seed: 0, Purpose.EvaluationPixels);
    }

    /// <summary>The model's shape and objective.</summary>
    public VaeOptions Options => _model.Options;

    /// <summary>The scaling of a row before the model sees it, undone for results; null for none.</summary>
    public Preparation? Preparation { get; }

    /// <summary>The columns of the table that the model was trained on: new rows are read with it
    /// (<see cref="TableOptions.Schema"/>). Null where the samples were no rows of a table with kinds of columns.</summary>
    public TableSchema? Schema { get; }

    /// <summary>The network; its weights must not be changed.</summary>
    internal VariationalAutoencoder<float> Network => _model;

    /// <summary>The number of features in a row.</summary>
    public int Features => Options.Features;

    /// <summary>The number of latents.</summary>
    public int Latent => Options.Latent;

    /// <summary>The mean of the posterior q(z|x) of a row: its place in the latent space.</summary>
    /// <param name="row">x, <see cref="Features"/> numbers; NaN is a missing one.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <returns><see cref="Latent"/> numbers.</returns>
    /// <exception cref="ArgumentException">The row has another length or a number that the model does not take, or the label
    /// is not one of the model's.</exception>
    public float[] Encode(ReadOnlySpan<float> row, int? label = null)
    {
        var mean = new float[Latent];
        Encode(row, mean, default, label);
        return mean;
    }

    /// <summary>Mean and log-variance of the posterior q(z|x) of a row; allocates nothing.</summary>
    /// <param name="row">x, <see cref="Features"/> numbers; NaN is a missing one.</param>
    /// <param name="mean"><see cref="Latent"/> numbers; overwritten.</param>
    /// <param name="logVariance"><see cref="Latent"/> numbers, overwritten; or empty where it is not wanted.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <exception cref="ArgumentException">The row or a span has another length, the row has a number that the model does
    /// not take, or the label is not one of the model's.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<float> mean, Span<float> logVariance = default, int? label = null)
    {
        SampleGate.RequireLength(mean.Length, Latent, nameof(mean));
        if (!logVariance.IsEmpty)
        {
            SampleGate.RequireLength(logVariance.Length, Latent, nameof(logVariance));
        }

        using var rented = _pool.Rent();
        var a = RowOf(rented);
        Encode(row, label, a);
        a.Mean.AsSpan().CopyTo(mean);
        a.LogVariance.AsSpan()[..logVariance.Length].CopyTo(logVariance);
    }

    /// <summary>The decoded row of a latent, E[x|z], in the data's units. With the Bernoulli likelihood and no preparation,
    /// these are probabilities.</summary>
    /// <param name="latent">z, <see cref="Latent"/> numbers.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <returns><see cref="Features"/> numbers.</returns>
    /// <exception cref="ArgumentException">The latent has another length or a number that is not finite, or the label is not
    /// one of the model's.</exception>
    public float[] Decode(ReadOnlySpan<float> latent, int? label = null)
    {
        var row = new float[Features];
        Decode(latent, row, label);
        return row;
    }

    /// <summary>Decodes a latent into the caller's memory; allocates nothing.</summary>
    /// <param name="latent">z, <see cref="Latent"/> numbers.</param>
    /// <param name="row">E[x|z], <see cref="Features"/> numbers; overwritten.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <exception cref="ArgumentException">The latent or the span has another length, the latent has a number that is not
    /// finite, or the label is not one of the model's.</exception>
    public void Decode(ReadOnlySpan<float> latent, Span<float> row, int? label = null)
    {
        SampleGate.RequireLength(latent.Length, Latent, nameof(latent));
        SampleGate.RequireLength(row.Length, Features, nameof(row));
        if (SampleRange.IndexOfNotFinite(latent) is >= 0 and var place)
        {
            throw new ArgumentException(
                Invariant($"latent {place} must be a finite number, but is {latent[place]}. ")
                + "A missing value cannot be given to the model.",
                nameof(latent));
        }

        using var rented = _pool.Rent();
        var a = RowOf(rented);
        _gate.SetLabel(label, a);
        latent.CopyTo(a.Latent.AsSpan());
        Decode(a, row);
    }

    /// <summary>The reconstruction of a row: its posterior's mean, decoded.</summary>
    /// <param name="row">x, <see cref="Features"/> numbers; NaN is a missing one.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <returns><see cref="Features"/> numbers.</returns>
    /// <exception cref="ArgumentException">As <see cref="Encode(ReadOnlySpan{float}, int?)"/>.</exception>
    public float[] Reconstruct(ReadOnlySpan<float> row, int? label = null)
    {
        var reconstruction = new float[Features];
        Reconstruct(row, reconstruction, label);
        return reconstruction;
    }

    /// <summary>Reconstructs a row into the caller's memory; allocates nothing.</summary>
    /// <param name="row">x, <see cref="Features"/> numbers; NaN is a missing one.</param>
    /// <param name="reconstruction"><see cref="Features"/> numbers; overwritten; may be the row itself.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <exception cref="ArgumentException">As <see cref="Encode(ReadOnlySpan{float}, int?)"/>, or the
    /// span has another length.</exception>
    public void Reconstruct(ReadOnlySpan<float> row, Span<float> reconstruction, int? label = null)
    {
        SampleGate.RequireLength(reconstruction.Length, Features, nameof(reconstruction));
        using var rented = _pool.Rent();
        var a = RowOf(rented);
        Encode(row, label, a);
        Reconstruct(a, reconstruction);
    }

    /// <summary>New rows in the data's units: latents drawn from the prior N(0, I), and a row drawn
    /// from p(x|z) for each.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="label">The label of all of them, for a model with labels.</param>
    /// <param name="mean">Whether rows are the mean E[x|z] instead of draws. By default rows are drawn, so that a
    /// table's columns scatter as the data does, and a column under a Bernoulli likelihood takes one of two values.
    /// Grey pixels (a Bernoulli or continuous Bernoulli likelihood without a preparation, <see cref="Pixels.Grey"/>)
    /// are means by default.</param>
    /// <returns>The rows, each of <see cref="Features"/> numbers; the first n are the same whatever the count.</returns>
    /// <exception cref="ArgumentException">The label is not one of the model's.</exception>
    public float[][] Sample(int count, ulong seed, int? label = null, bool? mean = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var rows = new float[count][];
        for (var i = 0; i < count; i++)
        {
            Sample(rows[i] = new float[Features], seed, i, label, mean);
        }

        return rows;
    }

    /// <summary>Writes one new row into the caller's memory; allocates nothing.</summary>
    /// <param name="row"><see cref="Features"/> numbers; overwritten.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="number">The number of the seed's row, from 0 on.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <param name="mean">As in <see cref="Sample(int, ulong, int?, bool?)"/>.</param>
    /// <exception cref="ArgumentException">The span has another length, or the label is not one of the model's.</exception>
    public void Sample(Span<float> row, ulong seed, int number, int? label = null, bool? mean = null)
    {
        SampleGate.RequireLength(row.Length, Features, nameof(row));
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        using var rented = _pool.Rent();
        var a = RowOf(rented);
        _gate.SetLabel(label, a);
        _model.DrawLatent(a.Latent.AsSpan(), seed, number);
        Decode(a, row, mean ?? Options.SamplesMeans(isTable: Preparation is not null), seed, number);
    }

    /// <summary>The anomaly score of a row, higher the less it resembles the training rows: the negative ELBO at KL weight
    /// 1, averaged over draws of z from the posterior. Allocates nothing.</summary>
    /// <param name="row">x, <see cref="Features"/> numbers; NaN is a missing one.</param>
    /// <param name="draws">Draws of z; more of them scatter less.</param>
    /// <param name="seed">The seed of the draws, which are the same for every row: a score depends on the row alone.</param>
    /// <param name="label">The row's label, for a model with labels.</param>
    /// <returns>Nats; the higher, the stranger. The score belongs to the row as the model sees it: scaled, where the model
    /// has a preparation. It is below 0 where a density is above 1, and infinite where a row is so far from all others that
    /// the network's numbers overflow.</returns>
    /// <exception cref="ArgumentException">As <see cref="Encode(ReadOnlySpan{float}, int?)"/>.</exception>
    /// <remarks>Source: An and Cho 2015, "Variational autoencoder based anomaly detection using reconstruction probability", with
    /// the KL divergence added.</remarks>
    public double AnomalyScore(ReadOnlySpan<float> row, int draws = UsualDraws, ulong seed = 1, int? label = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        using var rented = _pool.Rent();
        Encode(row, label, RowOf(rented));
        return ScoreOf(rented, draws, seed);
    }

    // The activations of one row with one draw.
    private static Activations<float> RowOf(ActivationsSet<float> rented) => rented.For(samples: 1, draws: 1);

    // Leaves the scaled row in the input, and its posterior in mean and log-variance.
    private void Encode<TRow>(ReadOnlySpan<TRow> row, int? label, Activations<float> a)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
    {
        _gate.Read(row, label, a);
        _model.Encode(a);
    }

    private void Reconstruct(Activations<float> a, Span<float> reconstruction)
    {
        a.Mean.AsSpan().CopyTo(a.Latent.AsSpan());
        Decode(a, reconstruction);
    }

    private void Decode(Activations<float> a, Span<float> row, bool mean = true, ulong seed = 0, int number = 0)
    {
        _model.Decode(a);
        _model.OutputSamples(a.Output, a.Target, mean, seed, number); // the target is free by now
        a.Target.AsSpan().CopyTo(row);
        Preparation?.InverseTransform(row);
        foreach (var count in mean ? [] : _counts)
        {
            row[count] = (float)ValueTexts.WholeCount(row[count]);    // whichever likelihood drew it
        }
    }

    // -ELBO at KL weight 1, nats, of the row whose posterior is in the rented set.
    private double ScoreOf(ActivationsSet<float> rented, int draws, ulong seed)
    {
        var row = RowOf(rented);
        var noise = new RandomDraws(seed, (uint)Purpose.EvaluationNoise, 0);
        var error = 0.0;
        for (var done = 0; done < draws; done += DrawsAtOnce)
        {
            var a = PosteriorDraws.Next(_model, rented, row, sample: 0, noise, done, int.Min(DrawsAtOnce, draws - done));
            foreach (var each in a.Reconstruction)
            {
                error += each;
            }
        }

        var weights = row.Posterior.MeanWeights(Options.ObjectiveWeights);
        var score = weights.NegativeElbo(error / draws, GaussianKl.Forward(row.Mean, row.LogVariance, row.Kl));
        return double.IsNaN(score) ? double.PositiveInfinity : score; // NaN comes of infinities within: no row is stranger
    }
}
