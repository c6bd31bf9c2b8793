using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class ProductTests
{
    // They straddle the lanes of every vector and the edges of every tile.
    private static readonly int[] Sizes = [1, 2, 3, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 65, 100];

    public static TheoryData<Transposed, bool> EveryForm
    {
        get
        {
            var data = new TheoryData<Transposed, bool>();
            foreach (var transposed in Enum.GetValues<Transposed>())
            {
                data.Add(transposed, false);
                data.Add(transposed, true);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(EveryForm))]
    public void Simd_is_exact_on_small_integers_at_every_edge(Transposed transposed, bool add)
    {
        foreach (var (rows, inner, columns) in Edges())
        {
            RequireExact(new SimdProduct<float>(), rows, inner, columns, transposed, add);
            RequireExact(new SimdProduct<double>(), rows, inner, columns, transposed, add);
        }
    }

    [Theory, MemberData(nameof(EveryForm))]
    public void MathNet_is_exact_on_small_integers(Transposed transposed, bool add)
    {
        foreach (var (rows, inner, columns) in new[] { (1, 1, 1), (3, 5, 2), (17, 9, 33), (48, 65, 20), (1, 20, 7), (7, 20, 1) })
        {
            RequireExact(new MathNetProduct<float>(), rows, inner, columns, transposed, add);
            RequireExact(new MathNetProduct<double>(), rows, inner, columns, transposed, add);
        }
    }

    [Theory, MemberData(nameof(EveryForm))]
    public void Large_factors_that_are_taken_in_blocks_are_exact(Transposed transposed, bool add)
    {
        using var team = new WorkerTeam(3);
        RequireExact(new SimdProduct<float>(team), 165, 1610, 170, transposed, add);      // three stretches of the inner index
        RequireExact(new SimdProduct<double>(team), 161, 130, 1030, transposed, add);     // two ranges of columns
        RequireExact(new SimdProduct<float>(team), 3, 1610, 65, transposed, add);         // as the transpose
    }

    [Theory, MemberData(nameof(EveryForm))]
    public void Every_width_of_vector_gives_the_same_bits(Transposed transposed, bool add)
    {
        foreach (var (rows, inner, columns) in new[] { (3, 17, 20), (20, 33, 9), (49, 100, 7), (65, 31, 17) })
        {
            int[] widths = [0, 128, 256, 512];
            RequireOneResult(bits => new SimdProduct<float> { Bits = bits }, widths, rows, inner, columns, transposed, add);
            RequireOneResult(bits => new SimdProduct<double> { Bits = bits }, widths, rows, inner, columns, transposed, add);
        }
    }

    [Theory, MemberData(nameof(EveryForm))]
    public void Any_number_of_threads_gives_the_same_bits(Transposed transposed, bool add)
    {
        using var two = new WorkerTeam(2);
        using var three = new WorkerTeam(3);
        WorkerTeam[] teams = [WorkerTeam.OfOne, two, three];
        foreach (var (rows, inner, columns) in new[] { (100, 784, 88), (20, 400, 128), (200, 1100, 300), (2, 400, 700) })
        {
            RequireOneResult(team => new SimdProduct<float>(teams[team]), [0, 1, 2], rows, inner, columns, transposed, add);
        }
    }

    [Theory]
    [InlineData(400, 784)]
    [InlineData(20, 400)]
    [InlineData(2, 1000)]
    [InlineData(1, 65)]
    public void A_column_has_the_same_bits_in_a_batch_of_any_size(int rows, int inner)
    {
        var product = new SimdProduct<float>();
        var left = Some.Matrix<float>(rows, inner, seed: 1);
        var right = Some.Matrix<float>(inner, 128, seed: 2);
        var whole = Product(product, left, right, Transposed.Neither, add: false);
        foreach (var columns in new[] { 1, 2, 5, 7, 13, 64, 127 })
        {
            var part = Product(product, left, right.SubMatrix(0, inner, 0, columns), Transposed.Neither, add: false);
            Assert.True(part.AsSpan().SequenceEqual(whole.AsSpan()[..(rows * columns)]), $"{columns} columns differ from 128");
        }
    }

    [Fact]
    public void A_product_of_random_numbers_is_as_precise_as_float_allows()
    {
        const int Inner = 784;
        var left = Some.Matrix<float>(100, Inner, seed: 1);
        var right = Some.Matrix<float>(Inner, 33, seed: 2);
        var (exactLeft, exactRight) = (left.Map(x => (double)x), right.Map(x => (double)x));
        var expected = Product(new ReferenceProduct<double>(), exactLeft, exactRight, Transposed.Neither, add: false);

        var actual = Product(new SimdProduct<float>(), left, right, Transposed.Neither, add: false);

        // A chain of n additions is off by at most n rounding errors of 2^-24, each of the sum of the terms' sizes, here
        // below n as no factor exceeds 1. Errors of either sign leave about its square root: a hundredth of the bound.
        const double Bound = Inner * Inner / (double)(1 << 24);
        Assert.True(Some.Distance(expected, actual) <= Bound / 100);
    }

    [Theory, MemberData(nameof(EveryForm))]
    public void NaN_and_infinity_propagate_even_times_zero(Transposed transposed, bool add)
    {
        foreach (var odd in new[] { float.NaN, float.PositiveInfinity })
        {
            var (left, right) = Factors<float>(33, 17, 19, transposed);
            left.Clear();                                             // 0 * NaN and 0 * infinity are NaN
            right.AsSpan()[^1] = odd;                                 // in the last column, whichever way B is read
            var result = Some.Zeros<float>(33, 19);
            new SimdProduct<float>().Multiply(left, right, result, transposed, add);

            Assert.All(result.ColumnSpan(18).ToArray(), value => Assert.True(float.IsNaN(value)));
            Assert.All(result.AsSpan()[..(18 * 33)].ToArray(), value => Assert.Equal(0f, value));
        }
    }

    [Theory, MemberData(nameof(EveryForm))]
    public void A_warm_call_allocates_nothing(Transposed transposed, bool add)
    {
        foreach (var (rows, inner, columns) in new[] { (400, 784, 128), (20, 400, 128), (2, 400, 128), (200, 600, 500) })
        {
            var product = new SimdProduct<float>();
            var (left, right) = Factors<float>(rows, inner, columns, transposed);
            var result = Some.Zeros<float>(rows, columns);
            Action work = () => product.Multiply(left, right, result, transposed, add);

            // A collection that happens meanwhile books the rest of the thread's allocation buffer, some 8 KB, as allocated:
            // but none happens in every one of ten tries, and a call that allocated would show in each.
            Assert.Contains(0L, Enumerable.Range(0, 10).Select(_ => Some.AllocatedBytes(work)));
        }
    }

    [Fact]
    public void One_product_serves_several_threads_at_once()
    {
        using var team = new WorkerTeam(2);
        var product = new SimdProduct<float>(team);
        var failures = 0;
        var threads = Enumerable.Range(0, 4).Select(seed => new Thread(() =>
        {
            var (left, right) = Factors<float>(100, 300 + 7 * seed, 65, Transposed.Both, seed);
            var expected = Product(new ReferenceProduct<float>(), left, right, Transposed.Both, add: false);
            for (var i = 0; i < 50; i++)
            {
                var actual = Product(product, left, right, Transposed.Both, add: false);
                if (!actual.AsSpan().SequenceEqual(expected.AsSpan()))
                {
                    Interlocked.Increment(ref failures);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(0, failures);
    }

    [Fact]
    public void Inner_lengths_that_differ_are_named()
    {
        var failure = Assert.Throws<ArgumentException>(() => new SimdProduct<float>().Multiply(
            Some.Zeros<float>(2, 3), Some.Zeros<float>(4, 5), Some.Zeros<float>(2, 5)));

        const string Message = "The inner lengths must agree, but left is 2 x 3 and right is 4 x 5 (transposed: Neither).";
        Assert.StartsWith(Message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_of_another_shape_is_named()
    {
        var failure = Assert.Throws<ArgumentException>(() => new SimdProduct<float>().Multiply(
            Some.Zeros<float>(3, 2), Some.Zeros<float>(3, 5), Some.Zeros<float>(3, 5), Transposed.Left));

        Assert.Equal("Must be 2 x 5 (features x samples), but is 3 x 5. (Parameter 'result')", failure.Message);
    }

    [Fact]
    public void A_result_that_is_a_factor_is_refused()
    {
        var square = Some.Zeros<float>(3, 3);

        Assert.Throws<ArgumentException>(() => new SimdProduct<float>().Multiply(square, Some.Zeros<float>(3, 3), square));
    }

    [Fact]
    public void A_sparse_factor_is_refused()
        => Assert.Throws<ArgumentException>(() => new SimdProduct<double>().Multiply(
            Matrix<double>.Build.Sparse(3, 3), Some.Zeros<double>(3, 3), Some.Zeros<double>(3, 3)));

    [Fact]
    public void The_description_says_width_and_threads()
        => Assert.Equal("SIMD product: 256 bit, threads: 1", new SimdProduct<float>(WorkerTeam.OfOne) { Bits = 256 }.Description);

    private static IEnumerable<(int Rows, int Inner, int Columns)> Edges()
    {
        for (var i = 0; i < Sizes.Length; i++)
        {
            for (var j = 0; j < Sizes.Length; j++)
            {
                yield return (Sizes[i], Sizes[((3 * i) + (5 * j)) % Sizes.Length], Sizes[j]);
            }
        }
    }

    // Integers up to 4 by up to 1700 terms: every partial sum is an integer below 2^24, so no order of summation rounds.
    private static (Matrix<T> Left, Matrix<T> Right) Factors<T>(
        int rows, int inner, int columns, Transposed transposed, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (left, right) = RandomFactors<T>(rows, inner, columns, transposed, seed);
        return (left.Map(x => T.Round(T.CreateTruncating(4) * x)), right.Map(x => T.Round(T.CreateTruncating(4) * x)));
    }

    private static (Matrix<T> Left, Matrix<T> Right) RandomFactors<T>(
        int rows, int inner, int columns, Transposed transposed, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (leftRows, leftColumns) = transposed.HasFlag(Transposed.Left) ? (inner, rows) : (rows, inner);
        var (rightRows, rightColumns) = transposed.HasFlag(Transposed.Right) ? (columns, inner) : (inner, columns);
        return (Some.Matrix<T>(leftRows, leftColumns, seed), Some.Matrix<T>(rightRows, rightColumns, seed + 1));
    }

    private static void RequireExact<T>(
        IMatrixProduct<T> product, int rows, int inner, int columns, Transposed transposed, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (left, right) = Factors<T>(rows, inner, columns, transposed);
        var expected = Product(new ReferenceProduct<T>(), left, right, transposed, add);
        var actual = Product(product, left, right, transposed, add);
        Assert.True(
            actual.AsSpan().SequenceEqual(expected.AsSpan()),
            $"{product.Description}: {rows} x {inner} x {columns}, {transposed}, add: {add}, {typeof(T).Name}");
    }

    private static void RequireOneResult<T>(
        Func<int, SimdProduct<T>> make, int[] variants, int rows, int inner, int columns, Transposed transposed, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (left, right) = RandomFactors<T>(rows, inner, columns, transposed);
        var first = Product(make(variants[0]), left, right, transposed, add);
        foreach (var variant in variants[1..])
        {
            var product = make(variant);
            var other = Product(product, left, right, transposed, add);
            Assert.True(
                other.AsSpan().SequenceEqual(first.AsSpan()),
                $"{variant} differs from {variants[0]} at {rows} x {inner} x {columns}");
        }
    }

    // Overwriting begins with NaN in C, which must not leak; adding begins with a ramp.
    private static Matrix<T> Product<T>(
        IMatrixProduct<T> product, Matrix<T> left, Matrix<T> right, Transposed transposed, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = transposed.HasFlag(Transposed.Left) ? left.ColumnCount : left.RowCount;
        var columns = transposed.HasFlag(Transposed.Right) ? right.RowCount : right.ColumnCount;
        var result = Some.Filled<T>(rows, columns, double.NaN);
        for (var i = 0; add && i < rows * columns; i++)
        {
            result.AsSpan()[i] = T.CreateTruncating(i % 11);
        }

        product.Multiply(left, right, result, transposed, add);
        return result;
    }
}
