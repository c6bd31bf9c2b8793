using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// A linear algebra provider for MathNet whose products of real matrices are <see cref="SimdProduct{T}"/>'s. After one line,
/// <c>SimdLinearAlgebraProvider.Use();</c>, every product of dense <c>float</c> or <c>double</c> matrices in the process,
/// transposed or not, and of such a matrix with a vector on its right, runs on it.
/// </summary>
/// <param name="team">The threads of the products; the shared team where there is none. MathNet's
/// <c>Control.MaxDegreeOfParallelism</c> has no say in them.</param>
/// <remarks>
/// <para>MathNet keeps its provider for the whole process, so choosing one is the application's affair: nothing in this
/// library does. The models here take an <see cref="IMatrixProduct{T}"/> and need no provider.</para>
/// <para>Only <c>MatrixMultiply</c> and <c>MatrixMultiplyWithUpdate</c> of <c>float</c> and <c>double</c> are ours. Everything
/// else, the factorisations and complex numbers among it, is MathNet's managed provider, number for number.</para>
/// <para><c>a.Multiply(b, result)</c> allocates nothing once warm. Where <c>result</c> has the memory of a factor it holds the
/// product of what the factor held before. Arrays of another length than their shape says are refused.</para>
/// </remarks>
public sealed class SimdLinearAlgebraProvider(WorkerTeam? team = null)
    : ILinearAlgebraProvider, ISimdAlgebra<float>, ISimdAlgebra<double>, IManagedAlgebra<Complex>, IManagedAlgebra<Complex32>
{
    private readonly SimdProduct<float> _single = new(team);
    private readonly SimdProduct<double> _double = new(team);

    SimdProduct<float> ISimdAlgebra<float>.Product => _single;

    SimdProduct<double> ISimdAlgebra<double>.Product => _double;

    /// <summary>Makes MathNet compute with this provider from now on, in the whole process.</summary>
    /// <param name="team">The threads of the products; the shared team where there is none.</param>
    /// <returns>The provider that was in use until now: to go back, set <c>LinearAlgebraControl.Provider</c> to it.</returns>
    public static ILinearAlgebraProvider Use(WorkerTeam? team = null)
    {
        var before = LinearAlgebraControl.Provider;
        LinearAlgebraControl.Provider = new SimdLinearAlgebraProvider(team);
        return before;
    }

    /// <summary>Returns true: the provider needs only .NET itself.</summary>
    /// <returns>True.</returns>
    public bool IsAvailable() => true;

    /// <summary>Does nothing: nothing has to be initialised.</summary>
    public void InitializeVerify()
    {
    }

    /// <summary>Does nothing: no resource is held.</summary>
    public void FreeResources()
    {
    }

    /// <summary>The provider in one line, which MathNet's <c>Control.Describe()</c> prints.</summary>
    /// <returns>The implementation of the products, its width and its threads.</returns>
    public override string ToString() => $"{_single.Description}; the rest: {ManagedLinearAlgebraProvider.Instance}";
}
