using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>A table with a column of every number's family, its likelihood and outputs.</summary>
internal static class SomeTable
{
    public static readonly ColumnLikelihood[] Columns =
    [
        new() { Family = ColumnFamily.Gaussian },
        new() { Family = ColumnFamily.Gaussian, SharesScale = true, LeastDeviation = 0.3 },
        new() { Family = ColumnFamily.StudentT },
        new() { Family = ColumnFamily.StudentT, SharesScale = true, LeastDeviation = 0.1 },
        new() { Family = ColumnFamily.GaussianMixture, Components = 3, LeastDeviation = 0.01 },
        new() { Family = ColumnFamily.GaussianMixture, Components = 1 },
        new() { Family = ColumnFamily.Gaussian, HasZeros = true, IsLogarithm = true },
        new() { Family = ColumnFamily.StudentT, HasZeros = true, IsLogarithm = true },
        new() { Family = ColumnFamily.GaussianMixture, Components = 4, HasZeros = true, IsLogarithm = true },
    ];

    public static TableLikelihood<T> Likelihood<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new(Columns);

    public static Matrix<T> Output<T>(int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Some.Matrix<T>(Likelihood<T>().OutputRows(Columns.Length), columns, seed: 4, low: -2, high: 2);

    public static Parameter<double> OutputParameter(int columns)
    {
        var parameter = new Parameter<double>("output", Likelihood<double>().OutputRows(Columns.Length), columns);
        Output<double>(columns).CopyTo(parameter.Value);
        return parameter;
    }

    /// <summary>Numbers from -2 to 2; about one in three is a zero where a column has zeros; NaN where it is unknown.</summary>
    public static Matrix<T> Target<T>(int samples, Matrix<T>? observed = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var target = Some.Matrix<T>(Columns.Length, samples, seed: 5, low: -2, high: 2);
        for (var i = 0; i < target.AsSpan().Length; i++)
        {
            ref var x = ref target.AsSpan()[i];
            x = Columns[i % Columns.Length].HasZeros && x < T.CreateTruncating(-0.7) ? T.NegativeInfinity : x;
            x = observed is not null && observed.AsSpan()[i] == T.Zero ? T.NaN : x;
        }

        return target;
    }

    /// <summary>About two entries in three are known.</summary>
    public static Matrix<T> Mask<T>(int samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mask = Some.Matrix<T>(Columns.Length, samples, seed: 9, low: 0, high: 3);
        foreach (ref var value in mask.AsSpan())
        {
            value = value < T.One ? T.Zero : T.One;
        }

        return mask;
    }

    /// <summary>Weights from 0 to 1; that of every third column is 0.</summary>
    public static double[] Weights(int columns)
        => [.. Enumerable.Range(0, columns).Select(column => column % 3 == 1 ? 0 : ((7 * column) % 11 / 11.0) + 0.05)];
}
