using System.Text;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Mnist;

/// <summary>The section on the effect of the latent dimension: 1, 2, 5, 10 and 20 latents beside each other.</summary>
internal sealed class DimensionsSection(ImageData data, string folder, IReadOnlyDictionary<ReportModel, TrainedModel> models)
    : ReportSection(data, folder, models)
{
    private const int RowImages = 12;

    /// <inheritdoc/>
    public override string Write()
    {
        int[] chosen = [.. Enumerable.Range(0, int.Min(RowImages, Data.Test.Count))];
        var originals = Matrix<float>.Build.Dense(Data.Test.Samples.Features, chosen.Length);
        Data.Test.Samples.Gather(chosen, originals.AsSpan());
        var compared = ReportOptions.Dimensions.Select(latent => Models[ReportModel.OfLatent(latent)]).ToArray();

        SaveRows(
            "dimensions-reconstructions.png",
            [("test", originals), .. compared.Select(model => ($"{model.Spec.Latent}", model.Reconstruct(chosen)))]);
        SaveRows(
            "dimensions-samples.png",
            [.. compared.Select(model => (
                $"{model.Spec.Latent}", model.Space.Sample(RowImages, model.Run.Record.Training.Seed)))]);

        var section = new StringBuilder();
        section.AppendLine("## The effect of the latent dimension").AppendLine()
            .AppendLine("| latents | active | test loss | reconstruction | KL | squared error per pixel | the same by principal "
                + "components |")
            .AppendLine("|---|---|---|---|---|---|---|");
        foreach (var model in compared)
        {
            var components = Yardstick.PrincipalComponents(model.Spec.Latent, Data) is { } error ? $"{error:F5}" : "-";
            section.AppendLine($"| {model.Spec.Latent} | {model.ActiveLatents} | {model.Test.Loss:F2} | "
                + $"{model.Test.Reconstruction:F2} | {model.Test.Kl:F2} | {model.SquaredErrorPerPixel:F5} | {components} |");
        }

        section.AppendLine()
            .AppendLine("Nats per image as above. A latent is active where its posterior mean varies over the test images with "
                + "a variance above 0.01.")
            .AppendLine(Data.IsMnist
                ? "As many principal components of MNIST's training images give the squared error in the last column. A model "
                    + "is not linear and can be below it;\nwith many latents it need not be, since it also pays for its KL."
                : "What principal components reach is known here for the official MNIST only.")
            .AppendLine().AppendLine("Test images, and below them their reconstructions by the mean with 1, 2, 5, 10 and 20 "
                + "latents:")
            .AppendLine()
            .AppendLine("![reconstructions](dimensions-reconstructions.png)").AppendLine()
            .AppendLine("Samples from the prior with as many latents:").AppendLine()
            .AppendLine("![samples](dimensions-samples.png)");
        return section.ToString();
    }

    private void SaveRows(string file, IReadOnlyList<(string Name, Matrix<float> Images)> rows)
        => Save(file, Drawing.Rows(rows, ImageColumns, scale: 2));
}
