using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The hyperbolic tangent, <c>y = tanh(x)</c>, element by element. Works in place: nothing but Y is needed on the way back.</summary>
/// <remarks>Derivation: docs/derivations.md, Tanh.</remarks>
public static class Tanh
{
    /// <summary>Computes <c>y = tanh(x)</c>, with the errors of <see cref="Elementwise.Tanh"/>; exactly -1 or 1 where x is far out, never NaN
    /// unless x is.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    /// <param name="team">The threads to use.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Forward<T>(Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => ElementwiseLayer.Forward<Formula<T>, T>(input, output, team);

    /// <summary>Given dL/dY, computes dL/dX: <c>dy (1 - y^2)</c>, exactly 0 where y is -1 or 1.</summary>
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
            => SimdElementary<TSimd, TVector, T>.Tanh(x); // y = tanh(x)

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var minusY = TSimd.Subtract(TSimd.Broadcast(T.Zero), y);
            return TSimd.Multiply(dy, TSimd.MultiplyAdd(minusY, y, TSimd.Broadcast(T.One))); // dx = dy (1 - y^2)
        }
    }
}
