using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>Section 4.2 of the report: two latents, swept over (-5, 5)^2.</summary>
internal sealed class Latent2Section(ImageData data, string folder, IReadOnlyDictionary<ReportModel, TrainedModel> models)
    : ReportSection(data, folder, models)
{
    /// <inheritdoc/>
    public override string Write()
    {
        const double from = -5, to = 5, step = 0.2;
        var model = Models[ReportModel.OfLatent(2)];
        var values = LatentGrid.Values(from, to, step);
        var plane = model.Space.Decode(LatentGrid.Plane(values, values));
        Save("figure-4-latent-2.png", Drawing.Plane(plane, values, values, ImageColumns));

        var first = model.CodesOf(0);
        var second = model.CodesOf(1);
        var radii = first.Zip(second, double.Hypot).ToArray();
        var (slant, contrast) = TestDependences(first, second);
        var section = Head(
            "4.2 Latent dimension 2, swept over (-5, 5)^2", "figure-4-latent-2.png",
            ReportCommands.Sweep(model.Spec, from, to, step, "figure-4-latent-2.png"));
        AddObservations(section,
        [
            ("Most digits lie near the origin (\"大部分数字集中于原点 (0.0) 附近\")",
                $"Of the test codes {Share(radii, 1):P1} lie within 1 of the origin, {Share(radii, 2):P1} within 2, "
                + $"{Share(radii, 3):P1} within 3 "
                + $"(of the prior {1 - double.Exp(-0.5):P1}, {1 - double.Exp(-2):P1}, {1 - double.Exp(-4.5):P1}); the figure "
                + "reaches 5",
                Verdict(Share(radii, 2) > 0.5, "more than half within 2, an eighth of the figure's area")),
            ("The horizontal axis goes with slant (\"横轴方向与数字的倾斜程度相关性较强\")",
                Describe(slant), VerdictOnHorizontalAxis(slant)),
            ("The horizontal axis goes with contrast (\"同时横轴方向与对比度相关性较大\")",
                Describe(contrast), VerdictOnHorizontalAxis(contrast)),
        ]);
        section.AppendLine()
            .AppendLine("Correlations are between a test image's own slant (or contrast) and its code, the posterior mean. "
                + "Slant is by how many pixels the ink moves to")
            .AppendLine("the right for each pixel upwards (from its second moments); contrast is the standard deviation of the "
                + "image's pixels. Which way the axes turn")
            .AppendLine("is chance, since the prior is the same in all directions: the direction that fits best says more than "
                + "either axis.");
        return section.ToString();
    }

    private static string VerdictOnHorizontalAxis(Dependence dependence) => Verdict(
        double.Abs(dependence.First) > double.Abs(dependence.Second) && double.Abs(dependence.First) > 0.2,
        "beyond 0.2, and beyond that of the vertical axis");

    private static string Describe(Dependence dependence)
        => $"Correlation {dependence.First:+0.00;-0.00} with the horizontal axis, {dependence.Second:+0.00;-0.00} with the "
            + $"vertical one, {dependence.Best:0.00} with the best direction, {dependence.Direction:F0} degrees from the "
            + "horizontal";

    private static double Share(double[] radii, double limit) => radii.Count(radius => radius <= limit) / (double)radii.Length;

    private (Dependence Slant, Dependence Contrast) TestDependences(double[] first, double[] second)
    {
        var images = Matrix<float>.Build.Dense(Data.Test.Samples.Features, Data.Test.Count);
        Data.Test.Samples.Gather(Enumerable.Range(0, Data.Test.Count).ToArray(), images.AsSpan());
        int[] shaped = [.. Enumerable.Range(0, Data.Test.Count).Where(image => Moments(images, image).HasShape)];
        double[] x = [.. shaped.Select(image => first[image])];
        double[] y = [.. shaped.Select(image => second[image])];
        return (
            Dependence.Of(x, y, [.. shaped.Select(image => Moments(images, image).Slant)]),
            Dependence.Of(x, y, [.. shaped.Select(image => ImageLook.ContrastOf(images.ColumnSpan(image)))]));
    }
}
