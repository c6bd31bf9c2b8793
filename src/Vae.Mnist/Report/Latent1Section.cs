using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;

namespace Vae.Mnist;

/// <summary>Section 4.1 of the report: one latent, swept over (-1.5, 1.5).</summary>
internal sealed class Latent1Section(ImageData data, string folder, IReadOnlyDictionary<ReportModel, TrainedModel> models)
    : ReportSection(data, folder, models)
{
    /// <inheritdoc/>
    public override string Write()
    {
        const double from = -1.5, to = 1.5, step = 0.03;
        var model = Models[ReportModel.OfLatent(1)];
        var (images, values) = Sweep(model, from, to, step, "figure-3-latent-1.png", columns: 10);
        var continuity = Continuity.Of(images);
        var roundness = Enumerable.Range(0, images.ColumnCount).Select(i => Moments(images, i).Roundness).ToArray();
        var trend = Correlation.Spearman(values, roundness);

        var section = Head(
            "4.1 Latent dimension 1, swept over (-1.5, 1.5)", "figure-3-latent-1.png",
            ReportCommands.Sweep(model.Spec, from, to, step, "figure-3-latent-1.png"));
        AddObservations(section,
        [
            ("As z grows, shapes go from flat to round (\"由扁平到圆润\"; which way z grows is chance)",
                $"Minor over major axis of the ink's ellipse (0 a line, 1 round): {roundness.Take(10).Average():F2} over the "
                + $"first ten images, {roundness.TakeLast(10).Average():F2} over the last ten; rank correlation with z "
                + $"{trend:+0.00;-0.00}",
                Verdict(double.Abs(trend) > 0.5, "a rank correlation beyond 0.5 either way")),
            ("Images change rather continuously (\"相对比较连续\")",
                $"Neighbours differ by {continuity.MedianStep:F4} (median) and at most {continuity.LargestStep:F4}, two of the "
                + $"sweep on average by {continuity.AnyTwo:F3} (root mean square of pixels)",
                Verdict(continuity.LargestStep < continuity.AnyTwo / 2, "no step as large as half that average")),
            LikenessOfClasses(model),
        ]);
        return section.ToString();
    }

    private (string Report, string Measured, string Verdict) LikenessOfClasses(TrainedModel model)
    {
        const string report = "Digits of similar shape have similar z (\"形状相似的数字的 z 的分布比较接近\")";
        if (Data.Test.Labels is not { } labels || labels.Distinct().Count() is var classes && classes < 3)
        {
            return (report, "no labels", "not measured");
        }

        var rank = RankCorrelationOfClasses(model.CodesOf(0), labels);
        return (
            report,
            $"Over the {classes} classes: rank correlation between the distance of two classes' mean images and that of their "
                + $"mean z {rank:+0.00;-0.00}",
            Verdict(rank > 0.2, "a rank correlation above 0.2"));
    }

    // Over all pairs of classes: do classes with similar mean images have similar mean codes?
    private double RankCorrelationOfClasses(double[] codes, byte[] labels)
    {
        var classes = Enumerable.Range(0, labels.Length).GroupBy(image => labels[image])
            .Select(members => (Image: MeanImage([.. members]), Code: members.Average(image => codes[image]))).ToArray();
        var pairs = (
            from i in Enumerable.Range(0, classes.Length)
            from j in Enumerable.Range(0, i)
            select (First: classes[i], Second: classes[j])).ToArray();
        return Correlation.Spearman(
            pairs.Select(pair => (pair.First.Image - pair.Second.Image).L2Norm()),
            pairs.Select(pair => double.Abs(pair.First.Code - pair.Second.Code)));
    }

    private Vector<double> MeanImage(int[] images)
    {
        var sum = Vector<double>.Build.Dense(Data.Test.Samples.Features);
        foreach (var image in images)
        {
            var pixels = Data.Test.Image(image);
            for (var i = 0; i < pixels.Length; i++)
            {
                sum[i] += pixels[i] / 255.0;
            }
        }

        return sum / images.Length;
    }
}
