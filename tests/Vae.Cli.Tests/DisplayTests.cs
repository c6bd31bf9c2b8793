using Spectre.Console;
using Vae.Model;

namespace Vae.Cli.Tests;

public sealed class DisplayTests
{
    private static readonly Objective Loss = new(100.25, 20.25, 1);

    [Fact]
    public void Redirected_progress_is_a_plain_line_for_each_epoch()
    {
        using var error = new StringWriter();
        var display = Display.For(error, quiet: false);

        Assert.Equal(7, display.Run(() => Train(display)));

        var lines = error.ToString().ReplaceLineEndings("\n");
        Assert.Equal("data: drawn\nepoch 1/2  loss 120.50, KL 20.25    1.5 s  best\nnote: fine\n", lines);
        Assert.DoesNotContain(lines, sign => char.IsControl(sign) && sign != '\n');
    }

    [Fact]
    public void Quiet_progress_prints_nothing()
    {
        using var error = new StringWriter();
        var display = Display.For(error, quiet: true);

        Assert.Equal(7, display.Run(() => Train(display)));

        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void A_terminal_shows_epoch_loss_rate_and_remaining_time_within_80_columns()
    {
        using var screen = new StringWriter();
        var display = On(screen);

        display.Run(() =>
        {
            display.Training("model 1/5  ", At(epoch: 1, samples: 100));
            Thread.Sleep(300);
            display.Training("model 1/5  ", At(epoch: 1, samples: 1000));
            Thread.Sleep(300);
            return 0;
        });

        Assert.Matches(@"model 1/5  epoch 1/2  loss 120\.5.*[\d,]+ images/s.*\d\d:\d\d:\d\d", screen.ToString());
        Assert.Contains("[2K", screen.ToString(), StringComparison.Ordinal); // the line of the bar is cleared at the end
    }

    [Fact]
    public void A_terminal_keeps_lines_above_the_bar()
    {
        using var screen = new StringWriter();
        var display = On(screen);

        display.Run(() => Train(display));

        Assert.Contains("data: drawn", screen.ToString(), StringComparison.Ordinal);
        Assert.Contains("epoch 1/2  loss 120.50, KL 20.25    1.5 s  best", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_that_an_earlier_process_trained_are_not_in_the_rate()
    {
        using var screen = new StringWriter();
        var display = On(screen);

        display.Run(() =>
        {
            display.Training("", At(epoch: 2, samples: 1_000));        // resumed: 60,000 samples were trained before
            Thread.Sleep(300);
            display.Training("", At(epoch: 2, samples: 1_010));
            Thread.Sleep(300);
            return 0;
        });

        Assert.Matches(@" \d{1,3} images/s", screen.ToString());       // 10 samples in 0.3 s; counted from 0 it would be 200,000
        Assert.DoesNotMatch(@"\d,\d{3} images/s", screen.ToString());
    }

    [Fact]
    public async Task A_failure_in_the_work_is_rethrown_and_the_bar_is_removed()
    {
        using var screen = new StringWriter();
        var display = On(screen);

        await Assert.ThrowsAsync<InvalidDataException>(() => display.RunAsync<int>(() => throw new InvalidDataException()));
        Assert.Equal(3, await display.RunAsync(() => Task.FromResult(3)));
    }

    private static int Train(Display display)
    {
        display.Line("data: drawn");
        display.Training("", At(epoch: 1, samples: 10));
        var epoch = new EpochMetrics(1, 100, Loss, null, IsBest: true, Seconds: 1.5);
        display.Training("", At(epoch: 1, samples: 100) with { Finished = epoch });
        display.Line("note: fine");
        return 7;
    }

    private static TrainingProgress At(int epoch, int samples) => new(epoch, 2, samples, 60_000, Loss, null);

    private static Display On(StringWriter screen)
    {
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(screen),
        });
        terminal.Profile.Width = 80;
        return Display.On(terminal);
    }
}
