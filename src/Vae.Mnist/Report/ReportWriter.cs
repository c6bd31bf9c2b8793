using System.Text;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>Writes <c>report.md</c>: a section for each part, with its figure and its numbers, behind what was trained and how.</summary>
internal sealed class ReportWriter(
    ReportOptions options, ImageData data, DataRecord dataRecord, string folder, IReadOnlyDictionary<ReportModel, TrainedModel> models)
{
    private readonly StringBuilder _text = new();

    /// <summary>Draws the figures and writes the text.</summary>
    /// <returns>The path of <c>report.md</c>.</returns>
    public string Write()
    {
        var sections = new ReportSections(data, folder, models);
        WriteHead();
        foreach (var part in options.Parts.Order())
        {
            _text.AppendLine().Append(part switch
            {
                ReportPart.Latent1 => sections.Latent1(),
                ReportPart.Latent2 => sections.Latent2(),
                ReportPart.ReconstructionOnly => sections.ReconstructionOnly(),
                _ => sections.Dimensions(),
            });
        }

        WriteCommands();
        var path = Path.Combine(folder, "report.md");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(_text.ToString())));
        return path;
    }

    private void WriteHead()
    {
        var training = options.Training;
        _text.AppendLine("# The report's experiments, run again").AppendLine();
        if (data.IsDrawn)
        {
            _text.AppendLine("> **Drawn digits, not MNIST.** These images were drawn by VaeCore's own generator because MNIST was not at hand")
                .AppendLine("> (or because drawn digits were asked for). No number here compares with one measured on MNIST.")
                .AppendLine();
        }

        _text.AppendLine($"- Data: {data.Source}; {data.Train.Count:N0} training and {data.Test.Count:N0} test images of {data.Train.Rows} x "
                + $"{data.Train.Columns} grey pixels, value / 255{(data.IsMnist ? "; the official MNIST by its SHA-256" : "")}")
            .AppendLine($"- Objective: {models.Values.First().Formula}")
            .AppendLine("- KL weight: 1, but 0 where a model is trained for reconstruction only; reductions as in the formula, whatever the batch size")
            .AppendLine($"- Network: hidden layers {string.Join(", ", options.Hidden)} with ReLU, two heads for mean and log-variance, the decoder mirrored")
            .AppendLine($"- Training: {training.Epochs} epochs, batch {training.BatchSize}, Adam {training.Adam.LearningRate}, seed {training.Seed}, "
                + $"{training.ValidationSamples:N0} images held out; the epoch with the least validation {KeptBy(training.KeepBy)} is kept")
            .AppendLine($"- Computed by: {models.Values.First().Run.Trainer.Model.Product.Description}")
            .AppendLine()
            .AppendLine("| model | KL weight | test loss | reconstruction | KL | squared error per pixel | best epoch | training time |")
            .AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var (spec, model) in models)
        {
            var test = model.Test;
            _text.AppendLine($"| {model.Run.Record.Model.Architecture} | {spec.KlWeight} | {test.Loss:F2} | {test.Reconstruction:F2} | {test.Kl:F2} | "
                + $"{model.SquaredErrorPerPixel:F5} | {model.Run.Trainer.State.BestEpoch} | {model.Seconds:F0} s |");
        }

        _text.AppendLine()
            .AppendLine("Nats per image, averaged over the test images, z drawn once for each. The reconstruction error is the binary cross-entropy of grey")
            .AppendLine("pixels: an error, not a log-likelihood. The squared error is that of reconstructions by the posterior mean.");
    }

    private void WriteCommands()
    {
        _text.AppendLine().AppendLine("## Commands").AppendLine()
            .AppendLine("All of it, and then each model by itself (figures are drawn from a model with the commands in their sections):").AppendLine()
            .AppendLine("```")
            .AppendLine(ReportCommands.Report(options, dataRecord));
        foreach (var spec in models.Keys)
        {
            _text.AppendLine(ReportCommands.Train(spec, options, dataRecord));
        }

        _text.AppendLine("```");
    }

    private static string KeptBy(KeepBy keepBy) => keepBy switch
    {
        KeepBy.ValidationReconstruction => "reconstruction error (which the report optimises)",
        KeepBy.ValidationLoss => "loss",
        _ => "age: the last",
    };
}
