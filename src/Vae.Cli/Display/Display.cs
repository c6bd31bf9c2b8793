using System.Diagnostics;
using Spectre.Console;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Shows the progress of long-running work: a bar on a terminal, plain lines in a file or
/// pipe, nothing when quiet.</summary>
internal sealed class Display
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly IAnsiConsole? _terminal;
    private readonly TextWriter? _lines;
    private readonly Stopwatch _sinceShown = Stopwatch.StartNew();
    private readonly RateColumn _rate = new();
    private ProgressContext? _context;
    private ProgressTask? _bar;
    private string? _shown;
    private double _skipped;

    private Display(IAnsiConsole? terminal, TextWriter? lines)
    {
        _terminal = terminal;
        _lines = lines;
    }

    /// <summary>The display that fits standard error.</summary>
    /// <param name="error">Standard error, or a writer in its place.</param>
    /// <param name="quiet">Whether to show nothing.</param>
    public static Display For(TextWriter error, bool quiet)
        => quiet ? new Display(null, null)
            : ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected
                ? On(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }))
            : new Display(null, error);

    /// <summary>A display on a terminal.</summary>
    public static Display On(IAnsiConsole terminal) => new(terminal, null);

    /// <summary>Runs work while the bar is up.</summary>
    public TResult Run<TResult>(Func<TResult> work) => _terminal is null ? work() : Bar(_terminal).Start(context =>
    {
        Begin(context);
        return work();
    });

    /// <summary>Runs work without a result while the bar is up.</summary>
    public void Run(Action work) => Run(() =>
    {
        work();
        return true;
    });

    /// <summary>Runs asynchronous work while the bar is up.</summary>
    public Task<TResult> RunAsync<TResult>(Func<Task<TResult>> work)
        => _terminal is null ? work() : Bar(_terminal).StartAsync(context =>
    {
        Begin(context);
        return work();
    });

    /// <summary>Shows a line that stays.</summary>
    public void Line(string text)
    {
        _terminal?.MarkupLineInterpolated($"{text}");
        _lines?.WriteLine(text);
    }

    /// <summary>Shows notes, a line each.</summary>
    public void Notes(IEnumerable<string> notes)
    {
        foreach (var note in notes)
        {
            Line($"note: {note}");
        }
    }

    /// <summary>Moves the bar; plain lines have none.</summary>
    /// <param name="name">The work; when it changes, the units since the last report count as skipped, not done.</param>
    /// <param name="state">A short state of the work.</param>
    /// <param name="done">Units done.</param>
    /// <param name="total">Units to do.</param>
    /// <param name="unit">The unit's name, such as images.</param>
    public void Update(string name, string state, double done, double total, string unit)
    {
        if (_context is null || (_bar is not null && _sinceShown.Elapsed < Interval))
        {
            return;
        }

        _sinceShown.Restart();
        _bar ??= _context.AddTask(Markup.Escape(name + state), maxValue: total);
        if (name != _shown)
        {
            _skipped = done - _bar.Value;
            _shown = name;
        }

        _bar.Description = Markup.Escape(name + state);
        _bar.MaxValue = total - _skipped;                             // this process alone, for the rate and remaining time
        _bar.Value = done - _skipped;
        _rate.Unit = unit;
    }

    /// <summary>Shows a training: the state of its epoch, and a line for each finished one.</summary>
    /// <param name="model">The model's name, where there are several; else empty.</param>
    /// <param name="training">The state of the training.</param>
    /// <param name="doneBefore">The training samples of earlier models.</param>
    /// <param name="total">The training samples of all models; 0 for those of this one.</param>
    /// <param name="unit">The samples' name.</param>
    public void Training(string model, TrainingProgress training, double doneBefore = 0, double total = 0, string unit = "images")
    {
        if (training.Finished is { } epoch)
        {
            Line(Describe(epoch, training.Epochs));
            return;
        }

        var done = doneBefore + ((double)(training.Epoch - 1) * training.EpochSamples) + training.Samples;
        var all = total > 0 ? total : (double)training.Epochs * training.EpochSamples;
        Update(model, $"epoch {training.Epoch}/{training.Epochs}  loss {training.Training.Loss:F1}", done, all, unit);
    }

    private void Begin(ProgressContext context) => (_context, _bar, _shown, _skipped) = (context, null, null, 0);

    // The bar fits 80 columns.
    private Progress Bar(IAnsiConsole terminal) => terminal.Progress().AutoClear(true).Columns(
        new TaskDescriptionColumn { Alignment = Justify.Left },
        new ProgressBarColumn { Width = 16 },
        _rate,
        new RemainingTimeColumn());

    // The line fits 80 columns where the loss is the negative ELBO.
    private static string Describe(EpochMetrics epoch, int epochs)
    {
        var number = $"{epoch.Epoch}".PadLeft($"{epochs}".Length);
        var validation = epoch.Validation is { } value ? $"  validation {Describe(value)}" : "";
        var best = epoch.IsBest ? "  best" : "";
        return $"epoch {number}/{epochs}  loss {Describe(epoch.Training)}{validation}  {epoch.Seconds,5:F1} s{best}";
    }

    // The loss is the whole objective. If it is the negative ELBO, the loss less the KL is the reconstruction error; if not,
    // the negative ELBO at weight 1 compares with other runs.
    private static string Describe(Objective objective)
        => double.Abs(objective.Loss - objective.NegativeElbo) < 0.005
            ? $"{objective.Loss,6:F2}, KL {objective.Kl,5:F2}"
            : $"{objective.Loss,6:F2}, -ELBO {objective.NegativeElbo,6:F2}";
}
