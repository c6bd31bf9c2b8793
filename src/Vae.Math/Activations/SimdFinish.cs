using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vae.Math;

/// <summary>A function of two numbers on vectors: a number of a product's result, and an operand.</summary>
internal interface ISimdPair<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract TVector Of<TSimd, TVector>(TVector result, TVector operand)
        where TSimd : ISimd<TVector, T>
        where TVector : struct;
}

/// <summary>
/// The last pass over each part of a product's result, run as soon as the part is computed: the part is still in the cache
/// of its thread, while a separate pass would fetch it again, half of it from another core.
/// </summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="operand">The second operand of each number, of the result's shape; a step of zero repeats a column.</param>
/// <param name="apply"><see cref="SimdPairs{TPair, T}.Apply"/>; null where there is nothing to do.</param>
/// <param name="isTransposed">Whether the result is computed transposed, with contiguous rows instead of columns.</param>
internal readonly unsafe struct SimdFinish<T>(
    SimdView<T> operand, delegate*<SimdView<T>, SimdView<T>, int, int, void> apply, bool isTransposed = false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SimdView<T> _operand = operand;
    private readonly delegate*<SimdView<T>, SimdView<T>, int, int, void> _apply = apply;

    /// <summary>The pass for the transposed result.</summary>
    public SimdFinish<T> Transpose => new(_operand.Transpose, _apply, !isTransposed);

    /// <summary>The pass for the part of the result that begins at a row and a column.</summary>
    public SimdFinish<T> From(int row, int column) => new(_operand.From(row, column), _apply, isTransposed);

    /// <summary>Runs the pass on some rows and columns.</summary>
    public void Apply(SimdView<T> result, int rows, int columns)
    {
        if (_apply == null)
        {
            return;
        }

        if (isTransposed)
        {
            _apply(result.Transpose, _operand.Transpose, columns, rows);
        }
        else
        {
            _apply(result, _operand, rows, columns);
        }
    }
}

/// <summary>A function of two numbers, applied to two matrices with contiguous columns.</summary>
/// <typeparam name="TPair">The function.</typeparam>
/// <typeparam name="T">The number.</typeparam>
internal static unsafe class SimdPairs<TPair, T>
    where TPair : struct, ISimdPair<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the function for some rows and columns: the widest vectors first, the remaining
    /// rows with narrower ones.</summary>
    /// <param name="result">Overwritten.</param>
    /// <param name="operand">The second operand, of the same shape.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    public static void Apply(SimdView<T> result, SimdView<T> operand, int rows, int columns)
    {
        var row = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            row = Apply<Simd512<T>, Vector512<T>>(result, operand, row, rows, columns);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            row = Apply<Simd256<T>, Vector256<T>>(result, operand, row, rows, columns);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            row = Apply<Simd128<T>, Vector128<T>>(result, operand, row, rows, columns);
        }

        Apply<Scalar<T>, T>(result, operand, row, rows, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static int Apply<TSimd, TVector>(SimdView<T> result, SimdView<T> operand, int row, int rows, int columns)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var end = rows - ((rows - row) % TSimd.Count);
        T* c = result.Start, o = operand.Start;
        nint cStep = result.ColumnStep, oStep = operand.ColumnStep;
        for (; row < end && columns > 0; columns--)
        {
            for (var i = row; i < end; i += TSimd.Count)
            {
                TSimd.Store(TPair.Of<TSimd, TVector>(TSimd.Load(ref c[i]), TSimd.Load(ref o[i])), ref c[i]);
            }

            c += cStep;
            o += oStep;
        }

        return end;
    }
}

/// <summary>A bias and a function, <c>y = f(x + b)</c>.</summary>
internal readonly struct Activated<TFunction, T> : ISimdPair<T>
    where TFunction : struct, ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector result, TVector operand)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TFunction.Of<TSimd, TVector>(TSimd.Add(result, operand));
}

/// <summary>The gradient through an activation, <c>dx = dy f'(x)</c>, from its output y.</summary>
internal readonly struct Gated<TActivation, T> : ISimdPair<T>
    where TActivation : struct, ISimdActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector result, TVector operand)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
        => TActivation.Gradient<TSimd, TVector>(operand, result);
}
