using Vae.Model;

namespace Vae.Cli;

/// <summary>How long work is shown: a bar on a terminal, plain lines where standard error is redirected, nothing when quiet.</summary>
internal abstract class Display
{
    private readonly Pace _pace = new();

    /// <summary>Chooses by what standard error is.</summary>
    public static Display For(TextWriter error, bool quiet)
        => quiet ? new SilentDisplay()
            : ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected ? new BarDisplay()
            : new LineDisplay(error);

    /// <summary>Runs work while the display is up.</summary>
    public abstract TResult Run<TResult>(Func<TResult> work);

    /// <summary>Runs work that waits, for a network say, while the display is up.</summary>
    public abstract Task<TResult> RunAsync<TResult>(Func<Task<TResult>> work);

    /// <summary>A line that stays.</summary>
    public abstract void Line(string text);

    /// <summary>Where the work stands.</summary>
    /// <param name="what">What is done at the moment.</param>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is to do.</param>
    public abstract void Update(string what, double done, double total);

    /// <summary>Shows a training: where the epoch stands, and a line for each that is finished.</summary>
    /// <param name="which">Which model, where there are several.</param>
    /// <param name="training">Where it stands.</param>
    /// <param name="doneBefore">Training samples of the models before.</param>
    /// <param name="total">Training samples of all models; 0 for those of this one.</param>
    /// <param name="unit">What the samples are called.</param>
    public void Training(string which, TrainingProgress training, double doneBefore = 0, double total = 0, string unit = "images")
    {
        if (training.Finished is { } epoch)
        {
            Line(Describe(epoch, training.Epochs));
            foreach (var diagnosis in epoch.Diagnoses ?? [])
            {
                Line($"note: {diagnosis}");
            }

            return;
        }

        if (!IsDue())
        {
            return;
        }

        var done = doneBefore + ((double)(training.Epoch - 1) * training.EpochSamples) + training.Samples;
        var all = total > 0 ? total : (double)training.Epochs * training.EpochSamples;
        _pace.Note(which, done);
        Update(
            $"{which}epoch {training.Epoch}/{training.Epochs}  loss {training.Training.Loss:F1}{_pace.Describe(all - done, unit)}", done, all);
    }

    /// <summary>Shows how far work is, how fast it goes and how long the rest takes.</summary>
    /// <param name="what">What is being done.</param>
    /// <param name="done">Units done.</param>
    /// <param name="total">Units to do.</param>
    /// <param name="unit">The unit's name.</param>
    public void Work(string what, double done, double total, string unit)
    {
        if (IsDue())
        {
            _pace.Note(what, done);
            Update($"{what}{_pace.Describe(total - done, unit)}", done, total);
        }
    }

    // Within 80 columns, where the loss is the negative ELBO.
    private static string Describe(EpochMetrics epoch, int epochs)
    {
        var width = $"{epochs}".Length;
        var number = $"{epoch.Epoch}".PadLeft(width);
        var validation = epoch.Validation is { } value ? $"  validation {Describe(value)}" : "";
        return $"epoch {number}/{epochs}  loss {Describe(epoch.Training)}{validation}  {epoch.Seconds,5:F1} s{(epoch.IsBest ? "  best" : "")}";
    }

    // The loss is the whole objective. Where it is the negative ELBO, what remains of it beside the KL is the reconstruction error; where
    // it is another one, the negative ELBO at weight 1 is what compares with other runs.
    private static string Describe(Objective objective)
        => double.Abs(objective.Loss - objective.NegativeElbo) < 0.005
            ? $"{objective.Loss,6:F2}, KL {objective.Kl,5:F2}"
            : $"{objective.Loss,6:F2}, -ELBO {objective.NegativeElbo,6:F2}";

    /// <summary>Whether it is time to show something again.</summary>
    protected abstract bool IsDue();
}
