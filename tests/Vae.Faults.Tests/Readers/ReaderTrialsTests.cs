namespace Vae.Faults.Tests;

/// <summary>The campaign fails for readers with each of the defects that it looks for.</summary>
public class ReaderTrialsTests
{
    [Fact]
    public void An_unexpected_exception_fails_with_reader_seed_and_trial()
        => Assert.Contains(
            "bad files, VAE_FAULTS_SEED=9, trial 3: System.OverflowException",
            FailureOf(trial => trial < 3 ? true : throw new OverflowException()),
            StringComparison.Ordinal);

    [Fact]
    public void A_subclass_of_the_expected_exception_fails()
        => Assert.Contains(
            "trial 0: System.IO.EndOfStreamException",
            FailureOf(_ => throw new EndOfStreamException("/x/file")),
            StringComparison.Ordinal);

    [Fact]
    public void A_read_that_allocates_too_much_fails()
        => Assert.Contains("trial 0: allocated", FailureOf(_ => new byte[65 << 20].Length > 0), StringComparison.Ordinal);

    [Fact]
    public void A_read_that_takes_too_long_fails()
        => Assert.Contains("trial 0: took", FailureOf(_ => SlowBy(450)), StringComparison.Ordinal);

    [Fact]
    public void A_read_that_hangs_is_ended_and_named()
        => Assert.Contains("trial 1: no end after", FailureOf(trial => trial == 0 || SlowBy(30_000)), StringComparison.Ordinal);

    [Fact]
    public void A_slow_read_is_repeated_before_it_fails()
    {
        var isFirst = true;
        Assert.Null(Record.Exception(() => RunOf(_ => isFirst && SlowBy(450) | !(isFirst = false))));
    }

    [Fact]
    public void A_message_with_terminal_commands_fails()
        => Assert.Contains(
            "control characters", FailureOf(_ => throw new IOException("/x/file \u001b[2J")), StringComparison.Ordinal);

    [Fact]
    public void A_message_that_is_too_long_fails()
        => Assert.Contains(
            "a message of", FailureOf(_ => throw new IOException("/x/file" + new string('x', 3000))), StringComparison.Ordinal);

    private static bool SlowBy(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return true;
    }

    private static string FailureOf(Func<int, bool> read) => Assert.ThrowsAny<Exception>(() => RunOf(read)).Message;

    private static void RunOf(Func<int, bool> read)
    {
        using var folder = new ReaderFolder();
        var trial = -1;
        var reader = new HostileReader
        {
            Name = "bad files",
            Path = folder["file"],
            Seeds = [],
            Form = FileForm.Binary,
            Refusal = typeof(IOException),
            Read = () => read(++trial),
        };
        var trials = new ReaderTrials(reader) { Limit = TimeSpan.FromMilliseconds(400), Hang = TimeSpan.FromSeconds(5) };
        trials.Run(count: 5, seed: 9, _ => []);
    }
}
