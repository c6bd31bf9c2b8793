using static System.FormattableString;

namespace Vae.Model;

/// <summary>What is done to a row before a model sees it, and undone to what it gives back: <c>(x - offset) / scale</c>, feature
/// by feature. Fitted on the training samples and kept in the model's file, so that whoever uses the model deals in the data's
/// own units.</summary>
/// <param name="Scaling">How it was fitted.</param>
/// <param name="Offset">What is subtracted from each feature; copied.</param>
/// <param name="Scale">What each feature is divided by, above 0; copied.</param>
public sealed record Preparation(Scaling Scaling, IReadOnlyList<float> Offset, IReadOnlyList<float> Scale)
{
    /// <summary>How a table is scaled unless told otherwise.</summary>
    internal const Scaling UsualForTable = Scaling.Standard;

    private const int SamplesAtOnce = 256;

    // Copies: what the caller does to its own lists changes no model. null is as none, and refused where the lengths are.
    private readonly float[] _offset = [.. Offset ?? []];
    private readonly float[] _scale = [.. Scale ?? []];
    private readonly string[] _columns = [];

    /// <summary>What is subtracted from each feature; copied.</summary>
    public IReadOnlyList<float> Offset { get => _offset; init => _offset = [.. value ?? []]; }

    /// <summary>What each feature is divided by, above 0; copied.</summary>
    public IReadOnlyList<float> Scale { get => _scale; init => _scale = [.. value ?? []]; }

    /// <summary>What the features are called, such as the columns of a table; empty where they have no names. Copied.</summary>
    public IReadOnlyList<string> Columns { get => _columns; init => _columns = [.. value ?? []]; }

    /// <summary>The arithmetic of the scaling.</summary>
    internal FeatureScaling Arithmetic => new(_offset, _scale, Scaling == Scaling.MinMax);

    /// <summary>Measures the samples that a training learns from; those it holds out stay unseen.</summary>
    /// <param name="data">All samples.</param>
    /// <param name="scaling">How to scale.</param>
    /// <param name="training">How the model will be trained: its seed and its validation samples say which are held out.</param>
    /// <param name="cancellationToken">Stops between some samples.</param>
    /// <returns>Offset and scale of each feature, and its name where the data knows it. A feature that is always the same is only
    /// shifted.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> or <paramref name="training"/> is null.</exception>
    /// <exception cref="ArgumentException">A number is not finite, there are no features, or the options do not fit the data; the
    /// message says which.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Preparation Fit(
        ISampleSource data, Scaling scaling, TrainingOptions training, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(training);
        training.Validated(data.Count);
        SampleRange.RequireAnyFeature(data);
        var columns = Enumerable.Range(0, data.Features).Select(data.ColumnOf).ToArray();
        columns = columns.Contains("") ? [] : columns;
        if (scaling == Scaling.None)
        {
            return new Preparation(scaling, new float[data.Features], Ones(data.Features)) { Columns = columns };
        }

        var moments = new FeatureMoments(data.Features);
        var order = new SampleOrder(data.Count, training.ValidationSamples, training.Seed);
        var atOnce = SampleRange.AtOnce(data, SamplesAtOnce);
        var batch = new float[atOnce * data.Features];
        for (var done = 0; done < order.TrainingCount; done += atOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var samples = order.Batch(epoch: 0, done, int.Min(atOnce, order.TrainingCount - done));
            var numbers = batch.AsSpan(0, samples.Length * data.Features);
            data.Gather<float>(samples, numbers);
            SampleRange.RequireFinite(data, samples, numbers);
            moments.Add(numbers);
        }

        var (offset, scale) = scaling == Scaling.Standard ? moments.Standard() : moments.MinMax();
        var preparation = new Preparation(scaling, offset, scale) { Columns = columns };
        if (moments.FirstTooWide is >= 0 and var feature)
        {
            throw new ArgumentException(
                Invariant($"{preparation.NameOf(feature)} goes from {moments.Least(feature)} to {moments.Largest(feature)}, ")
                + "which is too far for floats. Leave it out, or give it in another unit.");
        }

        return preparation.Validated(data.Features);
    }

    /// <summary>The same samples as a model sees them.</summary>
    /// <param name="data">Samples in their own units.</param>
    /// <returns>Samples that are scaled while they are gathered; their labels and names stay.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The samples have another number of features, or a number of the preparation makes no
    /// sense.</exception>
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

    /// <summary>Checks the numbers, which may come out of a file.</summary>
    /// <param name="features">The features of the model.</param>
    /// <returns>This very preparation.</returns>
    /// <exception cref="ArgumentException">A list has another length, or a number makes no sense.</exception>
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

    /// <summary>Computes <c>x = (x - offset) / scale</c>; with min-max scaling, numbers outside of 0 to 1 become 0 or
    /// 1.</summary>
    /// <param name="row">A row in its own units, a number for each feature; overwritten.</param>
    /// <exception cref="ArgumentException">The row has another length; it is unchanged.</exception>
    public void Transform(Span<float> row)
    {
        RequireLength(row.Length, nameof(row));
        Arithmetic.Transform(row);
    }

    /// <summary>Computes <c>x = scale x + offset</c>.</summary>
    /// <param name="row">A row as the model gives it, a number for each feature; overwritten.</param>
    /// <exception cref="ArgumentException">The row has another length; it is unchanged.</exception>
    public void InverseTransform(Span<float> row)
    {
        RequireLength(row.Length, nameof(row));
        Arithmetic.InverseTransform(row);
    }

    /// <summary>Whether the other says the same, number by number.</summary>
    /// <param name="other">The other preparation.</param>
    public bool Equals(Preparation? other)
        => other is not null
            && Scaling == other.Scaling
            && _offset.SequenceEqual(other._offset)
            && _scale.SequenceEqual(other._scale)
            && _columns.SequenceEqual(other._columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scaling, _offset.Length, _offset.Length > 0 ? _offset[0] : 0);

    /// <summary>What a feature is called in a message.</summary>
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

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        Array.Fill(ones, 1);
        return ones;
    }

    private void RequireNumbers(int feature)
    {
        if (!float.IsFinite(_offset[feature]))
        {
            throw new ArgumentException(Invariant($"The offset of feature {feature} must be finite, but is {_offset[feature]}."));
        }

        if (!float.IsNormal(_scale[feature]) || _scale[feature] < 0)
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
