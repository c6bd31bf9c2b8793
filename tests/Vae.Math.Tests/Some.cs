using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>Matrices, parameters and measurements that many tests need.</summary>
internal static class Some
{
    /// <summary>Uniform numbers between two bounds: the same for the same seed, and the same draw in float and double.</summary>
    public static Matrix<T> Matrix<T>(int rows, int columns, int seed, double low = -1, double high = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var matrix = Zeros<T>(rows, columns);
        foreach (ref var value in matrix.AsSpan())
        {
            value = T.CreateTruncating((float)(low + ((high - low) * random.NextDouble()))); // a float: exact in both types
        }

        return matrix;
    }

    public static Matrix<double> Matrix(int rows, int columns, int seed, double low = -1, double high = 1)
        => Matrix<double>(rows, columns, seed, low, high);

    public static Matrix<T> Zeros<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => CreateMatrix.Dense<T>(rows, columns);

    public static Matrix<T> Filled<T>(int rows, int columns, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrix = Zeros<T>(rows, columns);
        matrix.AsSpan().Fill(T.CreateTruncating(value));
        return matrix;
    }

    /// <summary>A matrix of one column: the features of one sample.</summary>
    public static Matrix<T> Sample<T>(params ReadOnlySpan<double> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrix = Zeros<T>(features.Length, 1);
        for (var i = 0; i < features.Length; i++)
        {
            matrix.At(i, 0, T.CreateTruncating(features[i]));
        }

        return matrix;
    }

    /// <summary>One sample of a batch, as a batch of its own.</summary>
    public static Matrix<T> Column<T>(Matrix<T> matrix, int column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sample = Zeros<T>(matrix.RowCount, 1);
        matrix.ColumnSpan(column).CopyTo(sample.AsSpan());
        return sample;
    }

    public static Parameter<double> Parameter(string name, int rows, int columns, int seed, double low = -1, double high = 1)
    {
        var parameter = new Parameter<double>(name, rows, columns);
        Matrix(rows, columns, seed, low, high).CopyTo(parameter.Value);
        return parameter;
    }

    /// <summary>Fills a layer's weight and bias with uniform numbers.</summary>
    public static Dense<T> Dense<T>(
        int inputs, int outputs, IMatrixProduct<T> product, int seed, string name = "hidden", Activation? activation = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dense = new Dense<T>(name, inputs, outputs, product, activation);
        Matrix<T>(outputs, inputs, seed).CopyTo(dense.Weight.Value);
        Matrix<T>(outputs, 1, seed + 1).CopyTo(dense.Bias.Value);
        return dense;
    }

    /// <summary>The sum of the products of the entries: as a loss L = (probe, Y), it makes dL/dY = probe.</summary>
    public static double Inner(Matrix<double> probe, Matrix<double> output)
    {
        var sum = 0.0;
        for (var i = 0; i < probe.AsSpan().Length; i++)
        {
            sum += probe.AsSpan()[i] * output.AsSpan()[i];
        }

        return sum;
    }

    public static double[] Doubles<T>(Matrix<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. matrix.AsSpan().ToArray().Select(double.CreateTruncating)];

    /// <summary>How far two matrices are apart, in the largest entry; NaN where either has one.</summary>
    public static double Distance<T>(Matrix<double> expected, Matrix<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => expected.AsSpan().ToArray().Zip(Doubles(actual), (e, a) => double.Abs(e - a)).Aggregate(0.0, double.Max);

    /// <summary>Requires the same bits: 0 and -0 differ, and all NaN are equal.</summary>
    public static void RequireSameBits<T>(Matrix<T> expected, Matrix<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.Require(actual, expected.RowCount, expected.ColumnCount);
        for (var i = 0; i < expected.AsSpan().Length; i++)
        {
            var (e, a) = (expected.AsSpan()[i], actual.AsSpan()[i]);
            var agree = T.IsNaN(e) ? T.IsNaN(a) : e == a && T.IsNegative(e) == T.IsNegative(a);
            if (!agree)
            {
                Assert.Fail($"Entry {i} is {a}, but must be {e} to the last bit.");
            }
        }
    }

    /// <summary>Bytes that ten runs of a piece of work allocate on this thread once it is warm.</summary>
    /// <remarks>The least of five rounds: what allocates at every step shows in each of them, while a path that is taken for
    /// the first time late (a worker that had parked, a lock that was contended) sets up its own things only once. Counts on
    /// TieredCompilation being off in this project: the JIT's quick first code boxes enumerations.</remarks>
    public static long AllocatedBytes(Action work)
    {
        var least = long.MaxValue;
        work();
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++)
            {
                work();
            }

            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>The results of the same work by teams of 1, 2 and 3 threads.</summary>
    public static TResult[] ByTeamsOfOneTwoAndThree<TResult>(Func<WorkerTeam, TResult> work)
    {
        using var two = new WorkerTeam(2);
        using var three = new WorkerTeam(3);
        return [work(WorkerTeam.OfOne), work(two), work(three)];
    }
}
