namespace Vae.Math;

/// <summary>Whether one constant for each group of entries makes a gradient right: <c>g = k e</c>, or <c>g = e + k b</c> for a
/// term b.</summary>
/// <remarks>
/// A fit is accepted where it explains every entry as exactly as a right gradient agrees with the differences
/// (<see cref="Slack"/>), and where chance would hardly do so: an entry whose error is a thousand times its slack fits by
/// chance once in a thousand.
/// </remarks>
internal static class GradientFit
{
    /// <summary>The largest relative distance of an entry from its explanation: three times the check's tolerance, for the
    /// entry's own difference, for the differences that the constant is fitted to, and for the rounding of both.</summary>
    public const double Slack = 3 * GradientCheck.Tolerance;

    // In powers of ten: a fit that chance gives once in ten thousand or more often is not named.
    private const double Enough = 4;

    /// <summary>The constant c in <c>g = c e</c> over some entries.</summary>
    /// <param name="seen">The gradient g and the differences e.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="usual">Constants to try without fitting. Any other constant is fitted to one entry,
    /// which then proves nothing.</param>
    /// <returns>The constant; null where none explains the entries, or where it might be chance.</returns>
    public static double? Factor(GradientEvidence seen, IReadOnlyList<int> entries, IReadOnlyList<double> usual)
    {
        foreach (var constant in usual)
        {
            if (Explains(constant) is { Count: > 0 } proofs && proofs.Sum() >= Enough)
            {
                return constant;
            }
        }

        var fitted = Least(entries, i => seen.Expected[i], i => seen.Gradient[i]);
        return Explains(fitted) is { Count: > 0 } left && left.Sum() - left.Max() >= Enough ? fitted : null;

        // The slack of c e is c times the slack of e.
        List<double>? Explains(double c) => Proofs(
            seen, entries, i => seen.Gradient[i] - (c * seen.Expected[i]),
            i => Slack * double.Max(
                double.Abs(c) * double.Max(double.Abs(seen.Expected[i]), GradientCheck.Floor), GradientCheck.Floor));
    }

    /// <summary>The constant k in <c>g = e + k b</c> over some entries.</summary>
    /// <param name="seen">The gradient g and the differences e.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="term">b, by entry.</param>
    /// <returns>The constant; null where none explains the entries, or where it might be chance.</returns>
    public static double? Term(GradientEvidence seen, IReadOnlyList<int> entries, Func<int, double> term)
    {
        var k = Least(entries, term, i => seen.Gradient[i] - seen.Expected[i]);
        var proofs = Proofs(
            seen, entries, i => seen.Gradient[i] - seen.Expected[i] - (k * term(i)),
            i => Slack * double.Max(double.Max(double.Abs(seen.Gradient[i]), double.Abs(seen.Expected[i])), GradientCheck.Floor));
        return proofs is { Count: > 0 } && proofs.Sum() - proofs.Max() >= Enough ? k : null;
    }

    /// <summary>Whether a rearrangement of the differences is the gradient.</summary>
    /// <param name="seen">The gradient g and the differences e.</param>
    /// <param name="source">The place in e for a place in g.</param>
    public static bool Rearranged(GradientEvidence seen, Func<int, int> source)
        => Proofs(
            seen, [.. Enumerable.Range(0, seen.Count)], i => seen.Gradient[i] - seen.Expected[source(i)],
            i => Slack * double.Max(double.Abs(seen.Expected[source(i)]), GradientCheck.Floor))?.Sum() >= Enough;

    // Least squares: k = <x, y> / <x, x>.
    private static double Least(IReadOnlyList<int> entries, Func<int, double> x, Func<int, double> y)
    {
        var (products, squares) = (0.0, 0.0);
        foreach (var i in entries)
        {
            products += x(i) * y(i);
            squares += x(i) * x(i);
        }

        return squares > 0 ? products / squares : 0;
    }

    // The powers of ten by which each entry's error is larger than its slack; null where an entry is not explained.
    private static List<double>? Proofs(
        GradientEvidence seen, IReadOnlyList<int> entries, Func<int, double> left, Func<int, double> allowed)
    {
        var proofs = new List<double>();
        foreach (var i in entries)
        {
            if (!(double.Abs(left(i)) <= allowed(i)))
            {
                return null;
            }

            var error = double.Abs(seen.Gradient[i] - seen.Expected[i]);
            proofs.Add(error > allowed(i) ? double.Log10(error / allowed(i)) : 0);
        }

        return proofs;
    }
}
