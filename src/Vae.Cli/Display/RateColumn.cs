using Spectre.Console;
using Spectre.Console.Rendering;

namespace Vae.Cli;

/// <summary>A column of a progress bar: units per second.</summary>
internal sealed class RateColumn : ProgressColumn
{
    /// <summary>The unit's name.</summary>
    public string Unit { get; set; } = "";

    protected override bool NoWrap => true;

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        => new Text(task.Speed is { } speed and > 0 ? $"{speed:N0} {Unit}/s" : "");
}
