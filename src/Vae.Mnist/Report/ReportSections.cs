using System.Text;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;
using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>The sections of <c>report.md</c>: each draws its figure and puts the report's observations beside numbers.</summary>
internal sealed class ReportSections(ImageData data, string folder, IReadOnlyDictionary<ReportModel, TrainedModel> models)
{
    private const int RowImages = 12;

    private int ImageColumns => data.Test.Columns;

    /// <summary>Section 4.1.</summary>
    public string Latent1()
    {
        const double from = -1.5, to = 1.5, step = 0.03;
        var model = models[ReportModel.OfLatent(1)];
        var (images, values) = Sweep(model, from, to, step, "figure-3-latent-1.png", columns: 10);
        var continuity = Continuity.Of(images);
        var roundness = Enumerable.Range(0, images.ColumnCount).Select(i => Moments(images, i).Roundness).ToArray();
        var trend = Correlation.Spearman(values, roundness);
        var likeness = LikenessOfClasses(model);

        var section = Head(
            "4.1 Latent dimension 1, swept over (-1.5, 1.5)", "figure-3-latent-1.png",
            ReportCommands.Sweep(model.Spec, from, to, step, "figure-3-latent-1.png"));
        Observe(section,
        [
            ("As z grows, shapes go from flat to round (\"由扁平到圆润\"; which way z grows is chance)",
                $"Minor over major axis of the ink's ellipse (0 a line, 1 round): {roundness.Take(10).Average():F2} over the first ten images, {roundness.TakeLast(10).Average():F2} over the "
                + $"last ten; rank correlation with z {trend:+0.00;-0.00}",
                Verdict(double.Abs(trend) > 0.5, "a rank correlation beyond 0.5 either way")),
            ("Images change rather continuously (\"相对比较连续\")",
                $"Neighbours differ by {continuity.MedianStep:F4} (median) and at most {continuity.LargestStep:F4}, two of the sweep on average by "
                + $"{continuity.AnyTwo:F3} (root mean square of pixels)",
                Verdict(continuity.LargestStep < continuity.AnyTwo / 2, "no step as large as half that average")),
            ("Digits of similar shape have similar z (\"形状相似的数字的 z 的分布比较接近\")",
                likeness is { } rank
                    ? $"Over the {data.Test.Labels!.Distinct().Count()} classes: rank correlation between the distance of two classes' mean images and that of their mean z {rank:+0.00;-0.00}"
                    : "no labels",
                likeness is { } value ? Verdict(value > 0.2, "a rank correlation above 0.2") : "not measured"),
        ]);
        return section.ToString();
    }

    /// <summary>Section 4.2.</summary>
    public string Latent2()
    {
        const double from = -5, to = 5, step = 0.2;
        var model = models[ReportModel.OfLatent(2)];
        var values = LatentGrid.Values(from, to, step);
        var plane = model.Space.Decode(LatentGrid.Plane(values, values));
        Png.Write(Path.Combine(folder, "figure-4-latent-2.png"), Drawing.Plane(plane, values, values, ImageColumns));

        var first = model.CodesOf(0);
        var second = model.CodesOf(1);
        var radii = first.Zip(second, double.Hypot).ToArray();
        var (slant, contrast) = TestDependences(first, second);
        var section = Head(
            "4.2 Latent dimension 2, swept over (-5, 5)^2", "figure-4-latent-2.png",
            ReportCommands.Sweep(model.Spec, from, to, step, "figure-4-latent-2.png"));
        Observe(section,
        [
            ("Most digits lie near the origin (\"大部分数字集中于原点 (0.0) 附近\")",
                $"Of the test codes {Share(radii, 1):P1} lie within 1 of the origin, {Share(radii, 2):P1} within 2, {Share(radii, 3):P1} within 3 "
                + $"(of the prior {1 - double.Exp(-0.5):P1}, {1 - double.Exp(-2):P1}, {1 - double.Exp(-4.5):P1}); the figure reaches 5",
                Verdict(Share(radii, 2) > 0.5, "more than half within 2, an eighth of the figure's area")),
            ("The horizontal axis goes with slant (\"横轴方向与数字的倾斜程度相关性较强\")",
                Describe(slant),
                Verdict(double.Abs(slant.First) > double.Abs(slant.Second) && double.Abs(slant.First) > 0.2, "beyond 0.2, and beyond that of the vertical axis")),
            ("The horizontal axis goes with contrast (\"同时横轴方向与对比度相关性较大\")",
                Describe(contrast),
                Verdict(
                    double.Abs(contrast.First) > double.Abs(contrast.Second) && double.Abs(contrast.First) > 0.2,
                    "beyond 0.2, and beyond that of the vertical axis")),
        ]);
        section.AppendLine()
            .AppendLine("Correlations are between a test image's own slant (or contrast) and its code, the posterior mean. Slant is by how many pixels the ink moves to")
            .AppendLine("the right for each pixel upwards (from its second moments); contrast is the standard deviation of the image's pixels. Which way the axes turn")
            .AppendLine("is chance, since the prior is the same in all directions: the direction that fits best says more than either axis.");
        return section.ToString();
    }

    /// <summary>Section 4.3.</summary>
    public string ReconstructionOnly()
    {
        const double from = -16, to = 5, step = 0.1;
        const int tiles = 210, columns = 15;
        var model = models[ReportModel.ReconstructionOnly];
        var vae = models[ReportModel.OfLatent(1)];
        var (asReported, values) = Sweep(model, from, to, step, "figure-5-reconstruction-only.png", columns);
        var codes = model.CodesOf(0);
        var spread = CodeSpread.Of(codes);
        var (ownFrom, ownTo, ownStep) = Round(spread.Low, spread.High, tiles);
        var (own, _) = Sweep(model, ownFrom, ownTo, ownStep, "figure-5b-occupied-range.png", columns);
        var vaeSpread = CodeSpread.Of(vae.CodesOf(0));
        var vaeSweep = vae.Space.Decode(LatentGrid.Line(LatentGrid.Values(-1.5, 1.5, 0.03)));

        var section = Head(
            "4.3 Reconstruction only (KL weight 0), latent dimension 1, swept over (-16, 5)", "figure-5-reconstruction-only.png",
            ReportCommands.Sweep(model.Spec, from, to, step, "figure-5-reconstruction-only.png"));
        section.AppendLine($"Where the codes lie depends on the run: of the test codes of this one, {Share(codes, from, to):P1} lie in the report's range. "
                + "The same over the range in which")
            .AppendLine("99 % of them lie:").AppendLine()
            .AppendLine("![sweep over the occupied range](figure-5b-occupied-range.png)").AppendLine()
            .AppendLine($"`{ReportCommands.Sweep(model.Spec, ownFrom, ownTo, ownStep, "figure-5b-occupied-range.png")}`").AppendLine();

        var looks = new[]
        {
            ("VAE, sweep (-1.5, 1.5)", ImageLook.Of(vaeSweep, ImageColumns)),
            ("reconstruction only, sweep (-16, 5)", ImageLook.Of(asReported, ImageColumns)),
            ("reconstruction only, occupied range", ImageLook.Of(own, ImageColumns)),
            ("VAE, test images reconstructed", ImageLook.Of(vae.ReconstructAll(), ImageColumns)),
            ("reconstruction only, test images reconstructed", ImageLook.Of(model.ReconstructAll(), ImageColumns)),
        };
        section.AppendLine("| images | contrast | sharpness | mid-grey share of the ink |").AppendLine("|---|---|---|---|");
        foreach (var (name, look) in looks)
        {
            section.AppendLine($"| {name} | {look.Contrast:F3} | {look.Sharpness:F3} | {look.MidGrey:P1} |");
        }

        section.AppendLine();
        Observe(section,
        [
            ("The codes are more spread out (\"z 的分布更加分散\")",
                $"Standard deviation {spread.StandardDeviation:F2}, from {spread.Least:F1} to {spread.Greatest:F1}, 99 % within ({spread.Low:F1}, {spread.High:F1}); "
                + $"with KL {vaeSpread.StandardDeviation:F2}, from {vaeSpread.Least:F1} to {vaeSpread.Greatest:F1}",
                Verdict(spread.StandardDeviation > 2 * vaeSpread.StandardDeviation, "a standard deviation of more than twice the VAE's")),
            ("Contrast is lower than before (\"对比度相对较低\")",
                $"Over the sweeps that the report shows {looks[1].Item2.Contrast:F3} against {looks[0].Item2.Contrast:F3}; over the occupied range {looks[2].Item2.Contrast:F3}",
                Verdict(looks[1].Item2.Contrast < looks[0].Item2.Contrast, "a lower mean contrast in the report's two sweeps")),
            ("Images are more blurred (\"更加模糊\")",
                $"Sharpness over the sweeps that the report shows {looks[1].Item2.Sharpness:F3} against {looks[0].Item2.Sharpness:F3}; over the occupied range {looks[2].Item2.Sharpness:F3}",
                Verdict(looks[1].Item2.Sharpness < looks[0].Item2.Sharpness, "a lower mean sharpness in the report's two sweeps")),
        ]);
        section.AppendLine()
            .AppendLine("Contrast is the standard deviation of an image's pixels; sharpness the sum of the absolute differences between neighbouring pixels over the")
            .AppendLine("sum of all pixels, so thin strokes count as sharper than thick ones; the mid-grey share counts, among pixels above 0.1, those below 0.9. All")
            .AppendLine("are means over the images. A sweep shows each code as often, whether digits lie there or not; the reconstructed test images show what is used.");
        if (looks[1].Item2.Contrast >= looks[0].Item2.Contrast || looks[1].Item2.Sharpness >= looks[0].Item2.Sharpness)
        {
            section.AppendLine().Append(WhySweepsDiffer(model, values, looks[3].Item2, looks[4].Item2));
        }

        return section.ToString();
    }

    // Where the report's observation does not show in its own two sweeps: how the sweep's images are spent, and what the test
    // images say, which are weighted as digits are.
    private static string WhySweepsDiffer(TrainedModel model, double[] values, ImageLook vae, ImageLook own)
    {
        var codes = model.CodesOf(0);
        var (low, high) = (codes.Quantile(0.25), codes.Quantile(0.75));
        var among = values.Count(value => value >= low && value <= high);
        return $"""
            Where this differs from the report, mind that a sweep goes in equal steps of z: half of the test codes lie between {low:F1} and {high:F1}, where it draws
            {among} of its {values.Length} images; the others show the stretches outside. On the reconstructed test images contrast is {own.Contrast:F3}
            against {vae.Contrast:F3} and sharpness {own.Sharpness:F3} against {vae.Sharpness:F3}: the one {Compare(own.Contrast, vae.Contrast)}, the other {Compare(own.Sharpness, vae.Sharpness)} the VAE's.
            The report gives no numbers, so how large its own difference was cannot be said.

            """;
    }

    private static string Compare(double own, double vae)
        => double.Abs(own - vae) < 0.01 * vae ? "within 1 % of" : own < vae ? "below" : "above";

    /// <summary>The effect of the latent dimension.</summary>
    public string Dimensions()
    {
        int[] chosen = [.. Enumerable.Range(0, int.Min(RowImages, data.Test.Count))];
        var originals = Matrix<float>.Build.Dense(data.Test.Samples.Features, chosen.Length);
        data.Test.Samples.Gather(chosen, originals.AsSpan());
        var compared = ReportOptions.Dimensions.Select(latent => models[ReportModel.OfLatent(latent)]).ToArray();

        Png.Write(Path.Combine(folder, "dimensions-reconstructions.png"), Drawing.Rows(
            [("test", originals), .. compared.Select(model => ($"{model.Spec.Latent}", model.Reconstruct(chosen)))], ImageColumns, scale: 2));
        Png.Write(Path.Combine(folder, "dimensions-samples.png"), Drawing.Rows(
            [.. compared.Select(model => ($"{model.Spec.Latent}", model.Space.Sample(RowImages, model.Run.Record.Training.Seed)))], ImageColumns, scale: 2));

        var section = new StringBuilder();
        section.AppendLine("## The effect of the latent dimension").AppendLine()
            .AppendLine("| latents | active | test loss | reconstruction | KL | squared error per pixel | the same by principal components |")
            .AppendLine("|---|---|---|---|---|---|---|");
        foreach (var model in compared)
        {
            section.AppendLine($"| {model.Spec.Latent} | {model.ActiveLatents} | {model.Test.Loss:F2} | {model.Test.Reconstruction:F2} | {model.Test.Kl:F2} | {model.SquaredErrorPerPixel:F5} | "
                + $"{(Yardstick.PrincipalComponents(model.Spec.Latent, data) is { } error ? $"{error:F5}" : "-")} |");
        }

        section.AppendLine().AppendLine("Nats per image as above. A latent is active where its posterior mean varies over the test images with a variance above 0.01.")
            .AppendLine(data.IsMnist
                ? "As many principal components of MNIST's training images give the squared error in the last column. A model is not linear and can be below it;\n"
                    + "with many latents it need not be, since it also pays for its KL."
                : "What principal components reach is known here for the official MNIST only.")
            .AppendLine().AppendLine("Test images, and below them their reconstructions by the mean with 1, 2, 5, 10 and 20 latents:").AppendLine()
            .AppendLine("![reconstructions](dimensions-reconstructions.png)").AppendLine()
            .AppendLine("Samples from the prior with as many latents:").AppendLine()
            .AppendLine("![samples](dimensions-samples.png)");
        return section.ToString();
    }

    private static StringBuilder Head(string title, string figure, string command)
        => new StringBuilder().AppendLine($"## {title}").AppendLine()
            .AppendLine($"![{title}]({figure})").AppendLine()
            .AppendLine($"`{command}`").AppendLine();

    private void Observe(StringBuilder section, IReadOnlyList<(string Report, string Measured, string Verdict)> rows)
    {
        section.AppendLine($"| the report says | measured here{(data.IsDrawn ? ", on drawn digits" : "")} | holds here |").AppendLine("|---|---|---|");
        foreach (var (report, measured, verdict) in rows)
        {
            section.AppendLine($"| {report} | {measured} | {verdict} |");
        }
    }

    private static string Verdict(bool holds, string criterion) => $"{(holds ? "yes" : "no")} (criterion: {criterion})";

    private static string Describe(Dependence dependence)
        => $"Correlation {dependence.First:+0.00;-0.00} with the horizontal axis, {dependence.Second:+0.00;-0.00} with the vertical one, "
            + $"{dependence.Best:0.00} with the best direction, {dependence.Direction:F0} degrees from the horizontal";

    private static double Share(double[] codes, double from, double to) => codes.Count(code => code >= from && code < to) / (double)codes.Length;

    // To numbers that a command line can say exactly.
    private static (double From, double To, double Step) Round(double low, double high, int tiles)
    {
        var from = double.Round(low, 2);
        var step = double.Max(1e-4, double.Round((high - low) / tiles, 4));
        return (from, double.Round(from + (tiles * step), 4), step);
    }

    private static double Share(double[] radii, double limit) => radii.Count(radius => radius <= limit) / (double)radii.Length;

    private (Matrix<float> Images, double[] Values) Sweep(TrainedModel model, double from, double to, double step, string file, int columns)
    {
        var values = LatentGrid.Values(from, to, step);
        var images = model.Space.Decode(LatentGrid.Line(values));
        Png.Write(Path.Combine(folder, file), Drawing.Line(images, values, columns, ImageColumns));
        return (images, values);
    }

    private ImageMoments Moments(Matrix<float> images, int image) => ImageMoments.Of(images.ColumnSpan(image), ImageColumns);

    private (Dependence Slant, Dependence Contrast) TestDependences(double[] first, double[] second)
    {
        var images = Matrix<float>.Build.Dense(data.Test.Samples.Features, data.Test.Count);
        data.Test.Samples.Gather(Enumerable.Range(0, data.Test.Count).ToArray(), images.AsSpan());
        int[] shaped = [.. Enumerable.Range(0, data.Test.Count).Where(image => Moments(images, image).HasShape)];
        double[] x = [.. shaped.Select(image => first[image])];
        double[] y = [.. shaped.Select(image => second[image])];
        return (
            Dependence.Of(x, y, [.. shaped.Select(image => Moments(images, image).Slant)]),
            Dependence.Of(x, y, [.. shaped.Select(image => ImageLook.ContrastOf(images.ColumnSpan(image)))]));
    }

    // Over all pairs of classes: do classes whose mean images are close have mean codes that are close?
    private double? LikenessOfClasses(TrainedModel model)
    {
        if (data.Test.Labels is not { } labels || labels.Distinct().Count() < 3)
        {
            return null;
        }

        var codes = model.CodesOf(0);
        var classes = Enumerable.Range(0, labels.Length).GroupBy(image => labels[image])
            .Select(members => (Image: MeanImage([.. members]), Code: members.Average(image => codes[image]))).ToArray();
        var pairs = (from i in Enumerable.Range(0, classes.Length) from j in Enumerable.Range(0, i) select (classes[i], classes[j])).ToArray();
        return Correlation.Spearman(
            pairs.Select(pair => (pair.Item1.Image - pair.Item2.Image).L2Norm()),
            pairs.Select(pair => double.Abs(pair.Item1.Code - pair.Item2.Code)));
    }

    private Vector<double> MeanImage(int[] images)
    {
        var sum = Vector<double>.Build.Dense(data.Test.Samples.Features);
        foreach (var image in images)
        {
            var pixels = data.Test.Image(image);
            for (var i = 0; i < pixels.Length; i++)
            {
                sum[i] += pixels[i] / 255.0;
            }
        }

        return sum / images.Length;
    }
}
