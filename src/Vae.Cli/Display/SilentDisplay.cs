namespace Vae.Cli;

/// <summary>Shows nothing.</summary>
internal sealed class SilentDisplay : Display
{
    public override TResult Run<TResult>(Func<TResult> work) => work();

    public override Task<TResult> RunAsync<TResult>(Func<Task<TResult>> work) => work();

    public override void Line(string text)
    {
    }

    public override void Update(string what, double done, double total)
    {
    }

    protected override bool IsDue() => false;
}
