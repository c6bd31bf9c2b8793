using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Products by MathNet itself, with whatever provider MathNet has loaded in this process: its managed one, or a native
/// one (MKL, OpenBLAS) that the application has added and chosen.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="team">The threads of the element-wise work around the products; the shared team where there is none.
/// The products' own threads are MathNet's affair.</param>
/// <remarks>MathNet allocates where it transposes or copies, so a training step over this product is
/// not free of allocation.</remarks>
public sealed class MathNetProduct<T>(WorkerTeam? team = null) : IMatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name
        => $"{LinearAlgebraControl.Provider}".Contains("MKL", StringComparison.OrdinalIgnoreCase) ? "mkl" : "mathnet";

    /// <inheritdoc/>
    public string Description => $"MathNet product, provider {LinearAlgebraControl.Provider}";

    /// <inheritdoc/>
    public WorkerTeam Team { get; } = team ?? WorkerTeam.Shared;

    /// <inheritdoc/>
    public void Multiply(
        Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false)
    {
        Shape.RequireProduct(left, right, result, transposed);
        if (add)
        {
            var product = Matrix<T>.Build.Dense(result.RowCount, result.ColumnCount);
            Overwrite(left, right, product, transposed);
            result.Add(product, result);                              // C += op(A) op(B)
        }
        else
        {
            Overwrite(left, right, result, transposed);
        }
    }

    private static void Overwrite(Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed)
    {
        switch (transposed)
        {
            case Transposed.Neither:
                left.Multiply(right, result);                         // C = A B
                break;
            case Transposed.Left:
                left.TransposeThisAndMultiply(right, result);         // C = A^T B
                break;
            case Transposed.Right:
                left.TransposeAndMultiply(right, result);             // C = A B^T
                break;
            default:
                left.TransposeThisAndMultiply(right.Transpose(), result); // C = A^T B^T
                break;
        }
    }
}
