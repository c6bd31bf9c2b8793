namespace Vae.Cli;

/// <summary>Shows work that reports how much of it is done.</summary>
/// <param name="display">Where it is shown.</param>
/// <param name="what">What is being done.</param>
/// <param name="total">How much there is to do.</param>
/// <param name="unit">The unit's name.</param>
internal sealed class WorkLines(Display display, string what, int total, string unit) : IProgress<int>
{
    public void Report(int value) => display.Work(what, value, total, unit);
}
