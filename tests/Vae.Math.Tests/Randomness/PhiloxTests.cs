namespace Vae.Math.Tests;

public class PhiloxTests
{
    // The known-answer vectors that the authors publish with Random123 1.14 (tests/kat_vectors, philox 4 32 10).
    [Theory]
    [InlineData(
        new uint[] { 0, 0, 0, 0 }, 0UL,
        new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(
        new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, 0xffffffff_ffffffffUL,
        new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(
        new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, 0x299f31d0_a4093822UL,
        new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Gives_the_published_words(uint[] counter, ulong key, uint[] expected)
    {
        var (w0, w1, w2, w3) = Philox.Words((counter[0], counter[1], counter[2], counter[3]), key);

        Assert.Equal(expected, new[] { w0, w1, w2, w3 });
    }

    [Fact]
    public void Every_word_of_the_counter_and_either_half_of_the_key_matter()
    {
        (uint, uint, uint, uint)[] words =
        [
            Philox.Words((0, 0, 0, 0), 0),
            Philox.Words((1, 0, 0, 0), 0),
            Philox.Words((0, 1, 0, 0), 0),
            Philox.Words((0, 0, 1, 0), 0),
            Philox.Words((0, 0, 0, 1), 0), Philox.Words((0, 0, 0, 0), 1), Philox.Words((0, 0, 0, 0), 1UL << 32),
        ];

        Assert.Equal(words.Length, words.Distinct().Count());
    }
}
