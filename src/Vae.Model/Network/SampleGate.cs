using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>
/// The gate between data and a model: scales a sample's numbers, separates them from missing ones, then makes pixels 0 or 1, and
/// refuses what the model does not take. All data passes it: batches by way of <see cref="SampleReader{T}"/>, single rows by
/// <see cref="Read{TRow}(ReadOnlySpan{TRow}, int?, Activations{float})"/>.
/// </summary>
/// <remarks>
/// A drawn pixel is a pure function of (seed, purpose, epoch, sample, feature): the same for any
/// batch, on any thread, in float and in double.
/// </remarks>
/// <param name="options">The model.</param>
/// <param name="preparation">The scaling to apply; null if the data is scaled already or is used as it is.</param>
/// <param name="seed">The seed of drawn pixels.</param>
/// <param name="purpose">The use of the drawn pixels: <see cref="Purpose.TrainingPixels"/> or
/// <see cref="Purpose.EvaluationPixels"/>.</param>
internal sealed class SampleGate(VaeOptions options, Preparation? preparation, ulong seed, Purpose purpose)
{
    private readonly bool _wantsUnitInterval = options.WantsUnitInterval();
    private readonly RowCoding? _coding = options.Columns.Count > 0 ? new RowCoding(options.Columns) : null;
    private long _epoch;

    /// <summary>The epoch whose pixels are drawn, counted from 0; may be set between two reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public long Epoch
    {
        get => _epoch;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _epoch = value;
        }
    }

    /// <summary>Whether the encoder sees another coding than the likelihood explains.</summary>
    public bool IsCoded => _coding is not null;

    /// <summary>The share of rows of which some entries are hidden from the encoder, in training.</summary>
    public double HidingShare { get; init; }

    /// <summary>Codes a row for the encoder. In training, some entries of some rows are hidden, as if they were missing: the
    /// encoder learns the posterior of rows that lack other values than the training rows do.</summary>
    /// <param name="target">The row after <see cref="Pass"/>.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="observed">The sample's mask; empty where no value is missing. A hidden entry becomes 0.</param>
    /// <param name="input">The row as the encoder sees it; overwritten.</param>
    /// <remarks>A hidden entry leaves the likelihood, too: the bound stays one on log p of what is seen, whose best posterior is
    /// p(z|seen). Source: Mattei and Frellsen 2019, "MIWAE", equation 4; docs/tables.md has what was measured.</remarks>
    public void Encode<T>(ReadOnlySpan<T> target, int sample, Span<T> observed, Span<T> input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var draws = new RandomDraws(seed, (uint)Purpose.HiddenEntries, (ulong)_epoch);
        var first = (long)sample * (target.Length + 2);
        if (HidingShare > 0 && !observed.IsEmpty && draws.Uniform(first) < HidingShare)
        {
            var share = draws.Uniform(first + 1);                     // of this row: from none to nearly all entries
            for (var i = 0; i < observed.Length; i++)
            {
                observed[i] = draws.Uniform(first + 2 + i) < share ? T.Zero : observed[i];
            }
        }

        _coding!.Encode(target, observed, input);
    }

    /// <summary>Turns a gathered sample of a batch into the model's input, in place.</summary>
    /// <param name="column">The sample's numbers; overwritten.</param>
    /// <param name="sample">The sample's number.</param>
    /// <param name="observed">The sample's mask, 1 for a number and 0 for a missing one, whose place in the column becomes 0;
    /// overwritten; empty where no number may be missing.</param>
    /// <exception cref="ArgumentException">A number that is to be made 0 or 1 is below 0, above 1 or NaN.</exception>
    public void Pass<T>(Span<T> column, int sample, Span<T> observed = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        preparation?.Arithmetic.Transform<T, T>(column, column);
        if (!observed.IsEmpty)
        {
            Holes.Fill(column, observed);
        }

        if (options.Pixels != Pixels.Grey)
        {
            RequireProbabilities<T>(column, sample);
            Binarise(column, sample);
        }
    }

    /// <summary>Checks a single row and turns it into the model's input; allocates nothing.</summary>
    /// <param name="row">The row, in its own units; NaN is a missing number.</param>
    /// <param name="label">Its label, for a model with labels.</param>
    /// <param name="activations">Activations for one sample; input, mask and label overwritten.</param>
    /// <exception cref="ArgumentException">The row's length, one of its numbers or the label does not fit the model;
    /// the message names the feature.</exception>
    public void Read<TRow>(ReadOnlySpan<TRow> row, int? label, Activations<float> activations)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
    {
        RequireLength(row.Length, options.Features, nameof(row));
        SetLabel(label, activations);
        if (SampleRange.IndexOfInfinite(row) is >= 0 and var infinite)
        {
            throw new ArgumentException(
                Invariant($"{NameOf(infinite)} must be a finite number, or NaN where it is missing, but is {row[infinite]}."),
                nameof(row));
        }

        var input = activations.Target.AsSpan();
        Scale(row, input);
        Observe(input, activations);
        if (_coding is not null)
        {
            _coding.Encode(input, activations.Observed is { } mask ? mask.AsSpan() : [], activations.Input.AsSpan());
            return;
        }

        RequireFiniteWhenScaled(input, row);
        if (_wantsUnitInterval && Binarisation.FirstOutside<float>(input) is >= 0 and var outside)
        {
            var before = preparation is null ? "" : Invariant($" when scaled, {row[outside]} before");
            throw new ArgumentException(
                Invariant($"{NameOf(outside)} must be from 0 to 1 for the {options.Likelihood} likelihood, ")
                + Invariant($"but is {input[outside]}{before}. ")
                + "Give numbers of the range that the model was trained on.", nameof(row));
        }

        if (options.Pixels != Pixels.Grey)
        {
            Binarise(input, sample: 0);
        }
    }

    private static void Observe(Span<float> input, Activations<float> activations)
    {
        if (Holes.AnyIn<float>(input))
        {
            Holes.Fill(input, activations.ObserveSome().AsSpan());
        }
        else
        {
            activations.ObserveAll();
        }
    }

    private void Scale<TRow>(ReadOnlySpan<TRow> row, Span<float> input)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
    {
        if (preparation is not null)
        {
            preparation.Arithmetic.Transform(row, input);
            return;
        }

        for (var i = 0; i < row.Length; i++)
        {
            input[i] = float.CreateTruncating(row[i]);
        }
    }

    /// <summary>Sets the label of one row.</summary>
    /// <exception cref="ArgumentException">The label is missing, is not one of the model's, or is
    /// given to a model without labels.</exception>
    public void SetLabel(int? label, Activations<float> activations)
    {
        if (options.Classes == 0 ? label is not null : label is not { } given || given < 0 || given >= options.Classes)
        {
            throw new ArgumentException(
                options.Classes == 0
                    ? Invariant($"The model was trained without labels, but was given label {label}. Leave it out.")
                    : Invariant($"The model wants a label from 0 to {options.Classes - 1}, ")
                        + Invariant($"but was given {(label is null ? "none" : label)}."),
                nameof(label));
        }

        if (label is { } wanted)
        {
            activations.Labels[0] = wanted;
        }
    }

    private void Binarise<T>(Span<T> column, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (options.Pixels == Pixels.Threshold)
        {
            Binarisation.Threshold(column);                           // x = x < 1/2 ? 0 : 1
        }
        else
        {
            var draws = new RandomDraws(seed, (uint)purpose, (ulong)_epoch);
            Binarisation.Draw(column, draws, (long)sample * column.Length); // x ~ Bernoulli(x)
        }
    }

    private string NameOf(int feature) => preparation?.NameOf(feature) ?? $"feature {feature}";

    private void RequireFiniteWhenScaled<TRow>(ReadOnlySpan<float> input, ReadOnlySpan<TRow> row)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
    {
        if (preparation is not null && SampleRange.IndexOfNotFinite(input) is >= 0 and var place)
        {
            throw new ArgumentException(
                Invariant($"{NameOf(place)} must be a finite number when scaled, too, but {row[place]} is {input[place]} then. ")
                + "Give numbers of the range that the model was trained on.", nameof(row));
        }
    }

    private static void RequireProbabilities<T>(ReadOnlySpan<T> values, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var feature = Binarisation.FirstOutside(values);
        if (feature >= 0)
        {
            throw new ArgumentException(
                Invariant($"What is made 0 or 1 must be from 0 to 1, ")
                + Invariant($"but feature {feature} of sample {sample} is {values[feature]}. ")
                + "Scale the data to 0 to 1, or leave the pixels grey.");
        }
    }

    /// <summary>Checks the length of a span of numbers.</summary>
    /// <exception cref="ArgumentException">The length is not the wanted one.</exception>
    public static void RequireLength(int found, int wanted, string name)
    {
        if (found != wanted)
        {
            throw new ArgumentException($"Must have {wanted} numbers, but has {found}.", name);
        }
    }
}
