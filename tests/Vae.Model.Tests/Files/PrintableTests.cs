namespace Vae.Model.Tests;

public class PrintableTests
{
    [Theory]
    [InlineData("encoder.mean.weight", "encoder.mean.weight")]
    [InlineData("ä 数 😀", "ä 数 😀")]
    [InlineData("\u001b[2J", @"\u{1B}[2J")]
    [InlineData("a\r\n\0\u007f\u009b", @"a\u{D}\u{A}\u{0}\u{7F}\u{9B}")]
    [InlineData("\u202e\u2066\u200b", @"\u{202E}\u{2066}\u{200B}")]
    [InlineData("\u2028\u2029", @"\u{2028}\u{2029}")]
    public void Control_and_invisible_characters_are_escaped(string text, string shown)
    {
        Assert.Equal(shown, Printable.Cut(text));
        Assert.Equal(shown, Printable.Escaped(text));
    }

    // Half a pair; not as an argument of a theory, which could not be written into a report of the tests.
    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced() => Assert.Equal("\ufffdx", Printable.Cut("\ud800x"));

    [Fact]
    public void A_long_name_is_cut_and_a_message_is_cut_at_a_greater_length()
    {
        var text = new string('x', 1_000_000);
        Assert.Equal(new string('x', 80) + "...", Printable.Cut(text));
        Assert.Equal(new string('x', 400) + "...", Printable.Message(new InvalidOperationException(text)));
        Assert.Equal(text, Printable.Escaped(text));
        Assert.Equal("", Printable.Cut(null));
    }
}
