using Vae.Math;

namespace Vae.Formats;

/// <summary>Adds the distributions of columns that are numbers to a graph: a Gaussian, a Student-t or a mixture of Gaussians,
/// beside atoms where the column has them.</summary>
internal static class OnnxNumbers
{
    /// <summary>Adds a column's distribution.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="column">The column.</param>
    /// <param name="outputs">Its rows of the decoder's output, as doubles.</param>
    public static OnnxDistribution Of(OnnxGraph graph, OnnxColumn column, string outputs)
    {
        var likelihood = column.Likelihood;
        var atoms = column.Atoms.Length;
        if (atoms == 0)
        {
            var alone = Components(graph, likelihood, outputs);
            return new(InUnits(graph, column, Estimate(graph, likelihood, alone)), Parameters(graph, column, alone));
        }

        var (logits, rest) = graph.Split(outputs, atoms, likelihood.Outputs - atoms);
        var first = graph.Pick(logits, [0]);
        var others = graph.Apply("Sub", first, first);                // the logit of all other values: 0
        var all = graph.Apply("Softmax", [graph.Join(logits, others)], ("axis", 1L));
        var (probability, other) = graph.Split(all, atoms, 1);
        var components = Components(graph, likelihood, rest);
        var estimate = likelihood.IsLogarithm
            ? MedianWithAtoms(graph, column, components, probability, other)
            : graph.Apply(                                            // E[x] = sum of P(a) a + P(others) E[others]
                "Add",
                graph.SumOfRow(graph.Apply("Mul", probability, graph.Doubles(column.Atoms))),
                graph.Apply("Mul", other, InUnits(graph, column, Estimate(graph, likelihood, components))));
        return new(estimate, [probability, .. Parameters(graph, column, components)]);
    }

    private static Mixture Components(OnnxGraph graph, ColumnLikelihood likelihood, string outputs)
    {
        switch (likelihood.Family)
        {
            case ColumnFamily.Gaussian:
                var (m, r) = graph.Split(outputs, 1, 1);
                return new(null, m, Deviation(graph, likelihood, r), null);
            case ColumnFamily.StudentT:
                var parts = graph.SplitAt(1, outputs, 1, 1, 1);
                var logScale = AboveFloor(graph, parts[1], double.Log(likelihood.LeastDeviation));
                var nu = graph.Apply("Add", graph.SoftplusOfDoubles(parts[2]), graph.Double(2)); // nu = 2 + softplus(n)
                return new(null, parts[0], graph.Apply("Exp", logScale), nu);
            default:
                var k = likelihood.Components;
                var of = graph.SplitAt(1, outputs, k, k, k);
                var share = graph.Apply("Softmax", [of[0]], ("axis", 1L));
                return new(share, of[1], Deviation(graph, likelihood, of[2]), null);
        }
    }

    // The mean, or the median of a logarithm; both are the location where there is one symmetric component.
    private static string Estimate(OnnxGraph graph, ColumnLikelihood likelihood, Mixture of)
        => of.Share is null ? of.Location
            : likelihood.IsLogarithm ? new OnnxMedian(graph, of.Share, of.Location, of.Scale).Of()
            : graph.SumOfRow(graph.Apply("Mul", of.Share, of.Location));

    private static string MedianWithAtoms(OnnxGraph graph, OnnxColumn column, Mixture of, string probability, string other)
    {
        var share = of.Share is null ? other : graph.Apply("Mul", of.Share, other);
        var median = new OnnxMedian(graph, share, of.Location, of.Scale);
        var finite = column.Likelihood.Atoms;
        double[] atoms = [.. finite.Select(atom => (double)(float)atom)];
        if (!column.Likelihood.HasZeros)
        {
            return InUnits(graph, column, median.Of(atoms, probability));
        }

        var zero = graph.Pick(probability, [0]);
        var at = atoms.Length == 0 ? null : graph.Pick(probability, Enumerable.Range(1, atoms.Length));
        var above = InUnits(graph, column, median.Of(atoms, at, zero));
        return graph.Apply("Where", graph.Apply("Less", zero, graph.Double(0.5)), above, graph.Double(0));
    }

    private static string[] Parameters(OnnxGraph graph, OnnxColumn column, Mixture of)
    {
        var location = Scaled(graph, column, of.Location);
        var scale = graph.Apply("Mul", of.Scale, graph.Double(column.Scale));
        return
        [
            .. of.Share is null ? (ReadOnlySpan<string>)[] : [of.Share],
            location,
            scale,
            .. of.DegreesOfFreedom is null ? (ReadOnlySpan<string>)[] : [of.DegreesOfFreedom],
        ];
    }

    private static string InUnits(OnnxGraph graph, OnnxColumn column, string number)
    {
        var scaled = Scaled(graph, column, number);
        return column.Likelihood.IsLogarithm ? graph.Apply("Exp", scaled) : scaled;
    }

    private static string Scaled(OnnxGraph graph, OnnxColumn column, string number)
        => graph.Apply("Add", graph.Apply("Mul", number, graph.Double(column.Scale)), graph.Double(column.Offset));

    // exp(v / 2), v = f + softplus(r - f), f = 2 log(least deviation)
    private static string Deviation(OnnxGraph graph, ColumnLikelihood likelihood, string r)
    {
        var v = AboveFloor(graph, r, LearntScale.LogVarianceFloor(likelihood));
        return graph.Apply("Exp", graph.Apply("Mul", v, graph.Double(0.5)));
    }

    private static string AboveFloor(OnnxGraph graph, string raw, double floor)
        => graph.Apply(
            "Add", graph.Double(floor), graph.SoftplusOfDoubles(graph.Apply("Sub", raw, graph.Double(floor))));

    // The components, in the model's units: batch x components each. Share is null where there is one component, and the degrees
    // of freedom where it is no Student-t.
    private sealed record Mixture(string? Share, string Location, string Scale, string? DegreesOfFreedom);
}
