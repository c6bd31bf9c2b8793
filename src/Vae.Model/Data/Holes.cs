using System.Numerics;

namespace Vae.Model;

/// <summary>Missing numbers of samples, which are gathered as NaN.</summary>
internal static class Holes
{
    /// <summary>Whether any number of any sample may be missing.</summary>
    public static bool HasMissing(this ISampleSource data) => data is IIncompleteSamples { HasMissing: true };

    /// <summary>Whether any of the numbers is missing.</summary>
    public static bool AnyIn<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var number in numbers)
        {
            if (T.IsNaN(number))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Puts 0 in the place of each missing number.</summary>
    /// <param name="numbers">The numbers; missing ones overwritten.</param>
    public static void Fill<T>(Span<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref var number in numbers)
        {
            number = T.IsNaN(number) ? T.Zero : number;
        }
    }

    /// <summary>Puts 0 in the place of each missing number, and marks the others.</summary>
    /// <param name="numbers">The numbers; missing ones overwritten.</param>
    /// <param name="observed">As many marks, 1 for a number that is there and 0 for a missing one; overwritten.</param>
    public static void Fill<T>(Span<T> numbers, Span<T> observed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            observed[i] = T.IsNaN(numbers[i]) ? T.Zero : T.One;
        }

        Fill(numbers);
    }
}
