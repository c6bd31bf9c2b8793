namespace Vae.Math.Tests;

public class RandomPermutationTests
{
    private static readonly int[] Sizes =
    [
        .. Enumerable.Range(1, 200),
        255, 256, 257, 961, 1000, 1023, 1024, 1025, 9_999, 65_535, 65_536, 65_537, 99_991, 1_000_003,
    ];

    [Fact]
    public void A_permutation_of_any_length_has_every_number_once()
    {
        foreach (var size in Sizes)
        {
            var order = new RandomPermutation(new RandomDraws((ulong)size, 2, 7), size);
            var seen = new bool[size];
            for (var place = 0; place < size; place++)
            {
                var number = order.At(place);
                Assert.False(seen[number], $"{number} of {size} comes twice.");
                seen[number] = true;
            }
        }
    }

    // Not all 2^31 - 1 of them: but no two of a million places spread over all have one number, and all parts of the range are
    // met.
    [Fact]
    public void A_permutation_of_the_largest_length_stays_in_range_and_repeats_no_number()
    {
        const int places = 1_000_000;
        var order = new RandomPermutation(new RandomDraws(1, 2, 3), int.MaxValue);
        var numbers = Enumerable.Range(0, places).Select(i => order.At(int.MaxValue - 1 - (i * 2147))).ToHashSet();

        Assert.Equal(places, numbers.Count);
        Assert.All(numbers, number => Assert.InRange(number, 0, int.MaxValue - 1));
        Assert.All(Enumerable.Range(0, 8), part => Assert.Contains(numbers, number => number >> 28 == part));
    }

    // Chi-squared of 50 x 50 cells of (place, number), 40 a cell: 49^2 = 2401 degrees of freedom, as rows and columns have fixed
    // sums. Its standard deviation is 69, so a fair one is beyond 5 of them less than once in a million seeds; the seed is fixed.
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Places_and_numbers_are_independent(int seed)
    {
        const int size = 100_000, cells = 50;
        var order = new RandomPermutation(new RandomDraws((ulong)seed, 2, 0), size);
        var counts = new int[cells, cells];
        for (var place = 0; place < size; place++)
        {
            counts[place / (size / cells), order.At(place) / (size / cells)]++;
        }

        var expected = (double)size / cells / cells;
        var chi = counts.Cast<int>().Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chi, 2401 - (5 * 69), 2401 + (5 * 69));
    }

    // Neighbours must not stay neighbours: the differences of one place to the next, modulo n, are uniform. 100 cells, 99
    // degrees of freedom, standard deviation 14.
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Neighbouring_places_have_unrelated_numbers(int seed)
    {
        const int size = 100_000, cells = 100;
        var order = new RandomPermutation(new RandomDraws((ulong)seed, 2, 0), size);
        var counts = new int[cells];
        for (var place = 0; place + 1 < size; place++)
        {
            counts[(order.At(place + 1) - order.At(place) + size) % size / (size / cells)]++;
        }

        var expected = (size - 1.0) / cells;
        Assert.InRange(counts.Sum(count => (count - expected) * (count - expected) / expected), 99 - (5 * 14), 99 + (5 * 14));
    }

    // Two unrelated orders agree in one place on average, whatever their length.
    [Fact]
    public void Another_seed_purpose_or_step_gives_another_order()
    {
        const int size = 10_007;
        var order = Listed(new RandomDraws(5, 2, 1));

        Assert.Equal(order, Listed(new RandomDraws(5, 2, 1)));
        foreach (var other in new RandomDraws[] { new(6, 2, 1), new(5, 4, 1), new(5, 2, 2) })
        {
            // Poisson of 1: more is one in ten million
            Assert.InRange(order.Zip(Listed(other)).Count(pair => pair.First == pair.Second), 0, 9);
        }

        static int[] Listed(RandomDraws draws)
        {
            var permutation = new RandomPermutation(draws, size);
            return [.. Enumerable.Range(0, size).Select(permutation.At)];
        }
    }

    [Fact]
    public void A_place_out_of_range_is_refused()
    {
        var order = new RandomPermutation(default, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => order.At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => order.At(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomPermutation(default, 0));
    }
}
