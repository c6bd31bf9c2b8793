using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A product that can skip multiplications by zero.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface ISparseProduct<T> : IMatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes <c>C = A B</c>, <c>C = A B^T</c> or <c>C = A^T B</c> from the entries of B that are not zero.</summary>
    /// <param name="left">A, rows x inner; inner x rows where it is read transposed.</param>
    /// <param name="right">B, inner x columns; columns x inner where it is read transposed.</param>
    /// <param name="nonZeros">The places where B is not zero, marked since B was last written.</param>
    /// <param name="result">C, rows x columns; overwritten. Must be neither A nor B.</param>
    /// <param name="transposed">The factor that is read transposed, at most one.</param>
    /// <remarks>The bits are those of <see cref="IMatrixProduct{T}.Multiply"/> wherever A is finite; a NaN or an infinity of
    /// A that is only multiplied by zeros does not propagate.</remarks>
    /// <exception cref="ArgumentException">The shapes do not fit, a matrix is not dense, C is A or B, or both
    /// factors are to be transposed.</exception>
    void Multiply(
        Matrix<T> left,
        Matrix<T> right,
        NonZeros nonZeros,
        Matrix<T> result,
        Transposed transposed = Transposed.Neither);
}
