using System.Runtime.Intrinsics;
using MathNetFunctions = MathNet.Numerics.SpecialFunctions;

namespace Vae.Math.Tests;

/// <summary>The normal distribution on vectors, against MathNet's scalar function.</summary>
public sealed class SimdNormalTests
{
    private static readonly double[] Arguments =
    [
        .. Enumerable.Range(-1200, 2401).Select(i => i / 100.0), 1e-300, -1e-300, -0.0, 39, -39, 1e200, -1e200,
        double.PositiveInfinity, double.NegativeInfinity,
    ];

    // 4e-16: the polynomial's 6e-17, three roundings of a number up to 1/2, and MathNet's own error of some 1e-16.
    [Fact]
    public void The_distribution_function_and_the_density_are_those_of_scalar_functions()
    {
        foreach (var t in Arguments)
        {
            var below = SimdNormal<Scalar<double>, double>.Below(t, out var density);
            Assert.Equal(MathNetFunctions.Erfc(-t / double.Sqrt(2)) / 2, below, 4e-16);
            Assert.Equal(double.Exp(-t * t / 2) / double.Sqrt(2 * double.Pi), density, 4e-16);
        }
    }

    [Fact]
    public void Every_width_has_the_same_bits_and_NaN_stays()
    {
        foreach (var t in Arguments)
        {
            var below = SimdNormal<Scalar<double>, double>.Below(t, out var density);
            var below512 = SimdNormal<Simd512<double>, Vector512<double>>.Below(Vector512.Create(t), out var density512);
            var below128 = SimdNormal<Simd128<double>, Vector128<double>>.Below(Vector128.Create(t), out var density128);

            Assert.Equal([below, density, below, density], [below512[5], density512[5], below128[1], density128[1]]);
        }

        Assert.True(double.IsNaN(SimdNormal<Scalar<double>, double>.Below(double.NaN, out _)));
    }
}
