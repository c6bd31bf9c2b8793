using System.Text;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// A section of <c>report.md</c>: draws its figures and puts measured numbers beside the report's observations.
/// </summary>
/// <param name="data">The images.</param>
/// <param name="folder">The folder of the report.</param>
/// <param name="models">The trained models.</param>
internal abstract class ReportSection(ImageData data, string folder, IReadOnlyDictionary<ReportModel, TrainedModel> models)
{
    /// <summary>The images.</summary>
    protected ImageData Data => data;

    /// <summary>The trained models.</summary>
    protected IReadOnlyDictionary<ReportModel, TrainedModel> Models => models;

    /// <summary>Pixels in a row of an image.</summary>
    protected int ImageColumns => data.Test.Columns;

    /// <summary>Draws the figures.</summary>
    /// <returns>The text of the section, in Markdown.</returns>
    public abstract string Write();

    /// <summary>Begins a section with its title, its figure and the command that draws it.</summary>
    protected static StringBuilder Head(string title, string figure, string command)
        => new StringBuilder().AppendLine($"## {title}").AppendLine()
            .AppendLine($"![{title}]({figure})").AppendLine()
            .AppendLine($"`{command}`").AppendLine();

    /// <summary>Adds a table of the report's observations, the measured numbers and a verdict on each.</summary>
    protected void AddObservations(StringBuilder section, IReadOnlyList<(string Report, string Measured, string Verdict)> rows)
    {
        section.AppendLine($"| the report says | measured here{(data.IsDrawn ? ", on drawn digits" : "")} | holds here |")
            .AppendLine("|---|---|---|");
        foreach (var (report, measured, verdict) in rows)
        {
            section.AppendLine($"| {report} | {measured} | {verdict} |");
        }
    }

    /// <summary>A verdict with its criterion.</summary>
    protected static string Verdict(bool holds, string criterion) => $"{(holds ? "yes" : "no")} (criterion: {criterion})";

    /// <summary>Writes a figure into the folder of the report.</summary>
    protected void Save(string file, GreyImage figure) => Png.Write(Path.Combine(folder, file), figure);

    /// <summary>Draws a sweep along the only latent of a model.</summary>
    /// <returns>The images, pixels x values, and the values.</returns>
    protected (Matrix<float> Images, double[] Values) Sweep(
        TrainedModel model, double from, double to, double step, string file, int columns)
    {
        var values = LatentGrid.Values(from, to, step);
        var images = model.Space.Decode(LatentGrid.Line(values));
        Save(file, Drawing.Line(images, values, columns, ImageColumns));
        return (images, values);
    }

    /// <summary>The moments of one image of several.</summary>
    protected ImageMoments Moments(Matrix<float> images, int image) => ImageMoments.Of(images.ColumnSpan(image), ImageColumns);
}
