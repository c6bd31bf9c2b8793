using static System.FormattableString;

namespace Vae.Math;

/// <summary>Gradients that are right but for a factor: <c>g = c e</c>.</summary>
internal static class Factors
{
    /// <summary>One factor for all entries.</summary>
    public static GradientDiagnosis? Everywhere(GradientEvidence seen, int[] wrong)
    {
        if (GradientFit.Factor(seen, [.. Enumerable.Range(0, seen.Count)], Usual(seen)) is not { } factor)
        {
            return null;
        }

        return factor == -1
            ? new(GradientPattern.SignFlipped, wrong.Length,
                "Every entry has the wrong sign: usually a minus is missing or one too many, "
                + "as of a difference, of -log, or of 1 - y.")
            {
                Factor = -1,
            }
            : new(GradientPattern.Factor, wrong.Length, Invariant(
                $"Every entry is {factor:G6} times what it should be: {Hint(factor, seen.Samples)}.")) { Factor = factor };
    }

    /// <summary>The common factor of some wrong entries, in words; empty where there is none.</summary>
    public static string Of(GradientEvidence seen, int[] entries)
        => entries.All(seen.IsUntouched) ? " There it is never written."
            : entries.All(i => seen.Gradient[i] == 0) ? " There it is 0."
            : GradientFit.Factor(seen, entries, Usual(seen)) is { } factor
                ? Invariant($" There it is {factor:G6} times what it should be.")
            : "";

    // Constants that need no entry to be fitted to: a single number may be wrong by these.
    private static double[] Usual(GradientEvidence seen)
    {
        double[] plain = [-1, 2, 0.5, -2, -0.5];
        return seen.Samples < 2 ? plain : [.. plain, seen.Samples, 1.0 / seen.Samples, -seen.Samples, -1.0 / seen.Samples];
    }

    private static string Hint(double factor, int samples)
    {
        var (size, sign) = (double.Abs(factor), factor < 0 ? "the sign is flipped, and " : "");
        var isSamples = samples > 1 && Is(size, samples);
        var isShare = samples > 1 && Is(size, 1.0 / samples);
        return sign + (isSamples, isShare, size) switch
        {
            (true, _, _) => $"the batch has {samples} samples, so usually the loss is their average and the gradient their sum"
                + (samples == 2 ? "; else a forgotten 1/2" : ""),
            (_, true, _) => $"the batch has {samples} samples, "
                + "so usually the gradient is averaged twice, or averaged where the loss is a sum"
                + (samples == 2 ? "; else the 2 of a square" : ""),
            _ when Is(size, 2) => "usually the 2 of a square's derivative where the loss has 1/2 of it, "
                + "a forgotten 1/2 (of a log-variance), or a term that is counted twice",
            _ when Is(size, 0.5) => "usually the 2 of a square's derivative is missing, or a 1/2 is one too many",
            _ when IsWhole(size) => "usually a sum over so many samples or features where the loss has their average",
            _ when IsWhole(1 / size) => "usually divided once too often by a number of samples or features",
            _ => "usually a constant (a weight, a slope, a variance) that only one of loss and gradient has",
        };
    }

    private static bool IsWhole(double size) => size is >= 1.5 and < 1e6 && Is(size, double.Round(size));

    private static bool Is(double size, double number) => double.Abs(size - number) <= GradientFit.Slack * number;
}
