using System.Diagnostics;
using Vae.Model;

namespace Vae.Cli;

/// <summary>How long work is shown: a bar on a terminal, plain lines where standard error is redirected, nothing when quiet.</summary>
internal abstract class Display
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _rateSince;
    private long _rateFrom;

    /// <summary>Chooses by what standard error is.</summary>
    public static Display For(TextWriter error, bool quiet)
        => quiet ? new SilentDisplay()
            : ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected ? new BarDisplay()
            : new LineDisplay(error);

    /// <summary>Runs work while the display is up.</summary>
    public abstract TResult Run<TResult>(Func<TResult> work);

    /// <summary>A line that stays.</summary>
    public abstract void Line(string text);

    /// <summary>Where the work stands.</summary>
    /// <param name="what">What is done at the moment.</param>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is to do.</param>
    public abstract void Update(string what, double done, double total);

    /// <summary>Shows a training: where the epoch stands, and a line for each that is finished.</summary>
    /// <param name="prefix">Which model, where there are several.</param>
    /// <param name="training">Where it stands.</param>
    /// <param name="doneBefore">Training samples of the models before.</param>
    /// <param name="total">Training samples of all models; 0 for those of this one.</param>
    public void Training(string prefix, TrainingProgress training, double doneBefore = 0, double total = 0)
    {
        if (training.Finished is { } epoch)
        {
            var validation = epoch.Validation is { } value ? $"; validation {value.Loss:F2} ({value.Reconstruction:F2} + {value.KlWeight:0.###} * {value.Kl:F2})" : "";
            Line($"{prefix}epoch {epoch.Epoch}/{training.Epochs}: loss {epoch.Training.Loss:F2} ({epoch.Training.Reconstruction:F2} + "
                + $"{epoch.Training.KlWeight:0.###} * {epoch.Training.Kl:F2}){validation}; {epoch.Seconds:F1} s{(epoch.IsBest ? ", best" : "")}");
            return;
        }

        if (!IsDue())
        {
            return;
        }

        var done = ((double)(training.Epoch - 1) * training.EpochSamples) + training.Samples;
        var rate = Rate((long)done);
        Update(
            $"{prefix}epoch {training.Epoch}/{training.Epochs}  loss {training.Training.Loss:F1}  {rate,7:N0} images/s",
            doneBefore + done,
            total > 0 ? total : (double)training.Epochs * training.EpochSamples);
    }

    /// <summary>Whether it is time to show something again.</summary>
    protected abstract bool IsDue();

    private double Rate(long done)
    {
        var now = _clock.Elapsed;
        var seconds = (now - _rateSince).TotalSeconds;
        var rate = done >= _rateFrom && seconds > 0 ? (done - _rateFrom) / seconds : 0;
        (_rateSince, _rateFrom) = (now, done);
        return rate;
    }
}
