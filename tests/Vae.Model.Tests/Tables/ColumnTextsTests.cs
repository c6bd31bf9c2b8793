using System.Text;

namespace Vae.Model.Tests.Tables;

/// <summary>The list of a column's texts.</summary>
public sealed class ColumnTextsTests
{
    private readonly ColumnTexts _texts = new(new TextRoom(TextRoom.OfTable));

    [Fact]
    public void Texts_are_numbered_in_the_order_of_their_first_rows()
    {
        Assert.Equal([0, 1, 0, 2, 1, 1], new[] { "b", "a", "b", "", "a", "a" }.Select(Code));
        Assert.Equal(["b", "a", ""], Enumerable.Range(0, _texts.Count).Select(code => _texts[code]));
    }

    [Fact]
    public void Ten_thousand_texts_of_all_lengths_are_told_apart()
    {
        string[] all = [.. Enumerable.Range(0, 10_000).Select(i => new string((char)('a' + (i % 26)), i % 40) + i)];
        Assert.Equal(Enumerable.Range(0, all.Length), all.Select(Code));
        Assert.Equal(Enumerable.Range(0, all.Length).Reverse(), all.Reverse().Select(Code));
        Assert.Equal(all, Enumerable.Range(0, all.Length).Select(code => _texts[code]));
    }

    [Fact]
    public void Texts_that_differ_in_one_byte_are_told_apart()
    {
        for (var length = 1; length < 40; length++)
        {
            for (var place = 0; place < length; place++)
            {
                var text = new byte[length];
                text[place] = 1;
                Assert.Equal(_texts.Count, _texts.CodeOf(text));
            }
        }
    }

    [Fact]
    public void A_full_list_knows_its_texts_and_takes_no_more()
    {
        for (var i = 0; i < ColumnTexts.MostTexts; i++)
        {
            Assert.Equal(i, Code($"{i}"));
        }

        Assert.Equal(-1, Code("one more"));
        Assert.Equal(17, Code("17"));
        Assert.Equal(-1, Code("one more"));
    }

    [Fact]
    public void A_list_has_at_most_four_megabytes()
    {
        var text = new byte[ColumnTexts.MostBytes / 2];
        Assert.Equal(0, _texts.CodeOf(text));
        text[0] = 1;
        Assert.Equal(1, _texts.CodeOf(text));
        Assert.Equal(-1, _texts.CodeOf("x"u8));
        Assert.Equal(1, _texts.CodeOf(text));
    }

    [Fact]
    public void All_columns_of_a_table_share_one_room()
    {
        var room = new TextRoom(200);
        var (first, second) = (new ColumnTexts(room), new ColumnTexts(room));
        Assert.Equal(0, first.CodeOf(new byte[100]));
        Assert.Equal(-1, second.CodeOf(new byte[100]));
    }

    private int Code(string text) => _texts.CodeOf(Encoding.UTF8.GetBytes(text));
}
