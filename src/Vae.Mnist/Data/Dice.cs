namespace Vae.Mnist;

/// <summary>SplitMix64 (Steele, Lea and Flood, 2014): the random numbers of one drawn image.</summary>
internal struct Dice(ulong seed, ulong index)
{
    private ulong state = Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ index);

    /// <summary>A number from 0 to below a limit.</summary>
    public int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    /// <summary>A number in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>About normal with mean 0 and deviation 1, never beyond 3: the sum of three uniform numbers.</summary>
    public double Normal() => 2 * (Uniform() + Uniform() + Uniform() - 1.5);

    private ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
