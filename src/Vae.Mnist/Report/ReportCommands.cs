using System.Text.RegularExpressions;
using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// The commands of the tool <c>vae</c> that repeat the report or one part of it. They are printed in <c>report.md</c> and kept in
/// the records of the runs.
/// </summary>
internal static partial class ReportCommands
{
    public static string Report(ReportOptions options, DataRecord data, IMatrixProduct<float> product)
    {
        var only = options.Parts.Count == Enum.GetValues<ReportPart>().Length
            ? ""
            : string.Concat(options.Parts.Select(part => $" --only {NameOf(part)}"));
        return $"vae report --data {Quoted(data.Request)} {SharedOptions(options, product)}{only} --out again";
    }

    public static string Train(
        ReportModel model, ReportOptions options, DataRecord data, IMatrixProduct<float> product, string folder)
        => $"vae train --data {Quoted(data.Request)} --latent {model.Latent} --kl-weight {model.KlWeight} "
            + $"{SharedOptions(options, product)} --keep-by {NameOf(options.Training.KeepBy)} --out {folder}/{model.Name}";

    public static string Sweep(ReportModel model, double from, double to, double step, string file)
        => $"vae sweep runs/{model.Name} --from {from:0.######} --to {to:0.######} --step {step:0.######} --out {file}";

    public static string NameOf(ReportPart part) => part switch
    {
        ReportPart.Latent1 => "latent-1",
        ReportPart.Latent2 => "latent-2",
        ReportPart.ReconstructionOnly => "reconstruction-only",
        _ => "dimensions",
    };

    private static string NameOf(KeepBy keepBy) => keepBy switch
    {
        KeepBy.ValidationReconstruction => "reconstruction",
        KeepBy.ValidationLoss => "loss",
        _ => "last",
    };

    // Another product rounds differently, so it is named; the number of threads changes nothing.
    private static string SharedOptions(ReportOptions options, IMatrixProduct<float> product)
        => $"--hidden {string.Join(',', options.Hidden)} --epochs {options.Training.Epochs} --batch-size "
            + $"{options.Training.BatchSize} --learning-rate {options.Training.Adam.LearningRate} "
            + $"--validation-images {options.Training.ValidationSamples} "
            + $"--seed {options.Training.Seed}"
            + (product.Name == "simd" ? "" : $" --product {product.Name}");

    // For a POSIX shell.
    private static string Quoted(string text)
        => Plain().IsMatch(text) ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./:\\+-]+$")]
    private static partial Regex Plain();
}
