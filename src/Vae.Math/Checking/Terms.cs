using static System.FormattableString;

namespace Vae.Math;

/// <summary>Gradients that lack a term or have one too many: <c>g = e + k b</c>.</summary>
internal static class Terms
{
    private const string Bias = "usually a term of the loss that is linear in the parameter";

    /// <summary>The term, where it is one of the usual ones.</summary>
    public static GradientDiagnosis? Of(GradientEvidence seen, int[] wrong)
    {
        var values = seen.Values;
        return Everywhere(GradientPattern.Offset, _ => 1, "the same number everywhere", Bias + ", such as the -1 in a KL's log-variance")
            ?? Everywhere(GradientPattern.ValueTerm, i => values[i], "times the parameter's own value",
                "usually weight decay, a square of the value, or the KL of a mean")
            ?? Everywhere(GradientPattern.SignTerm, i => double.Sign(values[i]), "times the sign of the parameter's own value", "usually an L1 penalty")
            ?? Everywhere(GradientPattern.LogVarianceTerm, i => double.Exp(values[i]) - 1, "times exp(value) - 1", "usually the KL of a log-variance")
            ?? Everywhere(GradientPattern.ExponentialTerm, i => double.Exp(values[i]), "times exp(value)", "usually the variance in the KL of a log-variance")
            ?? ByLine(GradientPattern.OffsetByRow, Places.Row, seen.Rows, "row")
            ?? ByLine(GradientPattern.OffsetByColumn, Places.Column, seen.Columns, "column");

        GradientDiagnosis? Everywhere(GradientPattern pattern, Func<int, double> term, string what, string usually)
            => GradientFit.Term(seen, [.. Enumerable.Range(0, seen.Count)], term) is { } k
                ? new(pattern, wrong.Length, Invariant(
                    $"Every entry is off by {k:G6}{(pattern == GradientPattern.Offset ? ", " : " ")}{what}: a term is missing in the backward pass, is one too many there, or has the wrong sign or weight; {usually}.")) { Factor = k }
                : null;

        GradientDiagnosis? ByLine(GradientPattern pattern, Func<GradientEvidence, int, int, int[]> entriesOf, int count, string noun)
        {
            if (seen.Rows == 1 || seen.Columns == 1)
            {
                return null;
            }

            var offsets = new double[count];
            for (var n = 0; n < count; n++)
            {
                var entries = entriesOf(seen, n, count);
                if (entries.Any(seen.IsWrong))
                {
                    if (GradientFit.Term(seen, entries, _ => 1) is not { } offset)
                    {
                        return null;
                    }

                    offsets[n] = offset;
                }
            }

            return new(pattern, wrong.Length, Invariant(
                $"Each {noun} is off by a number of its own ({Places.Numbers(offsets)}): a term is missing in the backward pass or one too many; {Bias}, the same for the whole {noun}."));
        }
    }
}
