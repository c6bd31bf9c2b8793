using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>The scaling of a row before a model sees it, <c>(x - offset) / scale</c> feature by feature, and its inverse for
/// the model's results. It is fitted on the training samples and kept in the model's file, so that users of the model see
/// only the data's own units.</summary>
/// <param name="Scaling">The kind of scaling that was fitted.</param>
/// <param name="Offset">The number subtracted from each feature; copied.</param>
/// <param name="Scale">The divisor of each feature, above 0; copied.</param>
public sealed record Preparation(Scaling Scaling, IReadOnlyList<double> Offset, IReadOnlyList<double> Scale)
{
    /// <summary>The scaling of a table unless told otherwise.</summary>
    internal const Scaling UsualForTable = Scaling.Standard;

    private const int SamplesAtOnce = 256;

    // The lists are copied, so that later changes by the caller do not change a model. Null counts as empty; Validated
    // refuses a wrong length.
    private readonly double[] _offset = [.. Offset ?? []];
    private readonly double[] _scale = [.. Scale ?? []];
    private readonly string[] _columns = [];
    private readonly FeatureTransform[] _transforms = [];

    /// <summary>Makes a preparation from a file: one that says nothing of its arithmetic is of an older version.</summary>
    [JsonConstructor]
    internal Preparation(Scaling scaling, IReadOnlyList<double> offset, IReadOnlyList<double> scale, bool inDouble = false)
        : this(scaling, offset, scale)
        => InDouble = inDouble;

    /// <summary>The number subtracted from each feature; copied.</summary>
    public IReadOnlyList<double> Offset { get => _offset; init => _offset = [.. value ?? []]; }

    /// <summary>The divisor of each feature, above 0; copied.</summary>
    public IReadOnlyList<double> Scale { get => _scale; init => _scale = [.. value ?? []]; }

    /// <summary>The names of the features, such as a table's columns; empty where they have none. Copied.</summary>
    public IReadOnlyList<string> Columns { get => _columns; init => _columns = [.. value ?? []]; }

    /// <summary>
    /// Whether rows are scaled in double and then cast, so that a number keeps its digits where the offset is large against the
    /// scale. False in files of older versions, whose models were trained on rows scaled in float: offset, scale and arithmetic
    /// are floats then, and a model gives the same numbers as in the version that trained it.
    /// </summary>
    public bool InDouble { get; init; } = true;

    /// <summary>The transform of each feature before it is scaled; empty for none.</summary>
    [JsonIgnore]
    internal IReadOnlyList<FeatureTransform> Transforms { get => _transforms; init => _transforms = [.. value]; }

    /// <summary>The arithmetic of the scaling.</summary>
    internal FeatureScaling Arithmetic => new(_offset, _scale, Scaling == Scaling.MinMax, InDouble, _transforms);

    /// <summary>Fits a preparation to the training samples; held-out samples are not read.</summary>
    /// <param name="data">All samples.</param>
    /// <param name="scaling">The kind of scaling.</param>
    /// <param name="training">The options of the training: its seed and its validation samples say
    /// which are held out.</param>
    /// <param name="cancellationToken">Stops between some samples.</param>
    /// <returns>Offset and scale of each feature, and its name where the data knows it. A constant
    /// feature is only shifted. Missing numbers do not count; a feature that is missing in all samples is left as
    /// it is.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> or <paramref name="training"/> is null.</exception>
    /// <exception cref="ArgumentException">A number is not finite (NaN is a missing one in <see cref="IIncompleteSamples"/>),
    /// there are no features, or the options do not fit the data; the message says which.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Preparation Fit(
        ISampleSource data, Scaling scaling, TrainingOptions training, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(training);
        training.Validated(data.Count);
        SampleRange.RequireAnyFeature(data);
        Require(scaling != Scaling.ByKind, "Only a table with kinds of columns is scaled by kind. Take another scaling.");
        var columns = Enumerable.Range(0, data.Features).Select(data.ColumnOf).ToArray();
        columns = columns.Contains("") ? [] : columns;
        if (scaling == Scaling.None)
        {
            return new Preparation(scaling, new double[data.Features], Ones(data.Features)) { Columns = columns };
        }

        var moments = new FeatureMoments(data.Features);
        var order = new SampleOrder(data.Count, training.ValidationSamples, training.Seed);
        var atOnce = SampleRange.AtOnce(data, SamplesAtOnce);
        var batch = new double[atOnce * data.Features];
        for (var done = 0; done < order.TrainingCount; done += atOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var samples = order.Batch(epoch: 0, done, int.Min(atOnce, order.TrainingCount - done));
            var numbers = batch.AsSpan(0, samples.Length * data.Features);
            data.Gather<double>(samples, numbers);
            SampleRange.RequireFinite<double>(data, samples, numbers);
            moments.Add(numbers);
        }

        var (offset, scale) = scaling == Scaling.Standard ? moments.Standard() : moments.MinMax();
        var preparation = new Preparation(scaling, offset, scale) { Columns = columns };
        if (moments.FirstTooWide is >= 0 and var feature)
        {
            throw new ArgumentException(
                Invariant($"{preparation.NameOf(feature)} goes from {moments.Least(feature)} to {moments.Largest(feature)}, ")
                + "which is too far apart to be scaled. Leave it out, or give it in another unit.");
        }

        return preparation.Validated(data.Features);
    }

    /// <summary>The samples as a model sees them.</summary>
    /// <param name="data">Samples in their own units.</param>
    /// <returns>Samples that are scaled while they are gathered; labels and names are kept.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The samples have another number of features, or a number of
    /// the preparation is invalid.</exception>
    public ISampleSource Apply(ISampleSource data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Features != _offset.Length)
        {
            throw new ArgumentException(
                $"The preparation is of {_offset.Length} features, but the data has {data.Features}.", nameof(data));
        }

        Validated(data.Features);
        return data is ILabelledSamples labelled ? new PreparedSamples.Labelled(labelled, this) : new PreparedSamples(data, this);
    }

    /// <summary>Checks the numbers, which may come from a file.</summary>
    /// <param name="features">The features of the model.</param>
    /// <returns>This very preparation.</returns>
    /// <exception cref="ArgumentException">A list has another length, or a number is invalid.</exception>
    public Preparation Validated(int features)
    {
        Require(Enum.IsDefined(Scaling), $"There is no such scaling: {Scaling}.");
        Require(
            _offset.Length == features,
            $"There must be an offset for each of the {features} features, but there are {_offset.Length}.");
        Require(
            _scale.Length == features,
            $"There must be a scale for each of the {features} features, but there are {_scale.Length}.");
        Require(
            _columns.Length == 0 || _columns.Length == features,
            $"There must be a name for each of the {features} features, or none, but there are {_columns.Length}.");
        for (var i = 0; i < features; i++)
        {
            RequireNumbers(i);
        }

        return this;
    }

    /// <summary>Computes <c>x = (x - offset) / scale</c>; min-max scaling clamps the result to 0 and 1.</summary>
    /// <param name="row">A row in its own units, a number for each feature, NaN where it is missing; overwritten.</param>
    /// <exception cref="ArgumentException">The row has another length; it is unchanged.</exception>
    public void Transform(Span<float> row)
    {
        RequireLength(row.Length, nameof(row));
        Arithmetic.Transform<float, float>(row, row);
    }

    /// <summary>Computes <c>x = (x - offset) / scale</c> from numbers with all their digits; min-max scaling clamps the result
    /// to 0 and 1.</summary>
    /// <param name="row">A row in its own units, a number for each feature.</param>
    /// <param name="scaled">The row as the model sees it, as many numbers; overwritten.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Transform(ReadOnlySpan<double> row, Span<float> scaled)
    {
        RequireLength(row.Length, nameof(row));
        RequireLength(scaled.Length, nameof(scaled));
        Arithmetic.Transform(row, scaled);
    }

    /// <summary>Computes <c>x = scale x + offset</c>.</summary>
    /// <param name="row">A row as the model gives it, one number for each feature; overwritten. A number that no float holds
    /// becomes infinite.</param>
    /// <exception cref="ArgumentException">The row has another length; it is unchanged.</exception>
    public void InverseTransform(Span<float> row)
    {
        RequireLength(row.Length, nameof(row));
        Arithmetic.InverseTransform<float, float>(row, row);
    }

    /// <summary>Computes <c>x = scale x + offset</c> with the digits of a double, which a large offset needs.</summary>
    /// <param name="row">A row as the model gives it, one number for each feature.</param>
    /// <param name="result">The row in its own units, as many numbers; overwritten.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void InverseTransform(ReadOnlySpan<float> row, Span<double> result)
    {
        RequireLength(row.Length, nameof(row));
        RequireLength(result.Length, nameof(result));
        Arithmetic.InverseTransform(row, result);
    }

    /// <summary>Whether the other preparation has the same scaling, arithmetic, numbers and names.</summary>
    /// <param name="other">The other preparation.</param>
    public bool Equals(Preparation? other)
        => other is not null
            && Scaling == other.Scaling
            && InDouble == other.InDouble
            && _offset.SequenceEqual(other._offset)
            && _scale.SequenceEqual(other._scale)
            && _columns.SequenceEqual(other._columns)
            && _transforms.SequenceEqual(other._transforms);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scaling, _offset.Length, _offset.Length > 0 ? _offset[0] : 0);

    /// <summary>The name of a feature in a message.</summary>
    internal string NameOf(int feature)
        => _columns.Length > 0 ? $"column '{Printable.Cut(_columns[feature])}'" : $"feature {feature}";

    private void RequireLength(int found, string name)
    {
        if (found != _offset.Length || found != _scale.Length)
        {
            throw new ArgumentException(
                $"A row must have a number for each of the {_offset.Length} offsets and {_scale.Length} scales "
                + $"of the preparation, but has {found}.",
                name);
        }
    }

    private static double[] Ones(int count)
    {
        var ones = new double[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private void RequireNumbers(int feature)
    {
        if (!double.IsFinite(InDouble ? _offset[feature] : (float)_offset[feature]))
        {
            throw new ArgumentException(Invariant($"The offset of feature {feature} must be finite, but is {_offset[feature]}."));
        }

        if (!(InDouble ? double.IsNormal(_scale[feature]) : float.IsNormal((float)_scale[feature])) || _scale[feature] < 0)
        {
            throw new ArgumentException(
                Invariant($"The scale of feature {feature} must be a finite number above 0, but is {_scale[feature]}."));
        }

        if (_columns.Length > 0 && _columns[feature] is null)
        {
            throw new ArgumentException($"The name of feature {feature} is missing.");
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
