using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The logarithm of the gamma function and its derivative, in double, for arguments above 0; the same bits for one
/// number and for many.</summary>
/// <remarks>Infinite at 0 (digamma: minus infinity); NaN below 0 and at NaN. Destinations may be the source itself.</remarks>
internal static class SpecialFunctions
{
    /// <summary>log Gamma(x), off by at most 2e-14 times the larger of 1 and its magnitude.</summary>
    public static double LogGamma(double x) => SimdSpecial<Scalar<double>, double>.LogGamma(x);

    /// <summary>psi(x), off by at most 2e-14 times the larger of 1 and its magnitude.</summary>
    public static double Digamma(double x) => SimdSpecial<Scalar<double>, double>.Digamma(x);

    /// <inheritdoc cref="LogGamma(double)"/>
    public static void LogGamma(ReadOnlySpan<double> source, Span<double> destination)
        => Map<LogGammaFunction>(source, destination);

    /// <inheritdoc cref="Digamma(double)"/>
    public static void Digamma(ReadOnlySpan<double> source, Span<double> destination)
        => Map<DigammaFunction>(source, destination);

    private static void Map<TFunction>(ReadOnlySpan<double> source, Span<double> destination)
        where TFunction : struct, ISimdFunction<double>
    {
        Elementwise.RequireLength(source.Length, destination.Length);
        var loop = new MapLoop<TFunction, double>(source, destination);
        SimdLoop.Run<MapLoop<TFunction, double>, double>(ref loop, source.Length);
    }
}

internal readonly struct LogGammaFunction : ISimdFunction<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
        => SimdSpecial<TSimd, TVector>.LogGamma(x);
}

internal readonly struct DigammaFunction : ISimdFunction<double>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
        => SimdSpecial<TSimd, TVector>.Digamma(x);
}
