using static System.FormattableString;

namespace Vae.Math;

/// <summary>Looks for the usual patterns of wrong gradients, one after another: the first that explains every
/// entry is the diagnosis.</summary>
internal static class Diagnoses
{
    // How near the ends of the range between the slopes the differences must be to stand for one side, as a share of that range.
    private const double OneSide = 0.01;

    /// <summary>The diagnosis of a parameter with a wrong entry.</summary>
    /// <param name="seen">The whole gradient; the differences up to the first NaN.</param>
    /// <param name="worst">The worst entry.</param>
    /// <param name="differences">The central differences of the parameter.</param>
    public static GradientDiagnosis Of(GradientEvidence seen, ParameterCheck worst, CentralDifferences differences)
    {
        var diagnosis = NotFinite(seen, worst);
        if (diagnosis is not null)
        {
            return diagnosis;
        }

        var wrong = seen.Wrong();
        return Corner(seen, wrong, differences)
            ?? Accumulates(seen, wrong)
            ?? NotWritten(seen, wrong)
            ?? Zero(seen, wrong)
            ?? Factors.Everywhere(seen, wrong)
            ?? Places.Transposed(seen, wrong)
            ?? Places.OfSome(seen, wrong)
            ?? Terms.Of(seen, wrong)
            ?? NotRepeatable(seen, wrong)
            ?? None(seen, wrong);
    }

    /// <summary>The diagnosis of a parameter whose gradient is right after the first run of the backward pass; null where it
    /// is right after the second.</summary>
    /// <param name="seen">The whole gradient and all differences.</param>
    public static GradientDiagnosis? OfPassing(GradientEvidence seen) => Accumulates(seen, []) ?? NotRepeatable(seen, []);

    private static GradientDiagnosis? NotFinite(GradientEvidence seen, ParameterCheck worst)
    {
        int[] places = [.. Enumerable.Range(0, seen.Count).Where(i => !double.IsFinite(seen.Gradient[i]))];
        if (places.Length > 0)
        {
            return new(GradientPattern.NotFinite, places.Length, Invariant(
                $"{places.Length} of {seen.Count} entries are NaN or infinite, the first at {seen.Place(places[0])}: ")
                + "usually the logarithm of 0, 0/0, an exponential that overflows, or memory that nobody wrote.");
        }

        return double.IsFinite(worst.Expected) ? null : new(GradientPattern.LossNotFinite, 1, Invariant(
            $"The loss is NaN or infinite where [{worst.Row}, {worst.Column}] is moved by 0.002 or less: ")
            + "the point is bad, not the gradient. Check where the loss is finite (no logarithm of 0, no overflow).");
    }

    // Differences across a corner lie between the slopes of its sides, and a right gradient is one of the two.
    private static GradientDiagnosis? Corner(GradientEvidence seen, int[] wrong, CentralDifferences differences)
    {
        var first = (Left: 0.0, Right: 0.0);
        for (var n = 0; n < wrong.Length; n++)
        {
            if (differences.Corner(wrong[n]) is not { } slopes || !IsBetween(slopes, seen.Gradient[wrong[n]], -OneSide)
                || !IsBetween(slopes, seen.Expected[wrong[n]], OneSide))
            {
                return null;
            }

            first = n == 0 ? slopes : first;
        }

        return new(GradientPattern.Corner, wrong.Length, Invariant(
            $"The loss has a corner where the check stands: at {seen.Place(wrong[0])} ")
            + Invariant($"its slope is {first.Left:G6} from the left ")
            + Invariant($"and {first.Right:G6} from the right{Others(wrong.Length)}. ")
            + "The point is bad, not the gradient: check at other values (a ReLU's input away from 0).");

        static bool IsBetween((double Left, double Right) slopes, double value, double margin)
        {
            var (low, high) = (double.Min(slopes.Left, slopes.Right), double.Max(slopes.Left, slopes.Right));
            var room = margin * (high - low);
            return value >= low + room && value <= high - room;
        }

        static string Others(int count) => count == 1 ? "" : $", and so it is at all {count} entries that disagree";
    }

    // The second run adds to the first run's gradient instead of overwriting it.
    private static GradientDiagnosis? Accumulates(GradientEvidence seen, int[] wrong)
        => seen.Changes() && Enumerable.Range(0, seen.Count).All(i => IsAdded(seen, i))
            ? new(GradientPattern.Accumulates, wrong.Length,
                "Each run of the backward pass adds the right gradient to what stood there before: "
                + "a gradient is overwritten (= instead of +=).")
            : null;

    // Up to the rounding of the sum.
    private static bool IsAdded(GradientEvidence seen, int index)
    {
        var scale = double.Max(double.Abs(seen.Gradient[index]), double.Abs(seen.Expected[index])) + GradientEvidence.Moved;
        return double.Abs(seen.Added(index) - seen.Expected[index]) <= GradientFit.Slack * scale;
    }

    private static GradientDiagnosis? NotWritten(GradientEvidence seen, int[] wrong)
        => Enumerable.Range(0, seen.Count).All(seen.IsUntouched)
            ? new(GradientPattern.NotWritten, wrong.Length,
                "The backward pass leaves the gradient as it was: "
                + "it is never computed, or is written to another matrix (a copy).")
            : null;

    private static GradientDiagnosis? Zero(GradientEvidence seen, int[] wrong)
        => seen.Gradient.AsSpan().ContainsAnyExcept(0) ? null : new(GradientPattern.Zero, wrong.Length,
            "The gradient is 0 everywhere: usually it is cleared after it was computed, a mask lets nothing through, "
            + "or a product has a factor that is still 0.");

    private static GradientDiagnosis? NotRepeatable(GradientEvidence seen, int[] wrong)
    {
        if (!seen.Changes())
        {
            return null;
        }

        var worst = Enumerable.Range(0, seen.Count).MaxBy(i => double.Abs(seen.Again(i) - seen.Gradient[i]));
        return new(GradientPattern.NotRepeatable, wrong.Length, Invariant(
            $"A second run of the backward pass gives another gradient, most so at {seen.Place(worst)}: ")
            + "usually it overwrites what it reads, adds to what it should overwrite, or draws noise anew.");
    }

    private static GradientDiagnosis None(GradientEvidence seen, int[] wrong)
    {
        double[] ratios =
        [
            .. wrong.Where(i => double.Abs(seen.Expected[i]) > GradientCheck.Floor)
                .Select(i => seen.Gradient[i] / seen.Expected[i]),
        ];
        var range = ratios.Length < 2 ? "" : Invariant($", {ratios.Min():G4} to {ratios.Max():G4} times what they should be");
        return new(GradientPattern.None, wrong.Length, Invariant(
            $"{wrong.Length} of {seen.Count} entries are wrong{range}. ")
            + "No usual pattern fits them all: compare the derivation with the code line by line.");
    }
}
