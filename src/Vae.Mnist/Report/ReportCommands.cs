using Vae.Model;

namespace Vae.Mnist;

/// <summary>The commands that make each part of the report by itself: for <c>report.md</c> and the runs' records.</summary>
internal static class ReportCommands
{
    public static string Report(ReportOptions options, DataRecord data)
    {
        var only = options.Parts.Count == Enum.GetValues<ReportPart>().Length
            ? ""
            : string.Concat(options.Parts.Select(part => $" --only {NameOf(part)}"));
        return $"vae report --data {data.Request} {Shared(options)}{only} --out FOLDER";
    }

    public static string Train(ReportModel model, ReportOptions options, DataRecord data)
        => $"vae train --data {data.Request} --latent {model.Latent} --kl-weight {model.KlWeight} {Shared(options)} "
            + $"--keep-by reconstruction --out runs/{model.Name}";

    public static string Sweep(ReportModel model, double from, double to, double step, string file)
        => $"vae sweep runs/{model.Name} --from {from:0.######} --to {to:0.######} --step {step:0.######} --out {file}";

    public static string NameOf(ReportPart part) => part switch
    {
        ReportPart.Latent1 => "latent-1",
        ReportPart.Latent2 => "latent-2",
        ReportPart.ReconstructionOnly => "reconstruction-only",
        _ => "dimensions",
    };

    private static string Shared(ReportOptions options)
        => $"--hidden {string.Join(',', options.Hidden)} --epochs {options.Training.Epochs} --batch-size {options.Training.BatchSize} "
            + $"--learning-rate {options.Training.Adam.LearningRate} --validation-images {options.Training.ValidationSamples} "
            + $"--seed {options.Training.Seed}";
}
