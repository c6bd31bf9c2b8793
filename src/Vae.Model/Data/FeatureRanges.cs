using static System.FormattableString;

namespace Vae.Model;

/// <summary>The least and the largest number of each feature as a model sees it, from samples that are added one after another,
/// and notes on features that a person should look at before a training.</summary>
/// <param name="features">Numbers in a sample.</param>
internal sealed class FeatureRanges(int features)
{
    private const double Large = 1000;                                // standardised numbers are seldom above 10
    private const int MostNamed = 5;

    private readonly float[] _least = Filled(features, float.PositiveInfinity);
    private readonly float[] _largest = Filled(features, float.NegativeInfinity);

    /// <summary>Adds samples; missing numbers (NaN) and the logarithm of zero do not count.</summary>
    /// <param name="batch">One after another.</param>
    public void Add(ReadOnlySpan<float> batch)
    {
        for (; !batch.IsEmpty; batch = batch[features..])
        {
            for (var i = 0; i < features; i++)
            {
                if (float.IsFinite(batch[i]))
                {
                    _least[i] = float.Min(_least[i], batch[i]);
                    _largest[i] = float.Max(_largest[i], batch[i]);
                }
            }
        }
    }

    /// <summary>The notes, each of one sentence or two; empty where there is nothing to say.</summary>
    /// <param name="data">The samples that were added.</param>
    public IReadOnlyList<string> Notes(ISampleSource data)
    {
        string?[] found = [Missing(data), Constant(data), TooLarge(data)];
        return [.. found.OfType<string>()];
    }

    private string? Missing(ISampleSource data)
    {
        int[] empty = [.. All.Where(i => _least[i] > _largest[i])];
        return empty.Length == 0
            ? null
            : $"{Named(empty, data.NameOfFeature)} {(empty.Length == 1 ? "has" : "have")} no number in any row, so that "
                + $"nothing is learnt of {It(empty)}. Leave {It(empty)} out.";
    }

    private string? Constant(ISampleSource data)
    {
        int[] constant = [.. All.Where(i => _least[i] == _largest[i])];
        var isScaled = data is PreparedSamples { IsScaled: true };
        return constant.Length == 0
            ? null
            : $"{Named(constant, i => Invariant($"{data.NameOfFeature(i)} ({Own(data, i):G7})"))} "
                + $"{(constant.Length == 1 ? "has one value in all rows: it tells" : "have one value in all rows: they tell")} "
                + $"no rows apart{(isScaled ? ", and there is no deviation to divide by" : "")}. Another value in a new row "
                + $"counts by its distance in the column's own unit, which may be next to nothing. Leave {It(constant)} out.";
    }

    private string? TooLarge(ISampleSource data)
    {
        if (data is PreparedSamples { IsScaled: true })
        {
            return null;
        }

        var size = All.Select(i => float.Max(float.Abs(_least[i]), float.Abs(_largest[i]))).ToArray();
        int[] large = [.. All.Where(i => size[i] > Large && float.IsFinite(size[i]))];
        return large.Length == 0
            ? null
            : $"{Named(large, i => Invariant($"{data.NameOfFeature(i)} (up to {size[i]:G3})"))} "
                + $"{(large.Length == 1 ? "is" : "are")} not scaled, "
                + "where a network expects numbers of about 1: the training may fail, or learn little of the other "
                + "columns. Standardise the columns (Scaling.Standard).";
    }

    private IEnumerable<int> All => Enumerable.Range(0, features);

    private static string It(int[] those) => those.Length == 1 ? "it" : "them";

    // The value of a constant feature in the data's units.
    private double Own(ISampleSource data, int feature)
        => data is PreparedSamples prepared ? prepared.InOwnUnits(feature, _least[feature]) : _least[feature];

    private static string Named(int[] those, Func<int, string> name)
        => string.Join(", ", those.Take(MostNamed).Select(name))
            + (those.Length > MostNamed ? $" and {those.Length - MostNamed} more" : "");

    private static float[] Filled(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }
}
