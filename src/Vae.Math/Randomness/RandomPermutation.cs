namespace Vae.Math;

/// <summary>
/// A random order of the numbers 0 to n - 1 that is computed place by place: no list of them, so memory does not grow with n. A
/// pure function of (draws, n, place).
/// </summary>
/// <remarks>
/// A Feistel network over pairs (x, y), x below a and y below b, where a is the root of n, rounded up, and b is n / a, rounded
/// up: a round adds to the one number, modulo its bound, a random function of the other. Each round can be undone, so all of them
/// are a permutation of the a b pairs. A pair that stands for no number below n is sent through again until one does (cycle
/// walking); as a b - n is below a, that is as good as never. docs/derivations.md shows why the result is a permutation of the n
/// numbers. Source: Black and Rogaway 2002, "Ciphers with arbitrary finite domains", the cycle-walking cipher and the
/// generalised-Feistel cipher; Luby and Rackoff 1988 for why a few rounds suffice.
/// </remarks>
internal readonly struct RandomPermutation
{
    private const int Rounds = 6;

    private readonly RandomDraws _draws;
    private readonly uint _a;
    private readonly uint _b;

    /// <summary>Makes an order.</summary>
    /// <param name="draws">The random numbers that choose the order.</param>
    /// <param name="count">n, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public RandomPermutation(RandomDraws draws, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _draws = draws;
        Count = count;
        _a = (uint)double.Ceiling(double.Sqrt(count));
        _b = (uint)(((long)count + _a - 1) / _a);
    }

    /// <summary>n, the length of the order.</summary>
    public int Count { get; }

    /// <summary>The number that stands at a place.</summary>
    /// <param name="place">0 to <see cref="Count"/> less one.</param>
    /// <returns>0 to <see cref="Count"/> less one, another one for every place.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public int At(int place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Count);
        var number = (uint)place;
        do
        {
            number = Permute(number);
        }
        while (number >= (uint)Count);                                // a b - n numbers stand for nothing: on to where they lead

        return (int)number;
    }

    // Of the numbers below a b, which is below 2^31 + 2^16.
    private uint Permute(uint number)
    {
        var (x, y) = (number % _a, number / _a);
        for (var round = 0; round < Rounds; round += 2)
        {
            x = Add(x, Random(round, y, _a), _a);                     // x <- x + f(y) mod a
            y = Add(y, Random(round + 1, x, _b), _b);                 // y <- y + g(x) mod b
        }

        return x + (y * _a);
    }

    private static uint Add(uint one, uint other, uint bound)
    {
        var sum = one + other;                                        // both are below 2^16
        return sum < bound ? sum : sum - bound;
    }

    // 0 to the bound less one; uneven by 2^-16 at most, as there are 2^32 draws for less than 2^16 numbers.
    private uint Random(int round, uint value, uint bound) => (uint)(_draws.Uniform(((long)round << 32) | value) * bound);
}
