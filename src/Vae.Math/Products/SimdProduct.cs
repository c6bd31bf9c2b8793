using System.Numerics;
using System.Runtime.Intrinsics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>Products by our own blocked, vectorised and threaded kernel: the default.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="team">The threads; the shared team where there is none.</param>
/// <remarks>
/// <para>From the outside in: blocks of the summed index and, where B is large, of columns (here); panels of a few
/// vectors of rows, which the threads share out and pack (<c>SimdPanels</c>, <c>SimdPacking</c>); tiles of C that stay
/// in registers while the summed index runs (<c>SimdTile</c>).</para>
/// <para>Every element of C is one chain of fused multiply-adds over the summed index, in order, wherever it falls. Its bits
/// therefore depend on its row of A and its column of B alone: not on the number of threads, the batch's number of columns
/// or the width of the vectors. Zeros are multiplied like any other number, so NaN and infinity propagate.</para>
/// <para>May be used from several threads at once. A call allocates nothing once its thread has called before with
/// shapes as large.</para>
/// </remarks>
public sealed unsafe class SimdProduct<T>(WorkerTeam? team = null) : IFusedProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A panel of A of so many inner indices stays in the second-level cache while it meets all columns, and the 784
    // pixels of an image need no second pass over C.
    internal const int InnerBlock = 1024;

    // A B that does not fit into the second-level cache is packed, so many columns at a time, where it meets rows enough.
    private const int BytesWorthPacking = 1 << 20;
    private const int RowsWorthPacking = 160;
    private const int ColumnBlock = 1024;

    // A C of so few rows would leave most lanes of a vector empty; its transpose fills them.
    private const int FewRows = 4;

    // Below so many multiplications a second thread comes too late. Where C has few for each of its elements, and fits
    // into a cache, passing it from core to core costs more than the second thread gains.
    private const int WorkWorthSharing = 1 << 19;
    private const int InnerWorthSharing = 16;
    private const int ElementsWorthSharing = 1 << 18;

    /// <inheritdoc/>
    public string Name => "simd";

    /// <inheritdoc/>
    public string Description => Bits == 0
        ? $"SIMD product: no vectors here, threads: {Team.Threads}"
        : $"SIMD product: {Bits} bit, threads: {Team.Threads}";

    /// <inheritdoc/>
    public WorkerTeam Team { get; } = team ?? WorkerTeam.Shared;

    /// <summary>The width of the vectors; the tests try all widths, in software where the machine lacks them.</summary>
    internal int Bits { get; init; } = SimdWidth.Bits;

    /// <inheritdoc/>
    public void Multiply(
        Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false)
        => Multiply(left, right, result, transposed, add, nonZeros: null, finish: default);

    /// <inheritdoc/>
    public void Multiply(
        Matrix<T> left, Matrix<T> right, NonZeros nonZeros, Matrix<T> result, Transposed transposed = Transposed.Neither)
    {
        ArgumentNullException.ThrowIfNull(nonZeros);
        Multiply(left, right, result, transposed, add: false, nonZeros, finish: default);
    }

    void IFusedProduct<T>.MultiplyAndActivate(
        Matrix<T> left, Matrix<T> right, NonZeros? nonZeros, Matrix<T> bias, Activation? activation, Matrix<T> result)
    {
        Shape.Require(bias, result.RowCount, 1);
        var apply = ActivationPasses.AddAndActivate<T>(activation);
        fixed (T* b = bias.AsSpan())
        {
            Multiply(left, right, result, Transposed.Neither, add: false, nonZeros, new(new(b, 1, 0), apply));
        }
    }

    void IFusedProduct<T>.MultiplyAndSum(
        Matrix<T> left, Matrix<T> right, NonZeros? nonZeros, Matrix<T> result, Matrix<T> sums, NonZeros? leftNonZeros)
    {
        Shape.Require(sums, left.RowCount, 1);
        fixed (T* a = left.AsSpan(), s = sums.AsSpan())
        {
            var beside = new SimdSums<T>(a, left.RowCount, left.ColumnCount, s);
            if (leftNonZeros is null)
            {
                Multiply(left, right, result, Transposed.Right, add: false, nonZeros, finish: default, beside);
                return;
            }

            var inner = Shape.RequireProduct(left, right, result, Transposed.Right);
            Shape.Require(left, leftNonZeros.Rows, leftNonZeros.Columns);
            fixed (ulong* marks = leftNonZeros.ByRow)
            {
                Multiply(
                    left.AsSpan(), right.AsSpan(), result.AsSpan(), result.RowCount, inner, result.ColumnCount,
                    Transposed.Right, add: false, finish: default, beside, marks, marksLeft: true);
            }
        }
    }

    /// <summary>Multiplies spans, column by column, whose lengths the caller has checked.</summary>
    internal void Multiply(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result,
        int rows, int inner, int columns, Transposed transposed, bool add)
        => Multiply(left, right, result, rows, inner, columns, transposed, add, finish: default, sums: default, marks: null);

    private void Multiply(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result,
        int rows, int inner, int columns, Transposed transposed, bool add,
        SimdFinish<T> finish, SimdSums<T> sums, ulong* marks, bool marksLeft = false)
    {
        if (inner == 0 && !add)
        {
            result.Clear();                                           // a sum of no terms
        }

        var (leftTransposed, rightTransposed) = ((transposed & Transposed.Left) != 0, (transposed & Transposed.Right) != 0);
        fixed (T* a = left, b = right, c = result)
        {
            var product = new SimdBlock<T>(
                View(a, leftTransposed ? inner : rows, leftTransposed),
                View(b, rightTransposed ? columns : inner, rightTransposed),
                View(c, rows, transposed: false),
                rows, inner, columns, finish);
            if (inner > 0 && columns > 0)
            {
                Multiply(marksLeft ? product.Transpose : product, add, marks, sums);
                return;
            }

            product.FinishPart(0, rows, 0, columns);
            Team.Run(sums, sums.Parts);
        }
    }

    private void Multiply(
        Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed, bool add, NonZeros? nonZeros,
        SimdFinish<T> finish, SimdSums<T> sums = default)
    {
        var inner = Shape.RequireProduct(left, right, result, transposed);
        if (nonZeros is null)
        {
            Multiply(
                left.AsSpan(), right.AsSpan(), result.AsSpan(), result.RowCount, inner, result.ColumnCount,
                transposed, add, finish, sums, marks: null);
            return;
        }

        if (transposed == Transposed.Both)
        {
            throw new ArgumentException($"Must not be {transposed} where B's zeros are known.", nameof(transposed));
        }

        Shape.Require(right, nonZeros.Rows, nonZeros.Columns);
        fixed (ulong* marks = transposed == Transposed.Right ? nonZeros.ByRow : nonZeros.ByColumn)
        {
            Multiply(
                left.AsSpan(), right.AsSpan(), result.AsSpan(), result.RowCount, inner, result.ColumnCount,
                transposed, add, finish, sums, marks);
        }
    }

    private static SimdView<T> View(T* start, int rows, bool transposed)
    {
        var view = new SimdView<T>(start, 1, rows);
        return transposed ? view.Transpose : view;
    }

    // Marks say where B is not zero; null where that is not known.
    private void Multiply(in SimdBlock<T> product, bool add, ulong* marks, SimdSums<T> sums)
    {
        switch (Bits)
        {
            case 512: Multiply<Simd512<T>, Vector512<T>>(product, add, marks, sums); break;
            case 256: Multiply<Simd256<T>, Vector256<T>>(product, add, marks, sums); break;
            case 128: Multiply<Simd128<T>, Vector128<T>>(product, add, marks, sums); break;
            default: Multiply<Scalar<T>, T>(product, add, marks, sums); break;
        }
    }

    private void Multiply<TSimd, TVector>(SimdBlock<T> product, bool add, ulong* marks, SimdSums<T> sums)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        if (marks != null)
        {
            if (product.A.RowStep != 1)
            {
                product = product with
                {
                    A = SimdTransposition<TSimd, TVector, T>.Copy(product.A, product.Rows, product.Inner, Team),
                };
            }

            SimdSparse<TSimd, TVector, T>.Multiply(product, marks, Team, sums: sums);
            return;
        }

        if (product.Columns == 1 && product.A.RowStep == 1)
        {
            Team.Run(sums, sums.Parts);
            MultiplyVector<TSimd, TVector>(product, add);
            return;
        }

        if (product.Rows <= FewRows && product.Rows < product.Columns)
        {
            product = product.Transpose;                              // C^T = B^T A^T
        }

        var packs = IsWorthPacking(product);
        var columnBlock = packs ? ColumnBlock : product.Columns;
        var workers = IsWorthSharing(product) ? Team : WorkerTeam.OfOne;
        for (var k = 0; k < product.Inner; k += InnerBlock)
        {
            for (var j = 0; j < product.Columns; j += columnBlock)
            {
                var block = product.Part(k, int.Min(InnerBlock, product.Inner - k), j, int.Min(columnBlock, product.Columns - j));
                var b = packs ? SimdColumnPacking<TSimd, TVector, T>.Pack(block, workers) : SimdColumns<T>.InPlace(block.B);
                SimdPanels<TSimd, TVector, T>.Multiply(block, b, add || k > 0, workers, k + j == 0 ? sums : default);
            }
        }
    }

    // A matrix times a vector: every number of A is used once, so nothing is packed. It is the sparse product with all entries
    // marked, some words of marks at a time.
    private void MultiplyVector<TSimd, TVector>(in SimdBlock<T> product, bool add)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        const int words = 64;
        var marks = stackalloc ulong[words];
        new Span<ulong>(marks, words).Fill(ulong.MaxValue);
        var workers = IsWorthSharing(product) ? Team : WorkerTeam.OfOne;
        for (var k = 0; k < product.Inner; k += words * NonZeros.Word)
        {
            var block = product.Part(k, int.Min(words * NonZeros.Word, product.Inner - k), 0, 1);
            if (block.Inner % NonZeros.Word is > 0 and var last)
            {
                marks[block.Inner / NonZeros.Word] = ulong.MaxValue >> (NonZeros.Word - last);
            }

            SimdSparse<TSimd, TVector, T>.Multiply(block, marks, workers, add || k > 0);
        }
    }

    private static bool IsWorthPacking(in SimdBlock<T> product)
        => product.Rows >= RowsWorthPacking && (long)product.Inner * product.Columns * sizeof(T) >= BytesWorthPacking;

    private static bool IsWorthSharing(in SimdBlock<T> product)
    {
        long elements = (long)product.Rows * product.Columns, factors = (long)product.Inner * (product.Rows + product.Columns);
        return elements * product.Inner + 8 * factors >= WorkWorthSharing     // reading a factor costs as much as a few products
            && (product.Inner >= InnerWorthSharing || elements >= ElementsWorthSharing);
    }
}
