namespace Vae.Formats;

/// <summary>Adds the median of a mixture of Gaussians and atoms to a graph: the least x whose probability up to it is
/// half.</summary>
/// <param name="graph">The graph.</param>
/// <param name="share">The probability of each component, batch x components.</param>
/// <param name="mean">The mean of each component.</param>
/// <param name="deviation">The deviation of each component.</param>
/// <remarks>Each round divides an interval that has the median into 16 and keeps the one part that has it: ten rounds leave
/// 1e-12 of the first interval. ONNX Runtime has Erf for floats alone, so that probabilities are off by 1e-7.</remarks>
internal sealed class OnnxMedian(OnnxGraph graph, string share, string mean, string deviation)
{
    private const int Parts = 16;
    private const int Rounds = 10;
    private const double Deviations = 8;                              // beyond them a component has 1e-15 of its probability

    /// <summary>Adds the median.</summary>
    /// <param name="atoms">The atoms; null or empty for none.</param>
    /// <param name="probability">The probability of each atom, batch x atoms.</param>
    /// <param name="below">The probability of what lies below all numbers, batch x 1; null for 0.</param>
    /// <returns>batch x 1.</returns>
    public string Of(double[]? atoms = null, string? probability = null, string? below = null)
    {
        var places = atoms is { Length: > 0 } ? graph.Doubles(atoms) : null;
        var reach = graph.Apply("Mul", deviation, graph.Double(Deviations));
        var low = Extreme("Min", graph.Apply("Sub", mean, reach), places is null ? null : graph.Double(atoms!.Min()));
        var high = Extreme("Max", graph.Apply("Add", mean, reach), places is null ? null : graph.Double(atoms!.Max()));
        var width = graph.Apply("Sub", high, low);
        var steps = graph.Doubles([.. Enumerable.Range(1, Parts - 1).Select(step => (double)step / Parts)]);
        for (var round = 0; round < Rounds; round++)
        {
            var x = graph.Apply("Add", low, graph.Apply("Mul", width, steps)); // batch x 15
            var up = Up(x, places, probability, below);
            var isBelow = graph.Cast(graph.Apply("Less", up, graph.Double(0.5)), OnnxType.Double);
            width = graph.Apply("Mul", width, graph.Double(1.0 / Parts));
            low = graph.Apply("Add", low, graph.Apply("Mul", width, graph.SumOfRow(isBelow)));
        }

        return graph.Apply("Add", low, width);                        // an atom counts from itself on
    }

    // The probability up to each x: batch x 15.
    private string Up(string x, string? atoms, string? probability, string? below)
    {
        var each = graph.Apply("Unsqueeze", x, graph.Integers(2));    // batch x 15 x 1
        var t = graph.Apply("Div", graph.Apply("Sub", each, Row(mean)), Row(deviation));
        var scaled = graph.Cast(graph.Apply("Mul", t, graph.Double(1 / double.Sqrt(2))), OnnxType.Float);
        var erf = graph.Cast(graph.Apply("Erf", scaled), OnnxType.Double);
        var normal = graph.Apply("Mul", graph.Apply("Add", erf, graph.Double(1)), graph.Double(0.5));
        var up = Sum(graph.Apply("Mul", normal, Row(share)));
        if (atoms is not null)
        {
            var isBeyond = graph.Apply("Less", each, atoms);
            var reached = graph.Cast(graph.Apply("Not", isBeyond), OnnxType.Double);
            up = graph.Apply("Add", up, Sum(graph.Apply("Mul", reached, Row(probability!))));
        }

        return below is null ? up : graph.Apply("Add", up, below);
    }

    private string Row(string value) => graph.Apply("Unsqueeze", value, graph.Integers(1));

    private string Sum(string value) => graph.Apply("ReduceSum", [value, graph.Integers(2)], ("keepdims", 0L));

    private string Extreme(string which, string ends, string? atom)
    {
        var end = graph.Apply($"Reduce{which}", [ends], ("axes", new long[] { 1 }), ("keepdims", 1L));
        return atom is null ? end : graph.Apply(which, end, atom);
    }
}
