using System.Numerics;
using System.Reflection;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The provider called directly: nothing here touches MathNet's process-wide setting.</summary>
/// <remarks>Alone all the same: MathNet's own products allocate, and a test elsewhere counts the bytes of the process.</remarks>
[Collection(nameof(SimdLinearAlgebraProviderInUseTests))]
public class SimdLinearAlgebraProviderTests
{
    // They straddle the lanes of every vector; the first two are no matrices at all, or sums of no terms.
    private static readonly (int Rows, int Inner, int Columns)[] Shapes =
    [
        (0, 3, 2), (3, 0, 2), (2, 3, 0), (1, 1, 1), (1, 17, 1), (3, 7, 5), (7, 8, 9), (15, 16, 17), (31, 33, 1), (1, 9, 33),
        (49, 100, 7), (65, 15, 48), (3, 900, 65),
    ];

    public static ILinearAlgebraProvider Managed { get; } = ManagedLinearAlgebraProvider.Instance;

    public static ILinearAlgebraProvider Simd { get; } = new SimdLinearAlgebraProvider();

    public static TheoryData<Transpose, Transpose> EveryTranspose
    {
        get
        {
            var data = new TheoryData<Transpose, Transpose>();
            foreach (var left in Enum.GetValues<Transpose>())
            {
                foreach (var right in Enum.GetValues<Transpose>())
                {
                    data.Add(left, right);
                }
            }

            return data;
        }
    }

    [Fact]
    public void A_product_is_the_managed_one()
    {
        foreach (var (rows, inner, columns) in Shapes)
        {
            RequireSame<float>(rows, inner, columns);
            RequireSame<double>(rows, inner, columns);
        }

        static void RequireSame<T>(int rows, int inner, int columns)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            => RequireManaged<T>(
                rows, inner, columns, (provider, a, b, c) => provider.MatrixMultiply(a, rows, inner, b, inner, columns, c));
    }

    [Theory, MemberData(nameof(EveryTranspose))]
    public void An_update_is_the_managed_one(Transpose left, Transpose right)
    {
        double[] factors = [0, 1, -1, 0.5, 3];
        foreach (var (rows, inner, columns) in Shapes)
        {
            foreach (var (alpha, beta) in factors.SelectMany(alpha => factors.Select(beta => (alpha, beta))))
            {
                RequireSame<float>(rows, inner, columns, alpha, beta);
                RequireSame<double>(rows, inner, columns, alpha, beta);
            }
        }

        void RequireSame<T>(int rows, int inner, int columns, double alpha, double beta)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (rowsA, columnsA) = left == Transpose.DontTranspose ? (rows, inner) : (inner, rows);
            var (rowsB, columnsB) = right == Transpose.DontTranspose ? (inner, columns) : (columns, inner);
            RequireManaged<T>(rows, inner, columns, (provider, a, b, c) => provider.MatrixMultiplyWithUpdate(
                left, right, T.CreateChecked(alpha), a, rowsA, columnsA, b, rowsB, columnsB, T.CreateChecked(beta), c));
        }
    }

    [Fact]
    public void A_product_of_random_numbers_is_the_managed_one_up_to_rounding()
    {
        const int Inner = 784;
        float[] a = Numbers<float>(40 * Inner, seed: 1), b = Numbers<float>(Inner * 30, seed: 2);
        float[] expected = new float[40 * 30], actual = new float[40 * 30];

        Managed.MatrixMultiply(a, 40, Inner, b, Inner, 30, expected);
        Simd.MatrixMultiply(a, 40, Inner, b, Inner, 30, actual);

        // Either chain of n additions is off by at most n rounding errors of 2^-24, each of the sum of the terms' sizes, here
        // below n as no factor exceeds 1. Errors of either sign leave about its square root: a hundredth of the bound.
        const double Bound = Inner * Inner / (double)(1 << 24);
        Assert.All(actual.Zip(expected), pair => Assert.True(float.Abs(pair.First - pair.Second) <= Bound / 100));
    }

    [Theory, MemberData(nameof(EveryTranspose))]
    public void NaN_and_infinity_in_a_factor_propagate_even_times_zero(Transpose left, Transpose right)
    {
        foreach (var odd in new[] { float.NaN, float.PositiveInfinity })
        {
            float[] a = new float[17 * 17], b = new float[17 * 17], c = new float[17 * 17];
            b[^1] = odd;                                              // in the last column, whichever way B is read
            Simd.MatrixMultiplyWithUpdate(left, right, 1f, a, 17, 17, b, 17, 17, 0f, c);

            Assert.All(c[^17..], value => Assert.True(float.IsNaN(value)));
            Assert.All(c[..^17], value => Assert.Equal(0f, value));
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(3.0)]
    public void Beta_of_zero_overwrites_NaN_and_any_other_does_not(double alpha)
    {
        double[] a = [1, 2, 3, 4], b = [5, 6, 7, 8], c = [double.NaN, double.NaN, double.NaN, double.NaN];
        const Transpose No = Transpose.DontTranspose;

        Simd.MatrixMultiplyWithUpdate(No, No, alpha, a, 2, 2, b, 2, 2, 0.5, c);
        Assert.All(c, value => Assert.True(double.IsNaN(value)));

        Simd.MatrixMultiplyWithUpdate(No, No, alpha, a, 2, 2, b, 2, 2, 0.0, c);
        Assert.Equal([23 * alpha, 34 * alpha, 31 * alpha, 46 * alpha], c);
    }

    [Fact]
    public void Alpha_of_zero_reads_no_factor_as_in_BLAS()
    {
        float[] odd = [float.NaN, 1, 1, float.PositiveInfinity], c = [1, 2, 3, 4];
        Simd.MatrixMultiplyWithUpdate(Transpose.Transpose, Transpose.DontTranspose, 0f, odd, 2, 2, odd, 2, 2, 2f, c);

        Assert.Equal([2, 4, 6, 8], c);
    }

    // MathNet's managed provider clears or scales the result first and then reads the overwritten factor.
    [Fact]
    public void A_result_in_the_memory_of_a_factor_is_the_product_of_what_was_there()
    {
        float[] a = [1, 2, 3, 4], b = [5, 6, 7, 8];
        var inA = a.ToArray();
        Simd.MatrixMultiply(inA, 2, 2, b, 2, 2, inA);
        Assert.Equal([23, 34, 31, 46], inA);

        var inB = b.ToArray();
        Simd.MatrixMultiplyWithUpdate(Transpose.DontTranspose, Transpose.DontTranspose, 1f, a, 2, 2, inB, 2, 2, 1f, inB);
        Assert.Equal([28, 40, 38, 54], inB);
    }

    [Fact]
    public void Missing_arrays_are_named()
    {
        float[] m = [1];
        const Transpose No = Transpose.DontTranspose;
        Missing("x", () => Simd.MatrixMultiply(null!, 1, 1, m, 1, 1, m));
        Missing("y", () => Simd.MatrixMultiply(m, 1, 1, null!, 1, 1, m));
        Missing("result", () => Simd.MatrixMultiply(m, 1, 1, m, 1, 1, null!));
        Missing("a", () => Simd.MatrixMultiplyWithUpdate(No, No, 1f, null!, 1, 1, m, 1, 1, 0f, m));
        Missing("b", () => Simd.MatrixMultiplyWithUpdate(No, No, 1f, m, 1, 1, null!, 1, 1, 0f, m));
        Missing("c", () => Simd.MatrixMultiplyWithUpdate(No, No, 1f, m, 1, 1, m, 1, 1, 0f, null!));

        static void Missing(string name, Action multiply)
            => Assert.Equal(name, Assert.Throws<ArgumentNullException>(multiply).ParamName);
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_named()
    {
        Refused("The left matrix is 2 x 3, so its array must hold 6 numbers, but holds 7.", 2, 3, 3, 4, 7, 12, 8);
        Refused("The right matrix is 3 x 4, so its array must hold 12 numbers, but holds 11.", 2, 3, 3, 4, 6, 11, 8);
        Refused("The result matrix is 2 x 4, so its array must hold 8 numbers, but holds 9.", 2, 3, 3, 4, 6, 12, 9);
        Refused("The left matrix is -2 x -2, so its array must hold 4 numbers, but holds 4.", -2, -2, -2, -2, 4, 4, 4);
        Refused("The inner lengths must agree, but left is 2 x 3 and right is 1 x 4 (transposed: Neither).", 2, 3, 1, 4, 6, 4, 8);

        static void Refused(string message, int rowsA, int columnsA, int rowsB, int columnsB, int a, int b, int c)
        {
            var (left, right, result) = (new float[a], new float[b], new float[c]);
            Action multiply = () => Simd.MatrixMultiply(left, rowsA, columnsA, right, rowsB, columnsB, result);
            Assert.Equal(message, Assert.Throws<ArgumentException>(multiply).Message);
        }
    }

    // A typing error in one of the forwarders would otherwise show only in a factorisation.
    [Theory]
    [InlineData(typeof(float))]
    [InlineData(typeof(double))]
    [InlineData(typeof(Complex))]
    [InlineData(typeof(Complex32))]
    public void Every_operation_gives_the_result_of_the_managed_one(Type number)
    {
        var operations = typeof(ILinearAlgebraProvider<>).MakeGenericType(number).GetMethods();
        Assert.Equal(28, operations.Length);
        Assert.All(operations, operation =>
        {
            var (expected, actual) = (Arguments(operation, number), Arguments(operation, number));
            var expectedReturn = operation.Invoke(Managed, expected);
            var actualReturn = operation.Invoke(Simd, actual);

            Assert.Equal(expectedReturn, actualReturn);
            Assert.Equal(expected, actual);                           // entry by entry, outputs among them
        });
    }

    [Fact]
    public void The_provider_is_always_available_and_describes_itself()
    {
        Simd.InitializeVerify();
        Simd.FreeResources();

        Assert.True(Simd.IsAvailable());
        Assert.Equal($"{new SimdProduct<float>().Description}; the rest: Managed", $"{Simd}");
    }

    // Operations on the small integers are exact, so the order in which a kernel sums does not matter.
    private static void RequireManaged<T>(
        int rows, int inner, int columns, Action<ILinearAlgebraProvider<T>, T[], T[], T[]> multiply)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] a = Integers<T>(rows * inner, seed: 1), b = Integers<T>(inner * columns, seed: 2);
        T[] expected = Integers<T>(rows * columns, seed: 3), actual = [.. expected];
        multiply((ILinearAlgebraProvider<T>)Managed, a, b, expected);
        multiply((ILinearAlgebraProvider<T>)Simd, a, b, actual);

        Assert.True(actual.AsSpan().SequenceEqual(expected), $"{rows} x {inner} x {columns}, {typeof(T).Name}");
    }

    private static T[] Integers<T>(int count, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Array.ConvertAll(Numbers<T>(count, seed), x => T.Round(T.CreateChecked(4) * x));

    private static T[] Numbers<T>(int count, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked((float)(2 * random.NextDouble() - 1)))];
    }

    // For every array a positive definite 3 x 3 matrix, so that each factorisation has one, and three singular values or pivots.
    private static object[] Arguments(MethodInfo operation, Type number)
        => [.. operation.GetParameters().Select(parameter => Argument(parameter.Name!, parameter.ParameterType, number))];

    private static object Argument(string name, Type type, Type number) => name switch
    {
        "vectorEv" => new Complex[3],
        "ipiv" => new[] { 0, 2, 2 },
        "s" => Of(number, 4, 2, 1),
        _ when type.IsArray => Of(number, 4, 1, 2, 1, 5, 3, 2, 3, 6),
        _ when type.IsEnum => Enum.GetValues(type).GetValue(0)!,
        _ when type == typeof(bool) => true,
        _ when type == typeof(int) => 3,
        _ => Of(number, 2).GetValue(0)!,
    };

    private static Array Of(Type number, params double[] values) => number switch
    {
        _ when number == typeof(float) => Array.ConvertAll(values, x => (float)x),
        _ when number == typeof(double) => values,
        _ when number == typeof(Complex) => Array.ConvertAll(values, x => new Complex(x, 0)),
        _ => Array.ConvertAll(values, x => new Complex32((float)x, 0)),
    };
}
