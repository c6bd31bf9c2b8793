namespace Vae.Cli;

/// <summary>Shows the progress of work that reports its number of finished units.</summary>
/// <param name="display">The display.</param>
/// <param name="what">The work.</param>
/// <param name="total">Units to do.</param>
/// <param name="unit">The unit's name.</param>
internal sealed class WorkProgress(Display display, string what, int total, string unit) : IProgress<int>
{
    public void Report(int value) => display.Update(what, "", value, total, unit);
}
