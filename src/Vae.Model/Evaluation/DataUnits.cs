using Vae.Math;

namespace Vae.Model;

/// <summary>The difference between densities of a table's rows in coded units and in the data's.</summary>
internal static class DataUnits
{
    private const int RowsAtOnce = 1024;

    /// <summary>Computes what is added to a negative log-density in coded units, averaged over rows: for each observed number
    /// <c>log scale</c>, and for a logarithm also the logarithm of the number. A value with a probability of its own, an atom or
    /// a zero, adds nothing.</summary>
    /// <param name="seen">The rows as the model sees them.</param>
    /// <param name="rows">The numbers of the rows; empty for all.</param>
    /// <param name="options">The model of a table's columns.</param>
    /// <param name="preparation">The scaling of the columns.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>Nats a row.</returns>
    /// <remarks>Derivation: with <c>y = (x - o) / s</c>, <c>-log p(x) = -log p(y) + log s</c>; with
    /// <c>y = (log x - o) / s</c>, <c>-log p(x) = -log p(y) + log s + log x</c>.</remarks>
    public static double Shift(
        ISampleSource seen,
        ReadOnlySpan<int> rows,
        VaeOptions options,
        Preparation preparation,
        CancellationToken cancellationToken = default)
    {
        var count = rows.IsEmpty ? seen.Count : rows.Length;
        var some = new int[int.Min(RowsAtOnce, count)];
        var numbers = new float[some.Length * seen.Features];
        var sum = 0.0;
        for (var done = 0; done < count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = some.AsSpan(0, int.Min(some.Length, count - done));
            for (var i = 0; i < batch.Length; i++, done++)
            {
                batch[i] = rows.IsEmpty ? done : rows[done];
            }

            var coded = numbers.AsSpan(0, batch.Length * seen.Features);
            seen.Gather<float>(batch, coded);
            for (var i = 0; i < coded.Length; i++)
            {
                var feature = i % seen.Features;
                sum += ShiftOf(options.Columns[feature], coded[i], preparation.Offset[feature], preparation.Scale[feature]);
            }
        }

        return sum / count;
    }

    private static bool HasDensity(ColumnFamily family)
        => family is ColumnFamily.Gaussian or ColumnFamily.StudentT or ColumnFamily.GaussianMixture;

    private static double ShiftOf(ColumnOptions column, float y, double offset, double scale)
    {
        var likelihood = column.Likelihood;
        if (!HasDensity(likelihood.Family) || !float.IsFinite(y))
        {
            return 0;                                                 // a probability, a hole or a zero
        }

        foreach (var atom in likelihood.Atoms)
        {
            if (y == (float)atom)
            {
                return 0;
            }
        }

        return double.Log(scale) + (likelihood.IsLogarithm ? (y * scale) + offset : 0); // log s + log x
    }
}
