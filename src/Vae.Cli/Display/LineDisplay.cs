namespace Vae.Cli;

/// <summary>Plain lines, for files and pipes: a line at the end of each stage, none in between.</summary>
internal sealed class LineDisplay(TextWriter writer) : Display
{
    public override TResult Run<TResult>(Func<TResult> work) => work();

    public override Task<TResult> RunAsync<TResult>(Func<Task<TResult>> work) => work();

    public override void Line(string text) => writer.WriteLine(text);

    public override void Update(string what, double done, double total)
    {
    }

    protected override bool IsDue() => false;
}
