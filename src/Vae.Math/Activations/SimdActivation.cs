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

/// <summary>The gradient of each number of a span.</summary>
internal readonly ref struct GradientLoop<TActivation, T>(
    ReadOnlySpan<T> output, ReadOnlySpan<T> outputGradient, Span<T> inputGradient) : ISimdLoop<T>
    where TActivation : struct, ISimdActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _output = output;
    private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
    private readonly Span<T> _inputGradient = inputGradient;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var i = start;
        for (; i <= end - TSimd.Count; i += TSimd.Count)
        {
            var (y, dy) = (TSimd.Load(in _output[i]), TSimd.Load(in _outputGradient[i]));
            TSimd.Store(TActivation.Gradient<TSimd, TVector>(y, dy), ref _inputGradient[i]);
        }

        return i;
    }
}
