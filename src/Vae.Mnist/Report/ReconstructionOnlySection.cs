using System.Text;
using MathNet.Numerics.Statistics;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>Section 4.3 of the report: one latent trained with KL weight 0, swept over (-16, 5).</summary>
internal sealed class ReconstructionOnlySection(
    ImageData data, string folder, IReadOnlyDictionary<ReportModel, TrainedModel> models)
    : ReportSection(data, folder, models)
{
    private const string OccupiedFigure = "figure-5b-occupied-range.png";

    /// <inheritdoc/>
    public override string Write()
    {
        const double from = -16, to = 5, step = 0.1;
        const int tiles = 210, columns = 15;
        const string figure = "figure-5-reconstruction-only.png";
        var model = Models[ReportModel.ReconstructionOnly];
        var vae = Models[ReportModel.OfLatent(1)];
        var (asReported, values) = Sweep(model, from, to, step, figure, columns);
        var codes = model.CodesOf(0);
        var spread = CodeSpread.Of(codes);
        var (ownFrom, ownTo, ownStep) = Round(spread.Low, spread.High, tiles);
        var (occupied, _) = Sweep(model, ownFrom, ownTo, ownStep, OccupiedFigure, columns);
        var vaeSweep = vae.Space.Decode(LatentGrid.Line(LatentGrid.Values(-1.5, 1.5, 0.03)));

        var section = Head(
            "4.3 Reconstruction only (KL weight 0), latent dimension 1, swept over (-16, 5)", figure,
            ReportCommands.Sweep(model.Spec, from, to, step, figure));
        section.AppendLine($"Where the codes lie depends on the run: of the test codes of this one, {Share(codes, from, to):P1} "
                + "lie in the report's range. The same over the range in which")
            .AppendLine("99 % of them lie:").AppendLine()
            .AppendLine($"![sweep over the occupied range]({OccupiedFigure})").AppendLine()
            .AppendLine($"`{ReportCommands.Sweep(model.Spec, ownFrom, ownTo, ownStep, OccupiedFigure)}`").AppendLine();

        var looks = new Looks(
            VaeSweep: ImageLook.Of(vaeSweep, ImageColumns),
            OwnSweep: ImageLook.Of(asReported, ImageColumns),
            OwnOccupied: ImageLook.Of(occupied, ImageColumns),
            VaeTest: ImageLook.Of(vae.ReconstructAll(), ImageColumns),
            OwnTest: ImageLook.Of(model.ReconstructAll(), ImageColumns));
        AddLooks(section, looks);
        AddObservations(section, Observations(spread, CodeSpread.Of(vae.CodesOf(0)), looks));
        section.AppendLine()
            .AppendLine("Contrast is the standard deviation of an image's pixels; sharpness the sum of the absolute differences "
                + "between neighbouring pixels over the")
            .AppendLine("sum of all pixels, so thin strokes count as sharper than thick ones; the mid-grey share counts, among "
                + "pixels above 0.1, those below 0.9. All")
            .AppendLine("are means over the images. A sweep shows each code as often, whether digits lie there or not; the "
                + "reconstructed test images show what is used.");
        if (looks.OwnSweep.Contrast >= looks.VaeSweep.Contrast || looks.OwnSweep.Sharpness >= looks.VaeSweep.Sharpness)
        {
            section.AppendLine().Append(WhySweepsDiffer(codes, values, looks));
        }

        return section.ToString();
    }

    private static void AddLooks(StringBuilder section, Looks looks)
    {
        (string Name, ImageLook Look)[] rows =
        [
            ("VAE, sweep (-1.5, 1.5)", looks.VaeSweep),
            ("reconstruction only, sweep (-16, 5)", looks.OwnSweep),
            ("reconstruction only, occupied range", looks.OwnOccupied),
            ("VAE, test images reconstructed", looks.VaeTest),
            ("reconstruction only, test images reconstructed", looks.OwnTest),
        ];
        section.AppendLine("| images | contrast | sharpness | mid-grey share of the ink |").AppendLine("|---|---|---|---|");
        foreach (var (name, look) in rows)
        {
            section.AppendLine($"| {name} | {look.Contrast:F3} | {look.Sharpness:F3} | {look.MidGrey:P1} |");
        }

        section.AppendLine();
    }

    private static (string Report, string Measured, string Verdict)[] Observations(CodeSpread own, CodeSpread vae, Looks looks) =>
    [
        ("The codes are more spread out (\"z 的分布更加分散\")",
            $"Standard deviation {own.StandardDeviation:F2}, from {own.Least:F1} to {own.Greatest:F1}, 99 % within "
            + $"({own.Low:F1}, {own.High:F1}); with KL {vae.StandardDeviation:F2}, from {vae.Least:F1} to {vae.Greatest:F1}",
            Verdict(own.StandardDeviation > 2 * vae.StandardDeviation, "a standard deviation of more than twice the VAE's")),
        ("Contrast is lower than before (\"对比度相对较低\")",
            $"Over the sweeps that the report shows {looks.OwnSweep.Contrast:F3} against {looks.VaeSweep.Contrast:F3}; "
            + $"over the occupied range {looks.OwnOccupied.Contrast:F3}",
            Verdict(looks.OwnSweep.Contrast < looks.VaeSweep.Contrast, "a lower mean contrast in the report's two sweeps")),
        ("Images are more blurred (\"更加模糊\")",
            $"Sharpness over the sweeps that the report shows {looks.OwnSweep.Sharpness:F3} against "
            + $"{looks.VaeSweep.Sharpness:F3}; over the occupied range {looks.OwnOccupied.Sharpness:F3}",
            Verdict(looks.OwnSweep.Sharpness < looks.VaeSweep.Sharpness, "a lower mean sharpness in the report's two sweeps")),
    ];

    // For runs whose sweeps do not show the report's observation: the number of sweep images among half of the codes, and
    // the same measures on test images.
    private static string WhySweepsDiffer(double[] codes, double[] values, Looks looks)
    {
        var (low, high) = (codes.Quantile(0.25), codes.Quantile(0.75));
        var among = values.Count(value => value >= low && value <= high);
        var (own, vae) = (looks.OwnTest, looks.VaeTest);
        return new StringBuilder()
            .Append($"Where this differs from the report, mind that a sweep goes in equal steps of z: half of the test codes "
                + "lie between ")
            .Append($"{low:F1} and {high:F1}, where it draws\n{among} of its {values.Length} images; the others show the "
                + "stretches outside. ")
            .Append($"On the reconstructed test images contrast is {own.Contrast:F3}\nagainst {vae.Contrast:F3} and sharpness ")
            .Append($"{own.Sharpness:F3} against {vae.Sharpness:F3}: the one {Compare(own.Contrast, vae.Contrast)}, the other ")
            .Append($"{Compare(own.Sharpness, vae.Sharpness)} the VAE's.\nThe report gives no numbers, so how large its own "
                + "difference was ")
            .Append("cannot be said.\n")
            .ToString();
    }

    private static string Compare(double own, double vae)
        => double.Abs(own - vae) < 0.01 * vae ? "within 1 % of" : own < vae ? "below" : "above";

    private static double Share(double[] codes, double from, double to)
        => codes.Count(code => code >= from && code < to) / (double)codes.Length;

    // To numbers that a command can state exactly.
    private static (double From, double To, double Step) Round(double low, double high, int tiles)
    {
        var from = double.Round(low, 2);
        var step = double.Max(1e-4, double.Round((high - low) / tiles, 4));
        return (from, double.Round(from + (tiles * step), 4), step);
    }

    private readonly record struct Looks(
        ImageLook VaeSweep, ImageLook OwnSweep, ImageLook OwnOccupied, ImageLook VaeTest, ImageLook OwnTest);
}
