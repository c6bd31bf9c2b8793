using System.Diagnostics;
using Spectre.Console;

namespace Vae.Cli;

/// <summary>A bar at the bottom of the terminal and the lines that stay above it.</summary>
internal sealed class BarDisplay : Display
{
    private const int Narrow = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private ProgressContext? _context;
    private ProgressTask? _task;

    public override TResult Run<TResult>(Func<TResult> work)
    {
        try
        {
            return Bar().Start(context =>
            {
                _context = context;
                return work();
            });
        }
        finally
        {
            Forget();
        }
    }

    public override async Task<TResult> RunAsync<TResult>(Func<Task<TResult>> work)
    {
        try
        {
            return await Bar().StartAsync(context =>
            {
                _context = context;
                return work();
            }).ConfigureAwait(false);
        }
        finally
        {
            Forget();
        }
    }

    public override void Line(string text) => _console.MarkupLineInterpolated($"{text}");

    public override void Update(string what, double done, double total)
    {
        _task ??= _context?.AddTask(Markup.Escape(what), maxValue: total);
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

    private Progress Bar() => _console.Progress().AutoClear(true).Columns(Columns());

    private void Forget()
    {
        _context = null;
        _task = null;
    }

    // At 80 columns the words take 65, so the bar is short and its percentage left out.
    private ProgressColumn[] Columns()
    {
        var isNarrow = _console.Profile.Width < Narrow;
        var words = new TaskDescriptionColumn { Alignment = Justify.Left };
        var bar = new ProgressBarColumn { Width = isNarrow ? 10 : 30 };
        return isNarrow ? [words, bar] : [words, bar, new PercentageColumn()];
    }
}
