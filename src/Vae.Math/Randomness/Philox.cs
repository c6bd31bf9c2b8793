namespace Vae.Math;

/// <summary>
/// Philox 4x32-10: a block cipher used as a counter-based generator. Four random words are a pure function of a counter
/// and a key, so there is no state to carry, to save or to share between threads.
/// </summary>
/// <remarks>
/// Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 4.3 (the multipliers, the
/// Weyl constants, ten rounds).
/// </remarks>
internal static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>Four random words of 32 bits.</summary>
    /// <param name="counter">The position; every position gives other words.</param>
    /// <param name="key">The seed.</param>
    /// <returns>Words that are each uniform over all 32-bit values.</returns>
    public static (uint W0, uint W1, uint W2, uint W3) Words((uint C0, uint C1, uint C2, uint C3) counter, ulong key)
    {
        var (c0, c1, c2, c3) = counter;
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = (
                (uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }
}
