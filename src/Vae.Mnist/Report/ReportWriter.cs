using System.Text;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// Writes <c>report.md</c>: the data and the trained models, a section for each part, and the commands to repeat it.
/// </summary>
internal sealed class ReportWriter(
    ReportOptions options,
    ImageData data,
    DataRecord dataRecord,
    string folder,
    IReadOnlyDictionary<ReportModel, TrainedModel> models)
{
    private readonly StringBuilder _text = new();

    /// <summary>Draws the figures and writes the text.</summary>
    /// <param name="cancellationToken">Stops between two sections, without a text; the next run draws all figures again.</param>
    /// <returns>The path of <c>report.md</c>, or null if cancelled.</returns>
    public string? Write(CancellationToken cancellationToken)
    {
        WriteHead();
        WriteModels();
        foreach (var part in options.Parts.Order())
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return null;
            }

            _text.AppendLine().Append(SectionOf(part).Write());
        }

        WriteCommands();
        var path = Path.Combine(folder, "report.md");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(_text.ToString())));
        return path;
    }

    private ReportSection SectionOf(ReportPart part) => part switch
    {
        ReportPart.Latent1 => new Latent1Section(data, folder, models),
        ReportPart.Latent2 => new Latent2Section(data, folder, models),
        ReportPart.ReconstructionOnly => new ReconstructionOnlySection(data, folder, models),
        _ => new DimensionsSection(data, folder, models),
    };

    private void WriteHead()
    {
        var training = options.Training;
        var vae = models.FirstOrDefault(pair => pair.Key.KlWeight > 0, models.First()).Value;
        _text.AppendLine($"# The report's experiments, run "
            + $"again{(data.IsDrawn ? " on drawn digits, NOT on MNIST" : "")}").AppendLine();
        if (data.IsDrawn)
        {
            _text.AppendLine("> **DRAWN DIGITS, NOT MNIST.** These images were drawn by VaeCore's own generator, because MNIST "
                    + "was not at hand or")
                .AppendLine("> because drawn digits were asked for. No number, picture or verdict below says anything about "
                    + "MNIST.")
                .AppendLine();
        }

        _text.AppendLine($"- Data: {data.Source}; {data.Train.Count:N0} training and {data.Test.Count:N0} test images of "
                + $"{data.Train.Rows} x {data.Train.Columns} grey pixels, value / 255"
                + $"{(data.IsMnist ? "; the official MNIST by its SHA-256" : "")}")
            .AppendLine($"- Objective: {vae.Formula}")
            .AppendLine("- KL weight in force: 1; 0 for the model that is trained for reconstruction only. Sums over pixels and "
                + "latents, then the mean over")
            .AppendLine("  images, so the batch size does not change it")
            .AppendLine($"- Network: hidden layers {string.Join(", ", options.Hidden)} with ReLU, two heads for mean and "
                + "log-variance, the decoder mirrored")
            .AppendLine($"- Training: {training.Epochs} epochs, batch {training.BatchSize}, Adam with learning rate "
                + $"{training.Adam.LearningRate}, seed {training.Seed}, {training.ValidationSamples:N0} of the training images "
                + "held out; "
                + Kept(training))
            .AppendLine($"- Computed by: {vae.Run.Trainer.Model.Product.Description}; "
                + $"{models.Values.Sum(model => model.Seconds):F0} s of training in all")
            .AppendLine();
    }

    private void WriteModels()
    {
        _text.AppendLine("## Models").AppendLine()
            .AppendLine("| model | network | KL weight | test loss | reconstruction | KL | squared error per pixel | epoch kept "
                + "| training time |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var (spec, model) in models)
        {
            var test = model.Test;
            _text.AppendLine($"| {spec.Name} | {model.Run.Record.Model.Architecture} | {spec.KlWeight} | {test.Loss:F2} | "
                + $"{test.Reconstruction:F2} | {test.Kl:F2} | {model.SquaredErrorPerPixel:F5} | {KeptEpoch(model)} | "
                + $"{model.Seconds:F0} s |");
        }

        var yardstick = Yardstick.Of(data);
        var half = data.Test.Samples.Features * double.Log(2);
        _text.AppendLine()
            .AppendLine($"Loss, reconstruction and KL are in nats per image, averaged over all {data.Test.Count:N0} test "
                + "images, z drawn once for each with the seed above;")
            .AppendLine("loss = reconstruction + KL weight * KL, so the KL column is not weighted. The reconstruction error is "
                + "the binary cross-entropy of grey")
            .AppendLine("pixels: an error, not a log-likelihood. For scale, on these test images: pixels given back exactly "
                + "would leave")
            .AppendLine($"{yardstick.Perfect:F2}, the mean training image for every image {yardstick.MeanImage:F2}, and 1/2 for "
                + $"every pixel {half:F2}. The squared error")
            .AppendLine("is that of reconstructions by the posterior mean, without a draw.")
            .AppendLine()
            .AppendLine("The report states what it observed in words. The criteria by which this page calls them true (\"yes\") "
                + "or not are ours, and a verdict is")
            .AppendLine("about this one run with this one seed.");
    }

    private void WriteCommands()
    {
        var product = models.Values.First().Run.Trainer.Model.Product;
        _text.AppendLine().AppendLine("## Commands").AppendLine()
            .AppendLine("To be run from within this folder. All of it again, and then each model by itself, into folders of "
                + "their own: on this machine the weights")
            .AppendLine("come out bit by bit as those under `runs/`, on any number of threads. The sweeps are drawn by the "
                + "commands in their sections.")
            .AppendLine()
            .AppendLine("```sh")
            .AppendLine(ReportCommands.Report(options, dataRecord, product));
        foreach (var spec in models.Keys)
        {
            _text.AppendLine(ReportCommands.Train(spec, options, dataRecord, product, "again/runs"));
        }

        _text.AppendLine("```");
    }

    private static string KeptEpoch(TrainedModel model)
        => model.Run.Trainer.State is var state && state.BestEpoch > 0 ? $"{state.BestEpoch}" : $"{state.Epoch}";

    private static string Kept(TrainingOptions training) => (training.KeepBy, training.ValidationSamples) switch
    {
        (KeepBy.LastEpoch, _) or (_, 0) => "the last epoch is kept",
        (KeepBy.ValidationReconstruction, _)
            => "the epoch with the least reconstruction error on those is kept, which is what the report optimises",
        _ => "the epoch with the least loss on those is kept",
    };
}
