using System.Numerics;

namespace Vae.Model;

/// <summary>The arithmetic of scaling: the model's input is <c>(x - offset) / scale</c> for each feature, clamped to 0 and 1
/// with min-max scaling.</summary>
/// <param name="offset">A number for each feature.</param>
/// <param name="scale">A number other than 0 for each feature.</param>
/// <param name="clamps">Whether scaled numbers are clamped to 0 and 1.</param>
internal readonly struct FeatureScaling(float[] offset, float[] scale, bool clamps)
{
    /// <summary>The number subtracted from each feature.</summary>
    public IReadOnlyList<float> Offset => offset;

    /// <summary>The divisor of each feature.</summary>
    public IReadOnlyList<float> Scale => scale;

    /// <summary>Whether scaled numbers are clamped to 0 and 1.</summary>
    public bool Clamps => clamps;

    /// <summary>Whether any offset is not 0.</summary>
    public bool HasOffset => offset.AsSpan().ContainsAnyExcept(0f);

    /// <summary>Whether any scale is not 1.</summary>
    public bool HasScale => scale.AsSpan().ContainsAnyExcept(1f);

    /// <summary>Computes <c>x = (x - offset) / scale</c>, clamped to 0 and 1 where that is wanted.</summary>
    /// <param name="rows">Rows in their own units, one after another; overwritten.</param>
    public void Transform<T>(Span<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (offsets, scales, ends) = (offset, scale, clamps);
        for (; !rows.IsEmpty; rows = rows[offsets.Length..])
        {
            for (var i = 0; i < offsets.Length; i++)
            {
                var scaled = (rows[i] - T.CreateTruncating(offsets[i])) / T.CreateTruncating(scales[i]);
                rows[i] = ends ? T.Clamp(scaled, T.Zero, T.One) : scaled;
            }
        }
    }

    /// <summary>Computes <c>x = scale x + offset</c>.</summary>
    /// <param name="row">A row as the model gives it; overwritten.</param>
    public void InverseTransform<T>(Span<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (offsets, scales) = (offset, scale);
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = (row[i] * T.CreateTruncating(scales[i])) + T.CreateTruncating(offsets[i]);
        }
    }

    /// <summary>The number added to a feature's log-variance when it is converted to the feature's
    /// own units: <c>log scale^2</c>.</summary>
    public float[] LogVarianceShift() => [.. scale.Select(one => (float)(2 * double.Log(double.Abs(one))))];
}
