using System.Runtime.Intrinsics;
using Oracle = MathNet.Numerics.SpecialFunctions;

namespace Vae.Math.Tests;

/// <summary>log Gamma and psi against MathNet's own, an implementation by other formulas (Lanczos; its own shifts).</summary>
public class SpecialFunctionsTests
{
    // From 1e-8 to 1e12, some 20 a decade, and around the places where the formulas change over.
    private static readonly double[] Arguments =
    [
        .. Enumerable.Range(0, 400).Select(i => double.Pow(10, -8 + (i * 0.05))),
        .. Enumerable.Range(0, 400).Select(i => 0.05 + (i * 0.05)),
        double.BitDecrement(8), double.BitIncrement(8), 16, double.BitDecrement(16),
    ];

    // MathNet's Lanczos sum is good to some 1e-14 of the value, ours to a few roundings, which near the zeros at 1 and 2 are of
    // numbers about 10: hence 2e-14 of the value, but not of less than 1.
    [Fact]
    public void LogGamma_agrees_with_MathNet()
        => Assert.All(Arguments, x => RequireClose(Oracle.GammaLn(x), SpecialFunctions.LogGamma(x), x));

    // The same: MathNet's series for psi ends at 1e-14 or so.
    [Fact]
    public void Digamma_agrees_with_MathNet()
        => Assert.All(Arguments, x => RequireClose(Oracle.DiGamma(x), SpecialFunctions.Digamma(x), x));

    // log (n - 1)! and -gamma + 1 + 1/2 + ... + 1/(n - 1), which need no oracle. Tolerance: as above, and the sums round n times.
    [Theory, InlineData(1), InlineData(2), InlineData(7), InlineData(8), InlineData(9), InlineData(30), InlineData(170)]
    public void At_whole_numbers_they_are_sums(int n)
    {
        var logs = Enumerable.Range(1, n - 1).Sum(k => double.Log(k));
        var reciprocals = Enumerable.Range(1, n - 1).Sum(k => 1.0 / k) - 0.57721566490153286;

        RequireClose(logs, SpecialFunctions.LogGamma(n), n);
        RequireClose(reciprocals, SpecialFunctions.Digamma(n), n);
    }

    [Theory]
    [InlineData(0, double.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-0.5, double.NaN, double.NaN)]
    [InlineData(-20, double.NaN, double.NaN)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    public void Special_values_are_exact(double x, double logGamma, double digamma)
    {
        Assert.Equal(logGamma, SpecialFunctions.LogGamma(x));
        Assert.Equal(digamma, SpecialFunctions.Digamma(x));
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        RequireSameBits<LogGammaFunction>();
        RequireSameBits<DigammaFunction>();
    }

    [Fact]
    public void Spans_of_every_length_have_the_bits_of_single_numbers()
    {
        for (var length = 0; length < 40; length++)
        {
            var (x, y, z) = (Arguments[300..(300 + length)], new double[length], new double[length]);

            SpecialFunctions.LogGamma(x, y);
            SpecialFunctions.Digamma(x, z);

            Assert.Equal(x.Select(SpecialFunctions.LogGamma), y);
            Assert.Equal(x.Select(SpecialFunctions.Digamma), z);
        }
    }

    private static void RequireClose(double expected, double actual, double x)
    {
        var error = double.Abs(actual - expected) / double.Max(1, double.Abs(expected));
        Assert.True(error <= 2e-14, $"At {x:R}: {actual:R}, not {expected:R}; error {error:G2}.");
    }

    private static void RequireSameBits<TFunction>()
        where TFunction : struct, ISimdFunction<double>
    {
        var x = Arguments[..(Arguments.Length / 8 * 8)];              // whole vectors of every width
        var expected = Run<Scalar<double>, double>();
        Assert.Equal(expected, Run<Simd128<double>, Vector128<double>>());
        Assert.Equal(expected, Run<Simd256<double>, Vector256<double>>());
        Assert.Equal(expected, Run<Simd512<double>, Vector512<double>>());

        long[] Run<TSimd, TVector>()
            where TSimd : ISimd<TVector, double>
            where TVector : struct
        {
            var y = new double[x.Length];
            Assert.Equal(x.Length, new MapLoop<TFunction, double>(x, y).Run<TSimd, TVector>(0, x.Length));
            return [.. y.Select(BitConverter.DoubleToInt64Bits)];
        }
    }
}
