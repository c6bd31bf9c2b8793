using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The logistic function, <c>y = 1 / (1 + exp(-x))</c>, element by element: from a logit to a probability.</summary>
/// <remarks>Training does not use it, see <see cref="BinaryCrossEntropy{T}"/>. Derivation: docs/derivations.md, Sigmoid.</remarks>
public static class Sigmoid
{
    /// <summary>Computes <c>y = 1 / (1 + exp(-x))</c>; exactly 0 or 1 where x is far out, never NaN unless x is.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Forward<T>(Matrix<T> input, Matrix<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => ElementwiseLayer.Forward<Formula<T>, T>(input, output, WorkerTeam.OfOne);

    /// <summary>Given dL/dY, computes dL/dX.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="output">Y, as <see cref="Forward"/> left it.</param>
    /// <param name="outputGradient">dY, of the same shape.</param>
    /// <param name="inputGradient">dX, of the same shape; overwritten; may be dY itself.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Backward<T>(Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => ElementwiseLayer.Backward<Formula<T>, T>(output, outputGradient, inputGradient, WorkerTeam.OfOne);

    internal readonly struct Formula<T> : ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Of<TSimd, TVector>(TVector x)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => SimdElementary<TSimd, TVector, T>.Sigmoid(x); // y = 1 / (1 + exp(-x))

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => TSimd.Multiply(TSimd.Multiply(dy, y), TSimd.Subtract(TSimd.Broadcast(T.One), y)); // dx = dy y (1 - y)
    }
}
