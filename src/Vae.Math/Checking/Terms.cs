using static System.FormattableString;

namespace Vae.Math;

/// <summary>Gradients that lack a term or have one too many: <c>g = e + k b</c>.</summary>
internal static class Terms
{
    /// <summary>The diagnosis of a missing or additional term, where it is one of the usual ones.</summary>
    public static GradientDiagnosis? Of(GradientEvidence seen, int[] wrong)
    {
        var values = seen.Values;
        return Everywhere(GradientPattern.Offset, _ => 1, ", the same number everywhere",
                "usually a term of the loss that is linear in the parameter, such as the -1 in a KL's log-variance")
            ?? Everywhere(GradientPattern.ValueTerm, i => values[i], " times the parameter's own value",
                "usually weight decay, a square of the value, or the KL of a mean")
            ?? Everywhere(GradientPattern.LogVarianceTerm, i => double.Exp(values[i]) - 1, " times exp(value) - 1",
                "usually the KL of a log-variance");

        GradientDiagnosis? Everywhere(GradientPattern pattern, Func<int, double> term, string what, string usually)
            => GradientFit.Term(seen, [.. Enumerable.Range(0, seen.Count)], term) is { } k
                ? new(pattern, wrong.Length, Invariant(
                    $"Every entry is off by {k:G6}{what}: a term is missing in the backward pass, ")
                    + $"is one too many there, or has the wrong sign or weight; {usually}.") { Factor = k }
                : null;
    }
}
