using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A product that also runs a layer's next pass on its result while that is in the cache, with the same bits
/// as a separate pass.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface IFusedProduct<T> : ISparseProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes <c>C = f(A B + b 1^T)</c>.</summary>
    /// <param name="left">A, rows x inner.</param>
    /// <param name="right">B, inner x columns.</param>
    /// <param name="nonZeros">The places where B is not zero, for a sparse product; null for the dense product.</param>
    /// <param name="bias">b, rows x 1.</param>
    /// <param name="activation">f; null for none.</param>
    /// <param name="result">C, rows x columns; overwritten.</param>
    void MultiplyAndActivate(
        Matrix<T> left, Matrix<T> right, NonZeros? nonZeros, Matrix<T> bias, Activation? activation, Matrix<T> result);

    /// <summary>Computes <c>C = A B^T</c> and <c>s = A 1</c>: the gradients of a weight and of its bias.</summary>
    /// <param name="left">A, rows x inner.</param>
    /// <param name="right">B, columns x inner.</param>
    /// <param name="nonZeros">The places where B is not zero, for a sparse product; null for the dense product.</param>
    /// <param name="result">C, rows x columns; overwritten.</param>
    /// <param name="sums">s, rows x 1; overwritten.</param>
    /// <param name="leftNonZeros">The places where A may be other than zero, in the place of those of B; null where the product
    /// uses B's.</param>
    void MultiplyAndSum(
        Matrix<T> left, Matrix<T> right, NonZeros? nonZeros, Matrix<T> result, Matrix<T> sums, NonZeros? leftNonZeros = null);
}
