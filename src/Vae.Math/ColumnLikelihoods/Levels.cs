using System.Numerics;

namespace Vae.Math;

/// <summary>The parts that families of levels share.</summary>
internal static class Levels
{
    /// <summary>The values that x may have, as words.</summary>
    public static string Range(int levels) => $"the place of a level, a whole number from 0 to {levels - 1}";

    /// <summary>Whether x is the place of a level.</summary>
    public static bool Accepts<T>(T x, int levels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => x >= T.Zero && x < T.CreateTruncating(levels) && T.IsInteger(x); // NaN answers no

    /// <summary>The first place of the largest probability; NaN where one is NaN.</summary>
    public static double Largest(ReadOnlySpan<double> probabilities)
    {
        var largest = 0;
        for (var level = 0; level < probabilities.Length; level++)
        {
            if (double.IsNaN(probabilities[level]))
            {
                return double.NaN;
            }

            largest = probabilities[level] > probabilities[largest] ? level : largest;
        }

        return largest;
    }

    /// <summary>The first place whose probability, with those before it, is above a number; NaN where one is NaN.</summary>
    public static double At(ReadOnlySpan<double> probabilities, double u)
    {
        var sum = 0.0;
        var last = double.NaN;
        for (var level = 0; level < probabilities.Length; level++)
        {
            sum += probabilities[level];
            if (u < sum)
            {
                return level;
            }

            last = probabilities[level] > 0 ? level : last;           // of what rounding leaves below 1
        }

        return double.IsNaN(sum) ? sum : last;
    }
}
