using System.Globalization;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The samples of a command over a run: images, or the rows of a table.</summary>
/// <param name="Samples">The samples as the model sees them: scaled, and with labels where it needs them.</param>
/// <param name="Source">Their origin, as text.</param>
/// <param name="Images">The images; null for a table.</param>
/// <param name="Table">The table; null for images.</param>
internal sealed record RunSamples(ISampleSource Samples, string Source, ImageSet? Images, Table? Table)
{
    /// <summary>The columns that name the rows.</summary>
    public IdColumns Ids { get; } = new(Table);

    /// <summary>The name of one sample: image or row.</summary>
    public string Unit => Table is null ? "image" : "row";

    /// <summary>The name of the column with the samples' numbers.</summary>
    public string NumberName => Table is null ? "image" : "line";

    /// <summary>A sample's number: an image's from 0 on, a row's line in its file.</summary>
    public long NumberAt(int sample) => Table?.LineOf(sample) ?? sample;

    /// <summary>A sample's number as text.</summary>
    public string NumberOf(int sample) => NumberAt(sample).ToString(CultureInfo.InvariantCulture);

    /// <summary>The images, for a command that draws.</summary>
    /// <exception cref="UsageException">The samples are rows of a table.</exception>
    public ImageSet RequireImages(string command, string instead)
        => Images ?? throw new UsageException($"vae {command} draws images, but these are the rows of a table. {instead}");

    /// <summary>The table, for a command that has no use for images.</summary>
    /// <exception cref="UsageException">The samples are images.</exception>
    public Table RequireTable(string command)
        => Table ?? throw new UsageException(
            $"vae {command} wants a table, but these are images. Give one with --data sales.csv.");
}
