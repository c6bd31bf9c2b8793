using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The interface of all matrix products. A layer gets its product when it is made and does not depend on which one it is;
/// see <see cref="SimdProduct{T}"/> (the default), <see cref="MathNetProduct{T}"/> and <see cref="ReferenceProduct{T}"/>
/// (the oracle of the tests).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Several threads may multiply at once, each into a result of its own: an implementation must allow that.</remarks>
public interface IMatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name for <c>vae --product</c>: <c>simd</c>, <c>mathnet</c>, <c>mkl</c> or <c>reference</c>. Products of
    /// different names round differently, so a training is resumed with the product that it began with.</summary>
    string Name { get; }

    /// <summary>The implementation, its width and its threads in one line.</summary>
    string Description { get; }

    /// <summary>The threads of the products and of the element-wise work between them.</summary>
    WorkerTeam Team { get; }

    /// <summary>Computes <c>C = op(A) op(B)</c> or <c>C += op(A) op(B)</c>.</summary>
    /// <param name="left">A, rows x inner; inner x rows where it is read transposed.</param>
    /// <param name="right">B, inner x columns; columns x inner where it is read transposed.</param>
    /// <param name="result">C, rows x columns; overwritten, or added to where <paramref name="add"/> is set. Must be neither A
    /// nor B.</param>
    /// <param name="transposed">The factors that are read transposed.</param>
    /// <param name="add">Adds to C instead of overwriting it.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, a matrix is not dense, or C is A or B.</exception>
    void Multiply(
        Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false);
}
