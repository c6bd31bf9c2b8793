namespace Vae.Cli;

/// <summary>The sizes of hidden layers, written as on the command line: <c>400,400</c>.</summary>
internal sealed record LayerSizes(IReadOnlyList<int> Values)
{
    public override string ToString() => string.Join(',', Values);
}
