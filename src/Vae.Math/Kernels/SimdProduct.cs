using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>Placeholder.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SimdProduct<T>(WorkerTeam? team = null) : IMatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Description => $"SIMD product: {SimdWidth.Bits} bit, {Team.Threads} threads";

    /// <inheritdoc/>
    public WorkerTeam Team { get; } = team ?? WorkerTeam.Shared;

    /// <inheritdoc/>
    public void Multiply(Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false)
        => new ReferenceProduct<T>().Multiply(left, right, result, transposed, add);
}
