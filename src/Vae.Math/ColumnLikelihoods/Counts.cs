using System.Numerics;

namespace Vae.Math;

/// <summary>The parts that families of counts share. They compute in double whatever T is: a float loses the digits of a
/// difference of logarithms of factorials.</summary>
internal static class Counts
{
    /// <summary>Draws that are computed at once, in scratch on the stack.</summary>
    public const int DrawsAtOnce = 128;

    /// <summary>The largest logarithm of a mean or a size; e^700 squares to infinity but leaves room for sums and logarithms.
    /// Beyond, the loss stays where it is, and the gradient, too.</summary>
    public const double MostLog = 700;

    /// <summary>The largest count, 2^53: above it not every whole number is a double.</summary>
    public const double Most = 1L << 53;

    /// <summary>The values that a count may have, as words.</summary>
    public const string Range = "a whole number from 0 to 2^53";

    private const int Tabulated = 256;
    private const int Summed = 16;                                    // as long as sums of logarithms are the more precise
    private static readonly double[] _logs = [.. Enumerable.Range(0, Tabulated).Select(x => x == 0 ? 0 : double.Log(x))];
    private static readonly double[] _rests = [.. Enumerable.Range(0, Tabulated).Select(x => Rest(x, _logs[x]))];

    /// <summary>Whether x is a count.</summary>
    public static bool Accepts<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => x >= T.Zero && x <= T.CreateTruncating(Most) && T.IsInteger(x); // NaN answers no

    /// <summary>The mean e^o, finite.</summary>
    public static double Mean(double o) => double.Exp(double.Min(o, MostLog));

    /// <summary>Converts numbers to double.</summary>
    public static void Read<T>(ReadOnlySpan<T> source, Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = double.CreateTruncating(source[i]);
        }
    }

    /// <summary>Converts numbers from double; one that is too large for T becomes T's largest.</summary>
    public static void Write<T>(ReadOnlySpan<double> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var most = typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue;
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = T.CreateTruncating(double.Clamp(source[i], -most, most)); // NaN stays
        }
    }

    /// <summary>Computes log x (0 at 0) and <c>log x! - x log x + x</c> of each count.</summary>
    public static void Terms(ReadOnlySpan<double> x, Span<double> logs, Span<double> rests)
    {
        for (var i = 0; i < x.Length; i++)
        {
            if (i > 0 && x[i] == x[i - 1])
            {
                (logs[i], rests[i]) = (logs[i - 1], rests[i - 1]);    // the draws of one sample
            }
            else if (x[i] < Tabulated)
            {
                (logs[i], rests[i]) = (_logs[(int)x[i]], _rests[(int)x[i]]);
            }
            else
            {
                logs[i] = double.Log(x[i]);
                rests[i] = Rest(x[i], logs[i]);
            }
        }
    }

    private static double Rest(double x, double log)
    {
        if (x >= Summed)
        {
            var rest = SimdSpecial<Scalar<double>, double>.StirlingRest(x, out _);
            return (0.5 * (log + double.Log(2 * double.Pi))) + rest;  // log(2 pi x) / 2 + d(x)
        }

        var sum = x - (x * log);
        for (var k = 2; k <= x; k++)
        {
            sum += double.Log(k);                                     // log x! = log 2 + ... + log x
        }

        return sum;
    }
}
