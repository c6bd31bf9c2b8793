namespace Vae.Math;

/// <summary>The random numbers of one entry of a drawn table: a pure function of the stream and the entry. There are 1,024; later
/// ones would be those of the next entry.</summary>
/// <param name="draws">The stream.</param>
/// <param name="entry">The entry's number: sample times features plus feature.</param>
internal struct EntryDraws(RandomDraws draws, long entry)
{
    private const int BlocksBits = 8;                                 // 256 blocks of four words for each entry
    private long _next = entry << (BlocksBits + 2);

    /// <summary>A number that is uniform in (0, 1), from 32 bits.</summary>
    public double Uniform() => draws.Uniform(_next++) + (RandomDraws.WordScale / 2);

    /// <summary>A draw from N(0, 1), by Box and Muller's method.</summary>
    public double Normal()
        => double.Sqrt(-2 * double.Log(Uniform())) * double.Cos(2 * double.Pi * Uniform());
}
