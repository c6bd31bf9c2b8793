using System.Numerics;

namespace Vae.Model;

/// <summary>The arithmetic of scaling: the model's input is <c>(x - offset) / scale</c> for each feature, clamped to 0 and 1
/// with min-max scaling.</summary>
/// <param name="offset">A number for each feature.</param>
/// <param name="scale">A number other than 0 for each feature.</param>
/// <param name="clamps">Whether scaled numbers are clamped to 0 and 1.</param>
/// <param name="inDouble">Whether it is computed in double and then cast; otherwise in the type of the result, with offset and
/// scale rounded to floats.</param>
/// <param name="transforms">The transform of each feature before it is scaled; empty for none.</param>
internal readonly struct FeatureScaling(
    double[] offset, double[] scale, bool clamps, bool inDouble, FeatureTransform[] transforms)
{
    /// <summary>The least standardised logarithm: a value of 0 where there was none is strange, but not infinitely so.</summary>
    public const double LeastLogarithm = -30;

    /// <summary>The number subtracted from each feature.</summary>
    public IReadOnlyList<double> Offset => offset;

    /// <summary>The divisor of each feature.</summary>
    public IReadOnlyList<double> Scale => scale;

    /// <summary>Whether scaled numbers are clamped to 0 and 1.</summary>
    public bool Clamps => clamps;

    /// <summary>Whether rows must be gathered in double.</summary>
    public bool InDouble => inDouble;

    /// <summary>Whether any offset is not 0.</summary>
    public bool HasOffset => offset.AsSpan().ContainsAnyExcept(0);

    /// <summary>Whether any scale is not 1.</summary>
    public bool HasScale => scale.AsSpan().ContainsAnyExcept(1);

    /// <summary>Computes <c>x = (x - offset) / scale</c>, clamped to 0 and 1 where that is wanted. NaN stays NaN.</summary>
    /// <param name="rows">Rows in their own units, one after another.</param>
    /// <param name="scaled">As many numbers; overwritten; may be the rows themselves.</param>
    public void Transform<TRow, T>(ReadOnlySpan<TRow> rows, Span<T> scaled)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; !rows.IsEmpty; rows = rows[offset.Length..], scaled = scaled[offset.Length..])
        {
            if (inDouble)
            {
                TransformInDouble(rows[..offset.Length], scaled);
            }
            else
            {
                TransformInItsType(rows[..offset.Length], scaled);
            }
        }
    }

    private void TransformInDouble<TRow, T>(ReadOnlySpan<TRow> row, Span<T> scaled)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (offsets, scales, ends) = (offset, scale, clamps);
        for (var i = 0; i < row.Length; i++)
        {
            var number = double.CreateTruncating(row[i]);
            number = transforms.Length > 0 && transforms[i] != FeatureTransform.None
                ? Logarithm(number, i)
                : (number - offsets[i]) / scales[i];
            scaled[i] = T.CreateTruncating(ends ? double.Clamp(number, 0, 1) : number);
        }
    }

    // The logarithm, standardised; minus infinity of a zero where zeros have a likelihood of their own; NaN stays NaN.
    private double Logarithm(double number, int feature)
        => number <= 0
            ? (number == 0 && transforms[feature] == FeatureTransform.LogarithmOrZero ? double.NegativeInfinity : LeastLogarithm)
            : double.Max(LeastLogarithm, (double.Log(number) - offset[feature]) / scale[feature]);

    private void TransformInItsType<TRow, T>(ReadOnlySpan<TRow> row, Span<T> scaled)
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (offsets, scales, ends) = (offset, scale, clamps);
        for (var i = 0; i < row.Length; i++)
        {
            var moved = T.CreateTruncating(row[i]) - T.CreateTruncating((float)offsets[i]);
            var number = moved / T.CreateTruncating((float)scales[i]);
            scaled[i] = ends ? T.Clamp(number, T.Zero, T.One) : number;
        }
    }

    /// <summary>Computes <c>x = scale x + offset</c>.</summary>
    /// <param name="row">A row as the model gives it.</param>
    /// <param name="result">As many numbers; overwritten; may be the row itself.</param>
    public void InverseTransform<T, TRow>(ReadOnlySpan<T> row, Span<TRow> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : unmanaged, IBinaryFloatingPointIeee754<TRow>
    {
        var (offsets, scales) = (offset, scale);
        for (var i = 0; i < row.Length; i++)
        {
            if (transforms.Length > 0 && transforms[i] != FeatureTransform.None)
            {
                result[i] = TRow.CreateTruncating(double.Exp((double.CreateTruncating(row[i]) * scales[i]) + offsets[i]));
                continue;
            }

            result[i] = inDouble
                ? TRow.CreateTruncating((double.CreateTruncating(row[i]) * scales[i]) + offsets[i])
                : TRow.CreateTruncating((row[i] * T.CreateTruncating((float)scales[i])) + T.CreateTruncating((float)offsets[i]));
        }
    }

    /// <summary>The number added to a feature's log-variance when it is converted to the feature's
    /// own units: <c>log scale^2</c>.</summary>
    public float[] LogVarianceShift() => [.. scale.Select(one => (float)(2 * double.Log(double.Abs(one))))];
}
