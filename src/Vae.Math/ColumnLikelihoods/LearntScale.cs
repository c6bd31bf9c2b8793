using System.Numerics;

namespace Vae.Math;

/// <summary>The soft floor of a scale, number by number: its inverse for a start, its value for draws and point
/// estimates.</summary>
internal static class LearntScale
{
    // A start at the floor itself would be a raw value of minus infinity; here the slope is 5 %.
    private const double LeastAboveFloor = 0.05;

    /// <summary>The floor of a log-variance: <c>2 log(least deviation)</c>.</summary>
    public static double LogVarianceFloor(ColumnLikelihood column) => 2 * double.Log(column.LeastDeviation);

    /// <summary>The value <c>v = floor + softplus(r - floor)</c> of a raw value.</summary>
    public static double ValueOf<T>(T raw, double floor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => SoftFloor<Scalar<double>, double, double>.Of(double.CreateTruncating(raw), floor, out _);

    /// <summary>The raw value of a value, <c>r = floor + log(exp(v - floor) - 1)</c>, slightly above the floor at
    /// least.</summary>
    public static double RawOf(double value, double floor)
        => floor + InverseSoftplus(value - floor > LeastAboveFloor ? value - floor : LeastAboveFloor); // minus infinity, NaN: least

    /// <summary>The r of <c>y = log(1 + exp(r))</c>, for y above 0.</summary>
    public static double InverseSoftplus(double y) => y + double.Log(-double.ExpM1(-y)); // r = y + log(1 - exp(-y))
}
