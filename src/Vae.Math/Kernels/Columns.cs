using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// What a bias needs: adding one column to all columns and summing all columns into one; and both in one pass with the activation
/// around them, as each pass over a batch costs the memory's time.
/// </summary>
public static class Columns
{
    // Rows are summed in parts of so many, which run along all columns side by side. Where two parts meet in a cache line, their threads
    // take it from each other at every column: with parts of 64 rows two threads needed twice the time of one.
    private const int RowsInPart = 512;

    /// <summary>Adds one column to every column, <c>Y += b 1^T</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="column">b, rows x 1.</param>
    /// <param name="matrix">Y, rows x samples; added to.</param>
    /// <param name="team">The threads to use.</param>
    public static void Add<T>(Matrix<T> column, Matrix<T> matrix, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => AddEach<Identity<T>, T>(column, matrix, team);

    /// <summary>Sums the columns, <c>s = Y 1</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="matrix">Y, rows x samples.</param>
    /// <param name="sums">s, rows x 1; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <exception cref="ArgumentNullException"><paramref name="matrix"/>, <paramref name="sums"/> or <paramref name="team"/> is null.</exception>
    /// <exception cref="ArgumentException">The sums have another shape.</exception>
    public static void Sum<T>(Matrix<T> matrix, Matrix<T> sums, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(sums, matrix.RowCount, 1);

        SumUp(new Plain<T>(matrix.AsSpan()), matrix, sums, team);
    }

    /// <summary>Adds one column to every column and activates, <c>Y = f(Y + b 1^T)</c>: <see cref="Add"/> and the activation's Forward
    /// in one pass, with the same bits.</summary>
    /// <param name="column">b, rows x 1.</param>
    /// <param name="matrix">Y, rows x samples; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    internal static void AddAndActivate<TActivation, T>(Matrix<T> column, Matrix<T> matrix, WorkerTeam team)
        where TActivation : struct, ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => AddEach<TActivation, T>(column, matrix, team);

    /// <summary>Takes the gradient back through the activation, and sums what comes out: the activation's Backward, in place, and
    /// <see cref="Sum"/> in one pass, with the same bits.</summary>
    /// <param name="output">Y, as the activation left it, rows x samples.</param>
    /// <param name="gradient">dY, of the same shape; overwritten with dX, the gradient before the activation.</param>
    /// <param name="sums">s, rows x 1; overwritten with the sums of dX.</param>
    /// <param name="team">The threads to use.</param>
    internal static void GateAndSum<TActivation, T>(Matrix<T> output, Matrix<T> gradient, Matrix<T> sums, WorkerTeam team)
        where TActivation : struct, ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(gradient, output.RowCount, output.ColumnCount);
        Shape.Require(sums, output.RowCount, 1);

        SumUp(new Gated<TActivation, T>(output.AsSpan(), gradient.AsSpan()), output, sums, team);
    }

    private static void SumUp<T, TTerm>(TTerm term, Matrix<T> matrix, Matrix<T> sums, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>, allows ref struct
        => team.Run(
            new Summation<T, TTerm>(term, matrix.RowCount * matrix.ColumnCount, sums.AsSpan()),
            SimdLoop.Parts(matrix.RowCount, RowsInPart));

    private static void AddEach<TFunction, T>(Matrix<T> column, Matrix<T> matrix, WorkerTeam team)
        where TFunction : struct, ISimdFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(column, matrix.RowCount, 1);

        var width = SimdLoop.ColumnsInPart(matrix.RowCount);
        team.Run(new Addition<TFunction, T>(column.AsSpan(), matrix.AsSpan(), width), SimdLoop.Parts(matrix.ColumnCount, width));
    }

    // The sum alone.
    private readonly struct Identity<T> : ISimdFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Of<TSimd, TVector>(TVector x)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => x;
    }

    private readonly ref struct Addition<TFunction, T>(ReadOnlySpan<T> column, Span<T> matrix, int width) : IParallelWork
        where TFunction : struct, ISimdFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _column = column;
        private readonly Span<T> _matrix = matrix;

        public void DoPart(int part)
        {
            var rows = _column.Length;
            var end = int.Min((part + 1) * width * rows, _matrix.Length);
            for (var start = part * width * rows; start < end; start += rows)
            {
                var loop = new AdditionLoop<TFunction, T>(_column, _matrix.Slice(start, rows));
                SimdLoop.Run<AdditionLoop<TFunction, T>, T>(ref loop, rows);
            }
        }
    }

    private readonly ref struct AdditionLoop<TFunction, T>(ReadOnlySpan<T> column, Span<T> target) : ISimdLoop<T>
        where TFunction : struct, ISimdFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _column = column;
        private readonly Span<T> _target = target;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var y = TSimd.Add(TSimd.Load(in _target[i]), TSimd.Load(in _column[i])); // y_j += b
                TSimd.Store(TFunction.Of<TSimd, TVector>(y), ref _target[i]);            // y = f(x)
            }

            return i;
        }
    }

    // What of each column is added up: all of it, or what comes back through the activation.
    private interface ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector At<TSimd, TVector>(int index)
            where TSimd : ISimd<TVector, T>
            where TVector : struct;
    }

    private readonly ref struct Plain<T>(ReadOnlySpan<T> matrix) : ITerm<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _matrix = matrix;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector At<TSimd, TVector>(int index)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => TSimd.Load(in _matrix[index]);
    }

    private readonly ref struct Gated<TActivation, T>(ReadOnlySpan<T> output, Span<T> gradient) : ITerm<T>
        where TActivation : struct, ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _output = output;
        private readonly Span<T> _gradient = gradient;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector At<TSimd, TVector>(int index)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var (y, dy) = (TSimd.Load(in _output[index]), TSimd.Load(in _gradient[index]));
            var dx = TActivation.Gradient<TSimd, TVector>(y, dy); // dx = dy f'(x)
            TSimd.Store(dx, ref _gradient[index]);
            return dx;
        }
    }

    private readonly ref struct Summation<T, TTerm>(TTerm term, int entries, Span<T> sums) : IParallelWork, ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TTerm : struct, ITerm<T>, allows ref struct
    {
        private readonly TTerm _term = term;
        private readonly Span<T> _sums = sums;

        public void DoPart(int part)
        {
            var loop = this;
            SimdLoop.Run<Summation<T, TTerm>, T>(ref loop, part * RowsInPart, int.Min((part + 1) * RowsInPart, _sums.Length));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - (4 * TSimd.Count); i += 4 * TSimd.Count) // side by side in a column: whole lines of the cache
            {
                TVector s0 = TSimd.Broadcast(T.Zero), s1 = s0, s2 = s0, s3 = s0;
                for (var at = i; at < entries; at += _sums.Length)
                {
                    s0 = TSimd.Add(s0, _term.At<TSimd, TVector>(at)); // s += y_j
                    s1 = TSimd.Add(s1, _term.At<TSimd, TVector>(at + TSimd.Count));
                    s2 = TSimd.Add(s2, _term.At<TSimd, TVector>(at + (2 * TSimd.Count)));
                    s3 = TSimd.Add(s3, _term.At<TSimd, TVector>(at + (3 * TSimd.Count)));
                }

                TSimd.Store(s0, ref _sums[i]);
                TSimd.Store(s1, ref _sums[i + TSimd.Count]);
                TSimd.Store(s2, ref _sums[i + (2 * TSimd.Count)]);
                TSimd.Store(s3, ref _sums[i + (3 * TSimd.Count)]);
            }

            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var sum = TSimd.Broadcast(T.Zero);
                for (var at = i; at < entries; at += _sums.Length)
                {
                    sum = TSimd.Add(sum, _term.At<TSimd, TVector>(at));
                }

                TSimd.Store(sum, ref _sums[i]);
            }

            return i;
        }
    }
}
