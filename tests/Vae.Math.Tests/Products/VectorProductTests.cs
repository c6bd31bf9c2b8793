using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>A matrix times one column has a way of its own, which reads the matrix in place.</summary>
public class VectorProductTests
{
    // They straddle a word of marks (64) and the words that are taken at once (64 of them).
    private static readonly int[] InnerLengths = [1, 2, 63, 64, 65, 127, 128, 1024, 1025, 4095, 4096, 4097, 8191, 8192, 8193];

    private static readonly int[] RowCounts = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 64, 129, 130];

    public static TheoryData<int, bool> EveryWidth => new()
    {
        { 0, false }, { 128, false }, { 256, false }, { 512, false }, { 0, true }, { 128, true }, { 256, true }, { 512, true },
    };

    [Theory, MemberData(nameof(EveryWidth))]
    public void A_matrix_times_a_vector_has_the_bits_of_a_chain_of_fused_multiply_adds(int bits, bool add)
    {
        foreach (var inner in InnerLengths)
        {
            foreach (var rows in inner > 1025 ? [1, 5, 33] : RowCounts)
            {
                RequireChain<float>(bits, rows, inner, Transposed.Neither, add);
                RequireChain<double>(bits, rows, inner, Transposed.Neither, add);
            }
        }
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void A_column_that_stands_as_a_row_has_the_same_bits(int bits, bool add)
    {
        foreach (var inner in new[] { 1, 65, 4097 })
        {
            RequireChain<float>(bits, 17, inner, Transposed.Right, add);
            RequireChain<float>(bits, 17, inner, Transposed.Left, add); // the dense kernel's
            RequireChain<float>(bits, 17, inner, Transposed.Both, add);
        }
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void A_single_column_has_the_bits_of_the_same_column_inside_a_wider_product(int bits, bool add)
    {
        foreach (var (rows, inner) in new[] { (1, 65), (3, 64), (20, 400), (53, 801), (400, 784), (9, 4096), (9, 8193) })
        {
            var product = new SimdProduct<float> { Bits = bits };
            var left = Some.Matrix<float>(rows, inner, seed: 1);
            var right = Some.Matrix<float>(inner, 13, seed: 2);
            var wide = Some.Matrix<float>(rows, 13, seed: 3);
            var begin = wide.Clone();
            product.Multiply(left, right, wide, add: add);
            for (var column = 0; column < 13; column++)
            {
                var one = Some.Column(begin, column);
                product.Multiply(left, Some.Column(right, column), one, add: add);
                Some.RequireSameBits(Some.Column(wide, column), one);
            }
        }
    }

    [Fact]
    public void A_column_has_the_same_bits_alone_and_in_a_pair_for_any_shape_numbers_and_team()
    {
        using var three = new WorkerTeam(3);
        var numbers = Gen.Elements(0f, -0f, 1f, -1f, 1e-40f, -3e-39f, 1e38f, -1e38f, 0.1f, 7e-8f);
        var cases = from rows in Gen.Choose(1, 70)
                    from inner in Gen.Choose(1, 200)
                    from left in numbers.ArrayOf(rows * inner)
                    from right in numbers.ArrayOf(inner * 2)
                    select (rows, inner, left, right);
        Prop.ForAll(Arb.From(cases), drawn =>
        {
            var left = Matrix<float>.Build.Dense(drawn.rows, drawn.inner, drawn.left);
            var right = Matrix<float>.Build.Dense(drawn.inner, 2, drawn.right);
            var (wide, one) = (Some.Filled<float>(drawn.rows, 2, double.NaN), Some.Filled<float>(drawn.rows, 1, double.NaN));
            new SimdProduct<float>(WorkerTeam.OfOne).Multiply(left, right, wide);
            new SimdProduct<float>(three).Multiply(left, Some.Column(right, 1), one);
            Some.RequireSameBits(Some.Column(wide, 1), one);          // overflow makes infinities, and of two of them NaN
        }).QuickCheckThrowOnFailure();
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_sum_of_no_terms_is_zero_or_what_it_is_added_to(bool add)
    {
        var result = new float[] { 1, 2, 3 };

        new SimdProduct<float>().Multiply([], [], result, rows: 3, inner: 0, columns: 1, Transposed.Neither, add);

        Assert.Equal(add ? [1, 2, 3] : [0, 0, 0], result);
    }

    [Theory, MemberData(nameof(EveryWidth))]
    public void NaN_and_infinity_propagate_through_a_single_column_even_times_zero(int bits, bool add)
    {
        foreach (var odd in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (var place in new[] { 0, 63, 64, 4095, 4096, 4099 })
            {
                var (left, right) = (Some.Zeros<float>(11, 4100), Some.Zeros<float>(4100, 1));
                var result = Some.Zeros<float>(11, 1);
                right[place, 0] = odd;
                new SimdProduct<float> { Bits = bits }.Multiply(left, right, result, add: add);
                Assert.All(result.AsSpan().ToArray(), value => Assert.True(float.IsNaN(value)));

                right[place, 0] = 0;
                left[7, place] = odd;
                result.Clear();
                new SimdProduct<float> { Bits = bits }.Multiply(left, right, result, add: add);
                Assert.Equal(7, Array.FindIndex(result.AsSpan().ToArray(), float.IsNaN));
                Assert.Equal(10, result.AsSpan().ToArray().Count(value => value == 0));
            }
        }
    }

    [Theory, InlineData(400, 784), InlineData(1000, 4097), InlineData(100_000, 3)]
    public void Any_number_of_threads_gives_the_same_bits(int rows, int inner)
    {
        var (left, right) = (Some.Matrix<float>(rows, inner, seed: 1), Some.Matrix<float>(inner, 1, seed: 2));
        var results = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var result = Some.Filled<float>(rows, 1, double.NaN);
            new SimdProduct<float>(team).Multiply(left, right, result);
            return result;
        });

        Some.RequireSameBits(results[0], results[1]);
        Some.RequireSameBits(results[0], results[2]);
    }

    [Fact]
    public void A_warm_call_allocates_nothing()
    {
        var left = Some.Matrix<float>(400, 784, seed: 1);
        var right = Some.Matrix<float>(784, 1, seed: 2);
        var result = Some.Zeros<float>(400, 1);
        var product = new SimdProduct<float>(WorkerTeam.OfOne);
        // as in ProductTests
        Assert.Contains(
            0L,
            Enumerable.Range(0, 10).Select(_ => Some.AllocatedBytes(() => product.Multiply(left, right, result))));
    }

    private static void RequireChain<T>(int bits, int rows, int inner, Transposed transposed, bool add)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (left, right) = (Some.Matrix<T>(rows, inner, seed: 1), Some.Matrix<T>(inner, 1, seed: 2));
        var expected = add ? Some.Matrix<T>(rows, 1, seed: 3) : Some.Zeros<T>(rows, 1);
        var actual = add ? expected.Clone() : Some.Filled<T>(rows, 1, double.NaN);
        for (var i = 0; i < rows; i++)
        {
            for (var k = 0; k < inner; k++)
            {
                expected[i, 0] = T.FusedMultiplyAdd(left[i, k], right[k, 0], expected[i, 0]);
            }
        }

        var givenLeft = transposed.HasFlag(Transposed.Left) ? left.Transpose() : left;
        var givenRight = transposed.HasFlag(Transposed.Right) ? right.Transpose() : right;
        new SimdProduct<T> { Bits = bits }.Multiply(givenLeft, givenRight, actual, transposed, add);

        Some.RequireSameBits(expected, actual);
    }
}
