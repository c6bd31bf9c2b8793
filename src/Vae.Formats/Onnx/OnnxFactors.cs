using Vae.Math;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Adds the posterior of a factor analysis to a graph, with the arithmetic of <see cref="FactorPosterior{T}"/>, in
/// double.</summary>
internal static class OnnxFactors
{
    /// <summary>Adds the posterior's mean and log-variance to the encoder's.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="factors">The posterior; null where there is none.</param>
    /// <param name="coded">The coded rows.</param>
    /// <param name="mean">The encoder's mean.</param>
    /// <param name="logVariance">The encoder's log-variance.</param>
    public static (string Mean, string LogVariance) Add(
        OnnxGraph graph, FactorPosterior<float>? factors, string coded, string mean, string logVariance)
    {
        if (factors is null)
        {
            return (mean, logVariance);
        }

        var latents = factors.Weight.Value.ColumnCount;
        var weight = factors.Weight.Value;
        var w = graph.Cast(                                           // numbers x latents; a float in the file, which is exact
            graph.Tensor(OnnxTensor.Of(factors.Weight.Name, weight.ToRowMajorArray, weight.RowCount, weight.ColumnCount)),
            OnnxType.Double);
        var transposed = graph.Apply("Transpose", [w], ("perm", new long[] { 1, 0 }));
        var m = graph.Tensor(
            OnnxTensor.Of(factors.Mean.Name, factors.Mean.Value.ToRowMajorArray, factors.Values.Count));
        var t = graph.Doubles([.. factors.Precision.Value.Enumerate().Select(one => (double)one)]);
        var hole = graph.Cast(graph.Pick(coded, factors.Holes), OnnxType.Double);
        var weighted = graph.Apply("Mul", t, graph.Apply("Sub", graph.Double(1), hole)); // T, 0 for a hole: batch x numbers
        var away = graph.Cast(graph.Apply("Sub", graph.Pick(coded, factors.Values), m), OnnxType.Double); // x - m
        var b = graph.Apply("MatMul", graph.Apply("Mul", weighted, away), w);            // W^T T (x - m)
        var tw = graph.Apply("Mul", graph.Apply("Unsqueeze", weighted, graph.Integers(1)), transposed);
        var a = graph.Apply("Add", graph.Apply("MatMul", tw, w), Identity(graph, latents)); // A = I + W^T T W
        var diagonal = graph.Apply(
            "Add", graph.Double(1), graph.Apply("MatMul", weighted, graph.Apply("Mul", w, w)));

        var added = graph.Cast(Solve(graph, a, b, latents), OnnxType.Float);             // A^-1 W^T T (x - m)
        var logDiagonal = graph.Cast(graph.Apply("Log", diagonal), OnnxType.Float);
        return (graph.Apply("Add", mean, added), graph.Apply("Sub", logVariance, logDiagonal)); // -log diag(A)
    }

    /// <summary>Adds the solution y of <c>A y = b</c> for each row: the elimination of Gauss and Jordan, without pivoting, which
    /// a symmetric positive-definite matrix does not need.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="a">A, batch x size x size.</param>
    /// <param name="b">b, batch x size.</param>
    /// <param name="size">Rows of A.</param>
    public static string Solve(OnnxGraph graph, string a, string b, int size)
    {
        // (A b); each step eliminates the first column in all rows but that of its pivot, and drops it.
        var rest = graph.Apply("Concat", [a, graph.Apply("Unsqueeze", b, graph.Integers(2))], ("axis", 2L));
        for (var k = 0; k < size; k++)
        {
            var parts = graph.SplitAt(2, rest, 1, size - k);
            var row = graph.Apply("Gather", [parts[1], graph.Integers(k)], ("axis", 1L));
            var pivot = graph.Apply("Gather", [parts[0], graph.Integers(k)], ("axis", 1L));
            var scaled = graph.Apply("Div", row, pivot);
            var unit = new double[size];
            unit[k] = 1;
            // A -= (column - e) row / pivot, which leaves row / pivot in the pivot's row
            var factor = graph.Apply("Sub", parts[0], graph.Doubles(unit, size, 1));
            rest = graph.Apply("Sub", parts[1], graph.Apply("Mul", factor, scaled));
        }

        return graph.Apply("Squeeze", rest, graph.Integers(2));
    }

    private static string Identity(OnnxGraph graph, int size)
    {
        var ones = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            ones[(i * size) + i] = 1;
        }

        return graph.Doubles(ones, size, size);
    }
}
