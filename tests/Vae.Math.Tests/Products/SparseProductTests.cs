using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class SparseProductTests
{
    private static readonly (int Rows, int Inner, int Columns)[] Shapes =
    [
        (1, 1, 1), (2, 65, 3), (7, 63, 64), (16, 64, 65), (17, 130, 66), (33, 20, 129),
        (130, 100, 40), (400, 784, 96), (257, 96, 200),
    ];

    public static TheoryData<Transposed, double> Forms => new()
    {
        { Transposed.Neither, 0.2 }, { Transposed.Neither, 0 }, { Transposed.Neither, 1 },
        { Transposed.Right, 0.2 }, { Transposed.Right, 0 }, { Transposed.Right, 1 },
        { Transposed.Left, 0.2 }, { Transposed.Left, 0 }, { Transposed.Left, 1 },
    };

    [Theory, MemberData(nameof(Forms))]
    public void The_bits_are_those_of_the_dense_product(Transposed transposed, double density)
    {
        foreach (var shape in Shapes)
        {
            RequireDenseBits<float>(shape, transposed, density, SimdWidth.Bits);
            RequireDenseBits<double>(shape, transposed, density, SimdWidth.Bits);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void The_bits_are_those_of_the_dense_product_for_every_width_of_vector(int bits)
    {
        RequireDenseBits<float>((53, 130, 66), Transposed.Neither, 0.2, bits);
        RequireDenseBits<double>((53, 66, 130), Transposed.Right, 0.2, bits);
        RequireDenseBits<float>((53, 130, 66), Transposed.Left, 0.2, bits);
    }

    // With fewer than eight columns the left factor is read in place, with eight or more it is packed.
    [Theory]
    [InlineData(0)]
    [InlineData(128)]
    [InlineData(256)]
    [InlineData(512)]
    public void The_bits_are_those_of_the_dense_product_for_few_columns(int bits)
    {
        for (var columns = 1; columns <= 9; columns++)
        {
            foreach (var (rows, inner) in new[] { (1, 1), (5, 64), (17, 65), (33, 129), (130, 784) })
            {
                RequireDenseBits<float>((rows, inner, columns), Transposed.Neither, 0.2, bits);
                RequireDenseBits<double>((rows, inner, columns), Transposed.Neither, 0.2, bits);
                RequireDenseBits<float>((rows, inner, columns), Transposed.Right, 0.2, bits);
                RequireDenseBits<float>((rows, inner, columns), Transposed.Left, 0.2, bits);
            }
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        using var three = new WorkerTeam(3);
        var (left, right) = (Some.Matrix<float>(100, 784, seed: 1), Sparse<float>(784, 200, 0.2));
        var marks = new NonZeros(784, 200);
        Matrix<float> one = Some.Zeros<float>(100, 200), many = Some.Zeros<float>(100, 200);

        marks.Mark(right, WorkerTeam.OfOne);
        new SimdProduct<float>(WorkerTeam.OfOne).Multiply(left, right, marks, one);
        marks.Mark(right, three);
        new SimdProduct<float>(three).Multiply(left, right, marks, many);

        Assert.True(one.AsSpan().SequenceEqual(many.AsSpan()));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(63, 65)]
    [InlineData(784, 128)]
    [InlineData(100, 7)]
    public void Marks_are_set_exactly_where_a_number_is_not_zero(int rows, int columns)
    {
        var matrix = Sparse<float>(rows, columns, 0.3);
        matrix[rows - 1, columns - 1] = float.NaN;
        matrix[0, 0] = -0f;
        var marks = new NonZeros(rows, columns);

        marks.Mark(Some.Filled<float>(rows, columns, 1), WorkerTeam.OfOne); // earlier marks must be cleared
        marks.Mark(matrix, WorkerTeam.OfOne);

        var count = 0;
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                var expected = !(matrix[row, column] == 0);
                count += expected ? 1 : 0;
                Assert.Equal(expected, Bit(marks.ByColumn, columns, column, row));
                Assert.Equal(expected, Bit(marks.ByRow, rows, row, column));
            }
        }

        Assert.Equal((double)count / (rows * columns), marks.Density, 15); // the one rounding of the quotient
    }

    [Fact]
    public void NaN_propagates_through_a_sparse_product_where_it_meets_a_nonzero_number()
    {
        var (left, right) = (Some.Matrix<float>(5, 3, seed: 1), Some.Zeros<float>(3, 2));
        left[4, 1] = float.NaN;
        right[1, 1] = 2;
        var marks = new NonZeros(3, 2);
        marks.Mark(right, WorkerTeam.OfOne);
        var result = Some.Filled<float>(5, 2, 7);

        new SimdProduct<float>().Multiply(left, right, marks, result);

        Assert.True(float.IsNaN(result[4, 1]));
        Assert.Equal(0, result[4, 0]);                                // 0 * NaN is left out: documented
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        var product = new SimdProduct<float>();
        var (left, right, result) = (Some.Zeros<float>(2, 3), Some.Zeros<float>(3, 4), Some.Zeros<float>(2, 4));

        Assert.Throws<ArgumentException>(() => product.Multiply(left, right, new NonZeros(3, 5), result));
        Assert.Throws<ArgumentException>(() => product.Multiply(left, right, new NonZeros(3, 4), result, Transposed.Both));
        Assert.Throws<ArgumentException>(() => new NonZeros(3, 5).Mark(right, WorkerTeam.OfOne));
    }

    private static bool Bit(ReadOnlySpan<ulong> words, int length, int line, int index)
        => ((words[(index / 64 * length) + line] >> (index % 64)) & 1) != 0;

    private static void RequireDenseBits<T>(
        (int Rows, int Inner, int Columns) shape, Transposed transposed, double density, int bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var product = new SimdProduct<T> { Bits = bits };
        var left = transposed == Transposed.Left
            ? Some.Matrix<T>(shape.Inner, shape.Rows, seed: 1)
            : Some.Matrix<T>(shape.Rows, shape.Inner, seed: 1);
        var right = transposed == Transposed.Right
            ? Sparse<T>(shape.Columns, shape.Inner, density)
            : Sparse<T>(shape.Inner, shape.Columns, density);
        var marks = new NonZeros(right.RowCount, right.ColumnCount);
        var expected = Some.Zeros<T>(shape.Rows, shape.Columns);
        var actual = Some.Filled<T>(shape.Rows, shape.Columns, 7);

        marks.Mark(right, WorkerTeam.Shared);
        product.Multiply(left, right, expected, transposed);
        product.Multiply(left, right, marks, actual, transposed);

        Assert.True(expected.AsSpan().SequenceEqual(actual.AsSpan()), $"{shape}, {transposed}, density {density}, {bits} bits");
    }

    private static Matrix<T> Sparse<T>(int rows, int columns, double density)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(5);
        return Some.Matrix<T>(rows, columns, seed: 2).Map(value => random.NextDouble() < density ? value : T.Zero);
    }
}
