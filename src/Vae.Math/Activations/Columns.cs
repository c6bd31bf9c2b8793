using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The passes of a bias: adding one column to all columns and summing all columns into one.</summary>
internal static unsafe class Columns
{
    /// <summary>Adds one column to every column, <c>Y += b 1^T</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="column">b, rows x 1.</param>
    /// <param name="matrix">Y, rows x samples; added to.</param>
    /// <param name="team">The threads to use.</param>
    public static void Add<T>(Matrix<T> column, Matrix<T> matrix, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => AddAndActivate(column, activation: null, matrix, team);

    /// <summary>Sums the columns, <c>s = Y 1</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="matrix">Y, rows x samples.</param>
    /// <param name="sums">s, rows x 1; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <exception cref="ArgumentNullException"><paramref name="matrix"/>, <paramref name="sums"/>
    /// or <paramref name="team"/> is null.</exception>
    /// <exception cref="ArgumentException">The sums have another shape.</exception>
    public static void Sum<T>(Matrix<T> matrix, Matrix<T> sums, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(sums, matrix.RowCount, 1);

        fixed (T* from = matrix.AsSpan(), to = sums.AsSpan())
        {
            var work = new SimdSums<T>(from, matrix.RowCount, matrix.ColumnCount, to);
            team.Run(work, work.Parts);
        }
    }

    /// <summary>Adds one column to every column and activates, <c>Y = f(Y + b 1^T)</c>, in one pass.</summary>
    /// <param name="column">b, rows x 1.</param>
    /// <param name="activation">f; null for none.</param>
    /// <param name="matrix">Y, rows x samples; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    internal static void AddAndActivate<T>(Matrix<T> column, Activation? activation, Matrix<T> matrix, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Shape.Require(column, matrix.RowCount, 1);

        Apply(ActivationPasses.AddAndActivate<T>(activation), column.AsSpan(), operandStep: 0, matrix, team);
    }

    /// <summary>Takes a gradient back through an activation, <c>dX = dY f'</c>, in place.</summary>
    /// <param name="output">Y, as the activation left it, rows x samples.</param>
    /// <param name="activation">f.</param>
    /// <param name="gradient">dY, of the same shape; overwritten with dX.</param>
    /// <param name="team">The threads to use.</param>
    internal static void Gate<T>(Matrix<T> output, Activation activation, Matrix<T> gradient, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(gradient);
        Shape.Require(output, gradient.RowCount, gradient.ColumnCount);

        Apply(ActivationPasses.Gate<T>(activation), output.AsSpan(), operandStep: output.RowCount, gradient, team);
    }

    private static void Apply<T>(
        delegate*<SimdView<T>, SimdView<T>, int, int, void> apply,
        ReadOnlySpan<T> operand,
        int operandStep,
        Matrix<T> matrix,
        WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(team);
        var (rows, columns, width) = (matrix.RowCount, matrix.ColumnCount, SimdLoop.ColumnsInPart(matrix.RowCount));
        fixed (T* result = matrix.AsSpan(), other = operand)
        {
            var finish = new SimdFinish<T>(new(other, 1, operandStep), apply);
            team.Run(new Pass<T>(new(result, 1, rows), finish, rows, columns, width), SimdLoop.Parts(columns, width));
        }
    }

    private readonly struct Pass<T>(SimdView<T> result, SimdFinish<T> finish, int rows, int columns, int width) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void DoPart(int part)
        {
            var begin = part * width;
            finish.From(0, begin).Apply(result.From(0, begin), rows, int.Min(width, columns - begin));
        }
    }
}
