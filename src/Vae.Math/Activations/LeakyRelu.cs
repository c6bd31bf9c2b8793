using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The leaky rectifier, <c>y = x</c> above 0 and <c>y = 0.01 x</c> below, element by element. Works in place: nothing but Y is
/// needed on the way back.</summary>
/// <remarks>Derivation: docs/derivations.md, LeakyRelu.</remarks>
public static class LeakyRelu
{
    /// <summary>Computes <c>y = x</c> where x is above 0, else <c>0.01 x</c>; NaN stays NaN.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    /// <param name="team">The threads to use.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Forward<T>(Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => ElementwiseLayer.Forward<Formula<T>, T>(input, output, team);

    /// <summary>Given dL/dY, computes dL/dX: dY where y is above 0, else 0.01 dY. At the corner itself the derivative is taken as 0.01, as
    /// PyTorch does.</summary>
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
            => Gradient<TSimd, TVector>(x, x); // y = x > 0 ? x : slope x

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var slope = SimdPolynomial<TSimd, TVector, T>.Constant(0.01f, 0.01);
            return TSimd.WherePositive(y, dy, TSimd.Multiply(slope, dy)); // dx = y > 0 ? dy : slope dy
        }
    }
}
