using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vae.Math.Tests;

/// <summary>The errors and special values that <see cref="Elementwise"/> states, over all numbers there are.</summary>
public class ElementwiseTests
{
    // A prime: 4 million of the 2^32 floats, spread over all exponents and both signs.
    private const uint Stride = 1009;

    // Where a reduction changes over, a result rounds to 0, 1 or infinity, or numbers become subnormal; and, last, where a
    // search through all floats, or 60,000 doubles of a bad stretch, found the largest errors.
    private static readonly double[] Corners =
    [
        0, 0.25, 0.34657359, 0.5, 0.69314718, 0.75, 1, 1.03972077, 1.5, 2, 3, 4, 9.01, 10, 16.6, 19.06, 20, 36.7, 87.3365, 88.37,
        88.7228391, 103.97208, 104, 708.39641853226408, 709.782712893384, 710, 745.13321910194122, 746, 1.1754943508222875e-38, 
        2.2250738585072014e-308, 1e-30, 1e-8, 3.4e38, 1e300,
        5.837563, 0.7471369, 0.2528631, 4.157294, 1.2655094, 0.061906777, 0.7286962488566974,
        0.27130375114330263, 0.21563905743678988, 0.015583749,
    ];

    private static readonly float[] Floats = [.. StridedFloats()];

    public static TheoryData<string> Names => [.. ElementaryFunction.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void In_float_no_result_is_further_off_than_stated(string name)
    {
        var function = ElementaryFunction.All[name];
        var y = new float[Floats.Length];

        function.InFloat(Floats, y);

        var worst = (Ulps: 0.0, At: 0f);
        for (var i = 0; i < y.Length; i++)
        {
            var ulps = ElementaryFunction.Ulps(function.Expected(Floats[i]), y[i]);
            worst = ulps > worst.Ulps ? (ulps, Floats[i]) : worst;
        }

        Assert.True(worst.Ulps <= function.FloatUlps, $"{name}({worst.At:R}) is {worst.Ulps} ulp off.");
    }

    [Theory, MemberData(nameof(Names))]
    public void In_double_no_result_is_further_off_than_stated(string name)
    {
        var function = ElementaryFunction.All[name];
        var x = Doubles().Where(value => InDomain(name, value)).ToArray();
        var y = new double[x.Length];

        function.InDouble(x, y);

        Assert.All(x.Zip(y), pair =>
        {
            var ulps = function.Exact(pair.First).Ulps(pair.Second);
            Assert.True(ulps <= function.DoubleUlps, $"{name}({pair.First:R}) is {ulps} ulp off.");
        });
    }

    // The published digits of these constants.
    [Theory]
    [InlineData("Exp", "2.718281828459045235360287471352662497757")]
    [InlineData("Log1p", "0.693147180559945309417232121458176568075")]
    [InlineData("Sigmoid", "0.731058578630004879251159241821836274365")]
    [InlineData("Softplus", "1.313261687518222834048995494967855641915")]
    [InlineData("Tanh", "0.761594155955764888119458282604793590412")]
    public void The_oracle_of_double_knows_39_digits_at_1(string name, string digits)
    {
        var value = ElementaryFunction.All[name].Exact(1);

        var scaled = (value.Mantissa * BigInteger.Pow(10, 39)) >> -value.Exponent;
        var published = BigInteger.Parse(digits.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        Assert.True(BigInteger.Abs(scaled - published) <= 1, $"{scaled}"); // the last digit may be rounded or cut
    }

    [Theory]
    [InlineData("Exp", double.NegativeInfinity, 0)]
    [InlineData("Exp", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("Exp", 0, 1)]
    [InlineData("Exp", -0.0, 1)]
    [InlineData("Exp", 1e30, double.PositiveInfinity)]
    [InlineData("Exp", -1e30, 0)]
    [InlineData("Log", 0, double.NegativeInfinity)]
    [InlineData("Log", -0.0, double.NegativeInfinity)]
    [InlineData("Log", -1e-30, double.NaN)]
    [InlineData("Log", double.NegativeInfinity, double.NaN)]
    [InlineData("Log", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("Log", 1, 0)]
    [InlineData("Log1p", -0.0, -0.0)]
    [InlineData("Log1p", 0, 0)]
    [InlineData("Log1p", -1, double.NegativeInfinity)]
    [InlineData("Log1p", -1.5, double.NaN)]
    [InlineData("Log1p", double.NegativeInfinity, double.NaN)]
    [InlineData("Log1p", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("Sigmoid", 0, 0.5)]
    [InlineData("Sigmoid", double.NegativeInfinity, 0)]
    [InlineData("Sigmoid", double.PositiveInfinity, 1)]
    [InlineData("Softplus", double.NegativeInfinity, 0)]
    [InlineData("Softplus", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("Softplus", 1000, 1000)]
    [InlineData("Tanh", 0, 0)]
    [InlineData("Tanh", -0.0, -0.0)]
    [InlineData("Tanh", double.NegativeInfinity, -1)]
    [InlineData("Tanh", double.PositiveInfinity, 1)]
    [InlineData("Tanh", -30, -1)]
    [InlineData("Exp", double.NaN, double.NaN)]
    [InlineData("Log", double.NaN, double.NaN)]
    [InlineData("Log1p", double.NaN, double.NaN)]
    [InlineData("Sigmoid", double.NaN, double.NaN)]
    [InlineData("Softplus", double.NaN, double.NaN)]
    [InlineData("Tanh", double.NaN, double.NaN)]
    public void Special_values_are_exact_in_vectors_and_in_the_remainder(string name, double x, double expected)
    {
        var function = ElementaryFunction.All[name];
        var (single, whole) = (Enumerable.Repeat((float)x, 33).ToArray(), Enumerable.Repeat(x, 33).ToArray());

        function.InFloat(single, single);
        function.InDouble(whole, whole);

        Assert.All(single, y => Assert.Equal(Bits((float)expected), Bits(y)));
        Assert.All(whole, y => Assert.Equal(Bits(expected), Bits(y)));
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        RequireSameBits<ExpFunction<float>, ExpFunction<double>>();
        RequireSameBits<LogFunction<float>, LogFunction<double>>();
        RequireSameBits<Log1pFunction<float>, Log1pFunction<double>>();
        RequireSameBits<SigmoidFunction<float>, SigmoidFunction<double>>();
        RequireSameBits<SoftplusFunction<float>, SoftplusFunction<double>>();
        RequireSameBits<TanhFunction<float>, TanhFunction<double>>();
    }

    // Over 1009 numbers on, these rise by more than their errors, or not at all. Softplus and tanh rise by less in places.
    [Theory, InlineData("Exp"), InlineData("Log"), InlineData("Log1p"), InlineData("Sigmoid")]
    public void Results_rise_with_the_argument(string name)
    {
        var x = Floats[..(int)((1L << 32) / Stride)].Where(value => InDomain(name, value)).ToArray();
        Array.Sort(x);
        var y = new float[x.Length];

        ElementaryFunction.All[name].InFloat(x, y);

        var falls = Enumerable.Range(1, x.Length - 1).Where(i => !(y[i] >= y[i - 1])).Select(i => $"{name}({x[i]:R}) = {y[i]:R}");
        Assert.Empty(falls.Take(5));
    }

    [Theory, MemberData(nameof(Names))]
    public void Works_in_place_at_every_length(string name)
    {
        var function = ElementaryFunction.All[name];
        var x = Floats[1_000_000..1_000_070];                     // about 1e-3
        var whole = new float[x.Length];
        function.InFloat(x, whole);

        for (var length = 0; length < x.Length; length++)
        {
            var part = x[..length];
            function.InFloat(part, part);
            Assert.Equal(whole[..length], part);
        }
    }

    [Fact]
    public void A_destination_of_another_length_is_named_with_both_lengths()
    {
        var failure = Assert.Throws<ArgumentException>(() => Elementwise.Exp<float>(new float[3], new float[2]));

        Assert.Equal("Must have the source's 3 elements, but has 2. (Parameter 'destination')", failure.Message);
    }

    [Fact]
    public void A_pass_that_is_warm_allocates_nothing()
    {
        var x = new float[1000];

        Assert.Equal(0, Some.AllocatedBytes(() => Elementwise.Softplus<float>(x, x)));
    }

    private static void RequireSameBits<TSingle, TWhole>()
        where TSingle : struct, ISimdFunction<float>
        where TWhole : struct, ISimdFunction<double>
    {
        RequireSameBits<TSingle, float>([.. Floats.Where((_, i) => i % 7 == 0)], y => Bits(y));
        RequireSameBits<TWhole, double>([.. Doubles()], Bits);
    }

    private static void RequireSameBits<TFunction, T>(T[] x, Func<T, long> bits)
        where TFunction : struct, ISimdFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        x = x[..(x.Length / 16 * 16)];                                // whole vectors of every width
        var expected = Run<Scalar<T>, T>();
        Assert.Equal(expected, Run<Simd128<T>, Vector128<T>>());
        Assert.Equal(expected, Run<Simd256<T>, Vector256<T>>());
        Assert.Equal(expected, Run<Simd512<T>, Vector512<T>>());

        long[] Run<TSimd, TVector>()
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var y = new T[x.Length];
            Assert.Equal(x.Length, new MapLoop<TFunction, T>(x, y).Run<TSimd, TVector>(0, x.Length));
            return [.. y.Select(bits)];
        }
    }

    // All NaN count as equal; -0 and 0 differ.
    private static long Bits(float value) => float.IsNaN(value) ? -1 : BitConverter.SingleToUInt32Bits(value);

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);

    private static bool InDomain(string name, double x)
        => double.IsFinite(x) && (name switch { "Log" => x > 0, "Log1p" => x > -1, "Exp" => x < 709.78, _ => true });

    private static List<float> StridedFloats()
    {
        var floats = new List<float>();
        for (var bits = 0L; bits < 1L << 32; bits += Stride)
        {
            floats.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        }

        foreach (var corner in Corners)
        {
            var bits = BitConverter.SingleToInt32Bits((float)corner);
            for (var i = -2000; i <= 2000; i++)
            {
                var near = BitConverter.Int32BitsToSingle(int.Abs(bits + i));
                floats.AddRange([near, -near]);
            }
        }

        return floats;
    }

    // A thousand of each: any bits, the size of logits, near zero, and where exp leaves the numbers.
    private static IEnumerable<double> Doubles()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            yield return BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            yield return 20 * (random.NextDouble() - 0.5);
            yield return 2 * (random.NextDouble() - 0.5);
            yield return 1500 * (random.NextDouble() - 0.5);
        }

        foreach (var corner in Corners)
        {
            var bits = BitConverter.DoubleToInt64Bits(corner);
            for (var i = -8; i <= 8; i++)
            {
                var near = BitConverter.Int64BitsToDouble(long.Abs(bits + (i * long.Abs(i))));
                yield return near;
                yield return -near;
            }
        }
    }
}
