using System.Globalization;
using Vae.Formats;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

/// <summary>What a command over a run works on: images, or the rows of a table.</summary>
/// <param name="Samples">The samples as the model sees them: scaled, and with labels, where it wants that.</param>
/// <param name="Source">Where they came from, for a person.</param>
/// <param name="Images">The images; null for a table.</param>
/// <param name="Table">The table; null for images.</param>
internal sealed record RunSamples(ISampleSource Samples, string Source, ImageSet? Images, CsvTable? Table)
{
    /// <summary>What one sample is called.</summary>
    public string Unit => Table is null ? "image" : "row";

    /// <summary>The name of the column that says which sample a line of a file is about.</summary>
    public string NumberName => Table is null ? "image" : "line";

    /// <summary>Which sample it is: an image's number from 0 on, a row's line in its file.</summary>
    public long NumberAt(int sample) => Table?.LineOf(sample) ?? sample;

    /// <summary>The same as a text.</summary>
    public string NumberOf(int sample) => NumberAt(sample).ToString(CultureInfo.InvariantCulture);

    /// <summary>The images of a command that draws.</summary>
    /// <exception cref="UsageException">They are rows of a table.</exception>
    public ImageSet RequireImages(string command, string instead)
        => Images ?? throw new UsageException($"vae {command} draws images, but these are the rows of a table. {instead}");
}
