using System.Diagnostics;
using Spectre.Console;

namespace Vae.Cli;

/// <summary>A bar at the bottom of the terminal, with percentage and time left, and the lines that stay above it.</summary>
internal sealed class BarDisplay : Display
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private ProgressTask? _task;

    public override TResult Run<TResult>(Func<TResult> work)
        => _console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                _task = context.AddTask("starting", maxValue: 1);
                return work();
            });

    public override void Line(string text) => _console.MarkupLineInterpolated($"{text}");

    public override void Update(string what, double done, double total)
    {
        if (_task is { } task)
        {
            task.Description = Markup.Escape(what);
            task.MaxValue = total;
            task.Value = done;
        }
    }

    protected override bool IsDue()
    {
        if (_sinceShown.Elapsed < Interval)
        {
            return false;
        }

        _sinceShown.Restart();
        return true;
    }
}
