using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Vae.Math;

/// <summary>A provider's operations on real numbers: its two products by our kernel, all others by MathNet's.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface ISimdAlgebra<T> : IManagedAlgebra<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Our kernel.</summary>
    SimdProduct<T> Product { get; }

    void ILinearAlgebraProvider<T>.MatrixMultiply(T[] x, int rowsX, int columnsX, T[] y, int rowsY, int columnsY, T[] result)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(result);

        const Transpose No = Transpose.DontTranspose;
        MatrixMultiplyWithUpdate(No, No, T.One, x, rowsX, columnsX, y, rowsY, columnsY, T.Zero, result);
    }

    void ILinearAlgebraProvider<T>.MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, T alpha, T[] a, int rowsA, int columnsA,
        T[] b, int rowsB, int columnsB, T beta, T[] c)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(c);

        var transposed = (transposeA == Transpose.DontTranspose ? Transposed.Neither : Transposed.Left)   // real numbers
            | (transposeB == Transpose.DontTranspose ? Transposed.Neither : Transposed.Right);            // have no conjugates
        var (rows, inner) = (transposed & Transposed.Left) != 0 ? (columnsA, rowsA) : (rowsA, columnsA);
        var (second, columns) = (transposed & Transposed.Right) != 0 ? (columnsB, rowsB) : (rowsB, columnsB);
        if (inner != second)
        {
            throw new ArgumentException(
                $"The inner lengths must agree, but left is {rowsA} x {columnsA} and right is {rowsB} x {columnsB} "
                + $"(transposed: {transposed}).");
        }

        RequireLength(a, rowsA, columnsA, "left");
        RequireLength(b, rowsB, columnsB, "right");
        RequireLength(c, rows, columns, "result");

        var overwrites = beta == T.Zero;
        if (alpha == T.One && (overwrites || beta == T.One) && !ReferenceEquals(c, a) && !ReferenceEquals(c, b))
        {
            Product.Multiply(a, b, c, rows, inner, columns, transposed, add: !overwrites);   // all that matrices ask for
            return;
        }

        // As in BLAS, beta = 0 does not read C, and alpha = 0 reads neither A nor B: what NaN they hold does not come through.
        var room = ArrayPool<T>.Shared.Rent(c.Length);
        var product = room.AsSpan(0, c.Length);
        if (alpha == T.Zero)
        {
            product.Clear();
        }
        else
        {
            Product.Multiply(a, b, product, rows, inner, columns, transposed, add: false);   // beside C, which may be a factor
            TensorPrimitives.Multiply(product, alpha, product);
        }

        if (overwrites)
        {
            product.CopyTo(c);
        }
        else
        {
            TensorPrimitives.MultiplyAdd(c, beta, product, c);        // C = beta C + alpha op(A) op(B)
        }

        ArrayPool<T>.Shared.Return(room);
    }

    private static void RequireLength(T[] numbers, int rows, int columns, string matrix)
    {
        if (rows < 0 || columns < 0 || (long)rows * columns != numbers.Length)
        {
            throw new ArgumentException(
                $"The {matrix} matrix is {rows} x {columns}, so its array must hold {(long)rows * columns} numbers, "
                + $"but holds {numbers.Length}.");
        }
    }
}
