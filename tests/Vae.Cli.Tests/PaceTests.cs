namespace Vae.Cli.Tests;

public sealed class PaceTests
{
    [Fact]
    public void Nothing_is_said_before_there_is_anything_to_go_by()
    {
        var pace = new Pace();

        pace.Note("first", 100);

        Assert.Equal("", pace.Describe(1000, "images"));
    }

    [Fact]
    public void The_rate_is_what_was_done_since()
    {
        var pace = new Pace();
        pace.Note("first", 0);
        Thread.Sleep(50);
        pace.Note("first", 1000);

        Assert.InRange(pace.Rate!.Value, 100, 20_000);
        Assert.Matches(@"^ +[\d,]+ images/s  \d+:\d\d left$", pace.Describe(1000, "images"));
    }

    [Fact]
    public void What_was_skipped_between_two_models_counts_for_nothing()
    {
        var pace = new Pace();
        pace.Note("first", 0);
        Thread.Sleep(20);
        pace.Note("second", 1_000_000);                               // the first one was trained before

        Assert.Null(pace.Rate);
    }
}
