using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The passes of a layer that is a function of each element by itself: what its file holds is the formula.</summary>
internal static class ElementwiseLayer
{
    /// <summary>Computes <c>y = f(x)</c>.</summary>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    /// <param name="team">The threads to use.</param>
    public static void Forward<TFormula, T>(Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where TFormula : struct, ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(output, input.RowCount, input.ColumnCount);

        var source = input.AsSpan();
        SimdLoop.Run<MapLoop<TFormula, T>, T>(new(source, output.AsSpan()), source.Length, team);
    }

    /// <summary>Given dL/dY, computes dL/dX.</summary>
    /// <param name="output">Y, as <see cref="Forward"/> left it.</param>
    /// <param name="outputGradient">dY, of the same shape.</param>
    /// <param name="inputGradient">dX, of the same shape; overwritten; may be dY itself.</param>
    /// <param name="team">The threads to use.</param>
    public static void Backward<TFormula, T>(Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient, WorkerTeam team)
        where TFormula : struct, ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);
        Shape.Require(inputGradient, output.RowCount, output.ColumnCount);

        var values = output.AsSpan();
        SimdLoop.Run<GradientLoop<TFormula, T>, T>(
            new(values, outputGradient.AsSpan(), inputGradient.AsSpan()), values.Length, team);
    }
}
