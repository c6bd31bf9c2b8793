using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A function <c>y = f(x)</c> of one number, on vectors, whose derivative can be read off its result.</summary>
internal interface ISimdActivation<T> : ISimdFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>dx from y and dy, <c>dx = dy f'(x)</c>.</summary>
    static abstract TVector Gradient<TSimd, TVector>(TVector y, TVector dy)
        where TSimd : ISimd<TVector, T>
        where TVector : struct;
}
