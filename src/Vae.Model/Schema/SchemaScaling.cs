using static System.FormattableString;

namespace Vae.Model;

/// <summary>Fits the scaling of a schema's columns in one pass over the rows, in their order.</summary>
internal static class SchemaScaling
{
    private const int NumbersAtOnce = 1 << 16;                        // 512 KB

    /// <summary>Fits the scaling.</summary>
    public static TableSchema Fit(
        TableSchema schema, ISampleSource rows, Scaling scaling, TrainingOptions training, CancellationToken cancellationToken)
    {
        schema = schema with { Scaling = scaling };
        training.Validated(rows.Count);
        SampleRange.RequireAnyFeature(rows);
        var modelled = schema.Modelled;
        RequireFeatures(rows, modelled);
        if (scaling == Scaling.None)
        {
            return With(schema, scaling, new double[modelled.Count], [.. modelled.Select(_ => 1.0)]);
        }

        var kinds = scaling == Scaling.ByKind ? modelled.Select(column => column.LikelihoodKind).ToArray() : [];
        var moments = new FeatureMoments(rows.Features);
        foreach (var (samples, numbers) in Batches(rows, training))
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Gather<double>(samples.Span, numbers.Span);
            ToScaled(numbers.Span, kinds);
            moments.Add(numbers.Span);
        }

        if (moments.FirstTooWide is >= 0 and var feature)
        {
            throw new ArgumentException(
                Invariant($"column '{Printable.Cut(modelled[feature].Name)}' goes from {moments.Least(feature)} to ")
                + Invariant($"{moments.Largest(feature)}, which is too far apart to be scaled. Leave it out ")
                + $"({KindAdvice.Set(modelled[feature].Name, ColumnKind.Ignore)}), or give it in another unit.");
        }

        var (offset, scale) = scaling == Scaling.MinMax ? moments.MinMax() : moments.Standard();
        for (var i = 0; i < kinds.Length; i++)
        {
            (offset[i], scale[i]) = HasLevels(kinds[i]) ? (0, 1) : (offset[i], scale[i]);
        }

        return With(schema, scaling, offset, scale);
    }

    private static bool HasLevels(ColumnKind kind) => kind is ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal;

    // The numbers that are standardised by kind: logarithms of positive numbers above 0, log(1 + x) of counts.
    private static void ToScaled(Span<double> rows, ReadOnlySpan<ColumnKind> kinds)
    {
        for (; !kinds.IsEmpty && !rows.IsEmpty; rows = rows[kinds.Length..])
        {
            for (var i = 0; i < kinds.Length; i++)
            {
                rows[i] = kinds[i] switch
                {
                    ColumnKind.Positive => rows[i] > 0 ? double.Log(rows[i]) : double.NaN,
                    ColumnKind.Count => double.LogP1(rows[i]),
                    _ => rows[i],
                };
            }
        }
    }

    // The rows that are not held out, ascending.
    private static IEnumerable<(ReadOnlyMemory<int> Samples, Memory<double> Numbers)> Batches(ISampleSource rows,
        TrainingOptions training)
    {
        var held = new SampleOrder(rows.Count, training.ValidationSamples, training.Seed).Validation;
        var most = int.Max(1, NumbersAtOnce / rows.Features);
        var samples = new int[most];
        var numbers = new double[most * rows.Features];
        var (row, nextHeld) = (0, 0);
        while (row < rows.Count)
        {
            var count = 0;
            for (; row < rows.Count && count < most; row++)
            {
                if (nextHeld < held.Length && held[nextHeld] == row)
                {
                    nextHeld++;
                }
                else
                {
                    samples[count++] = row;
                }
            }

            yield return (samples.AsMemory(0, count), numbers.AsMemory(0, count * rows.Features));
        }
    }

    private static void RequireFeatures(ISampleSource rows, IReadOnlyList<ColumnSchema> modelled)
    {
        if (rows.Features != modelled.Count)
        {
            throw new ArgumentException(
                $"The schema has {modelled.Count} columns of numbers, but a row has {rows.Features} features.");
        }
    }

    private static TableSchema With(TableSchema schema, Scaling scaling, double[] offset, double[] scale)
    {
        var feature = 0;
        return schema with
        {
            Scaling = scaling,
            Columns =
            [
                .. schema.Columns.Select(column => !schema.IsModelled(column) ? column with { Offset = 0, Scale = 1 }
                    : column with { Offset = offset[feature], Scale = scale[feature++] }),
            ],
        };
    }
}
