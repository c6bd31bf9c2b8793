using System.Text.RegularExpressions;

namespace Vae.Cli;

/// <summary>Adds the command line's options to the libraries' messages, which name properties and values.</summary>
internal static partial class OptionNames
{
    /// <summary>The option for each property or value in a message.</summary>
    public static IReadOnlyDictionary<string, string> ByProperty { get; } = new Dictionary<string, string>
    {
        ["VaeOptions.Latent"] = "--latent",
        ["VaeOptions.KlWeight"] = "--kl-weight",
        ["VaeOptions.FreeBits"] = "--free-bits",
        ["TrainingOptions.Epochs"] = "--epochs",
        ["TrainingOptions.KlWarmUpEpochs"] = "--kl-warmup-epochs",
        ["AdamOptions.ClipNorm"] = "--clip-norm",
        ["AdamOptions.LearningRate"] = "--learning-rate",
        ["Activation.LeakyRelu"] = "--activation leaky-relu",
        ["Initialisation.He"] = "--initialisation he",
        ["Scaling.Standard"] = "--scale standard",
        ["Likelihood.GaussianWithVariance"] = "--likelihood gaussian-variance",
        ["TableOptions.DateFormat"] = "--date-format",
        ["TableOptions.MostLevels"] = "--most-levels",
        ["TableOptions.Schema"] = "--schema",
        ["acceptChanges"] = "--accept-changes",
    };

    // The libraries' advice without a property's name. The tests of the commands fail when one of these texts changes.
    private static readonly (string Advice, string Option)[] Phrases =
    [
        ("Resume it,", "Resume it (--resume),"),
        ("another folder", "another folder (--out)"),
        ("its own data.", "its own data (--data)."),
        ("the same product,", "the same product (--product),"),
        ("Read it with the package Vae.Parquet,", "Give its path, which must end in .parquet,"),
        ("set TableOptions.Folder, or the environment variable", "--out of a training, else the environment variable"),
    ];

    /// <summary>A message with options in the place of properties in parentheses:
    /// <c>(AdamOptions.ClipNorm)</c> becomes <c>(--clip-norm)</c>.</summary>
    public static string In(string message)
    {
        var named = InParentheses().Replace(
            TableAdvice.In(message),
            match => ByProperty.TryGetValue(match.Groups[1].Value, out var option) ? $"({option})" : match.Value);
        return Phrases.Aggregate(
            named, (text, phrase) => text.Replace(phrase.Advice, phrase.Option, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\(([A-Za-z]+(\.[A-Za-z]+)?)\)")]
    private static partial Regex InParentheses();
}
