using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The softplus, <c>y = log(1 + exp(x))</c>, element by element: a rectifier without a corner. Works in place: nothing but Y is
/// needed on the way back.</summary>
/// <remarks>Derivation: docs/derivations.md, Softplus.</remarks>
public static class Softplus
{
    /// <summary>Computes <c>y = log(1 + exp(x))</c>, with the errors of <see cref="Elementwise.Softplus"/>; never NaN unless x is.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    /// <param name="team">The threads to use.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Forward<T>(Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => ElementwiseLayer.Forward<Formula<T>, T>(input, output, team);

    /// <summary>Given dL/dY, computes dL/dX: <c>dy (1 - exp(-y))</c>, from an exp - 1 that does not cancel where y is next to nothing.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="output">Y, as <see cref="Forward"/> left it.</param>
    /// <param name="outputGradient">dY, of the same shape.</param>
    /// <param name="inputGradient">dX, of the same shape; overwritten; may be dY itself.</param>
    /// <param name="team">The threads to use.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Backward<T>(Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => ElementwiseLayer.Backward<Formula<T>, T>(output, outputGradient, inputGradient, team);

    internal readonly struct Formula<T> : ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Of<TSimd, TVector>(TVector x)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => SimdElementary<TSimd, TVector, T>.Softplus(x); // y = log(1 + exp(x))

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => TSimd.Multiply(dy, SimdElementary<TSimd, TVector, T>.OneMinusExpMinus(y)); // dx = dy (1 - exp(-y))
    }
}
