using Vae.Math;

namespace Vae.Formats;

/// <summary>Adds the distributions of columns that are no numbers to a graph, with the arithmetic of the families of
/// <see cref="ColumnFamily"/>; <see cref="OnnxNumbers"/> adds those of numbers.</summary>
internal static class OnnxDistributions
{
    /// <summary>Adds a column's distribution.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="column">The column.</param>
    /// <param name="outputs">Its rows of the decoder's output, as doubles.</param>
    public static OnnxDistribution Of(OnnxGraph graph, OnnxColumn column, string outputs) => column.Likelihood.Family switch
    {
        ColumnFamily.Gaussian or ColumnFamily.StudentT or ColumnFamily.GaussianMixture => OnnxNumbers.Of(graph, column, outputs),
        ColumnFamily.Poisson => Poisson(graph, outputs),
        ColumnFamily.NegativeBinomial => NegativeBinomial(graph, outputs),
        ColumnFamily.ZeroInflatedNegativeBinomial => ZeroInflated(graph, outputs),
        ColumnFamily.Bernoulli => Flag(graph, outputs),
        ColumnFamily.Category => Category(graph, outputs),
        ColumnFamily.Ordinal => Ordinal(graph, outputs, column.Likelihood.Levels),
        _ => throw new NotSupportedException(
            $"The likelihood {column.Likelihood.Family} of a column cannot be exported to ONNX."),
    };

    private static OnnxDistribution Poisson(OnnxGraph graph, string o)
    {
        var rate = ExpOfCount(graph, o);
        return new(rate, [rate]);
    }

    private static OnnxDistribution NegativeBinomial(OnnxGraph graph, string outputs)
    {
        var (o, rho) = graph.Split(outputs, 1, 1);
        var mean = ExpOfCount(graph, o);
        return new(mean, [mean, ExpOfCount(graph, rho)]);
    }

    private static OnnxDistribution ZeroInflated(OnnxGraph graph, string outputs)
    {
        var (g, others) = graph.Split(outputs, 1, 2);
        var counts = NegativeBinomial(graph, others);
        var present = graph.Apply("Sigmoid", graph.Apply("Neg", g));  // 1 - s(g)
        return new(
            graph.Apply("Mul", present, counts.Estimate),             // E[x] = (1 - s(g)) e^o
            [graph.Apply("Sigmoid", g), .. counts.Parameters]);
    }

    private static OnnxDistribution Flag(OnnxGraph graph, string logit)
    {
        var probability = graph.Apply("Sigmoid", logit);
        var isLikely = graph.Apply("Less", graph.Double(0.5), probability);
        return new(graph.Cast(isLikely, OnnxType.Double), [probability]);
    }

    private static OnnxDistribution Category(OnnxGraph graph, string logits)
    {
        var probability = graph.Apply("Softmax", [logits], ("axis", 1L));
        var likeliest = graph.Apply("ArgMax", [logits], ("axis", 1L), ("keepdims", 1L));
        return new(graph.Cast(likeliest, OnnxType.Double), [probability]);
    }

    // theta_0 = raw_0, theta_k = theta_(k-1) + gap + softplus(raw_k); P(level at most k) = s(theta_k - eta). The median is the
    // number of levels that have less than half of the probability up to them.
    private static OnnxDistribution Ordinal(OnnxGraph graph, string outputs, int levels)
    {
        var (eta, raw) = graph.Split(outputs, 1, levels - 1);
        var first = new double[levels - 1];
        first[0] = 1;
        var gaps = graph.Apply("Add", graph.SoftplusOfDoubles(raw), graph.Double(OrdinalRows.LeastGap));
        var isFirst = graph.Apply("Less", graph.Double(0.5), graph.Doubles(first));
        var steps = graph.Apply("Where", isFirst, raw, gaps);
        var theta = graph.Apply("CumSum", steps, graph.Tensor(OnnxTensor.Of($"{steps}_axis", [1L])));
        var below = graph.Apply("Sigmoid", graph.Apply("Sub", theta, eta));
        var zero = graph.Apply("Mul", graph.Pick(below, [0]), graph.Double(0));
        var one = graph.Apply("Add", zero, graph.Double(1));
        var probability = graph.Apply("Sub", graph.Join(below, one), graph.Join(zero, below));
        var isBelow = graph.Cast(graph.Apply("Less", below, graph.Double(0.5)), OnnxType.Double);
        return new(graph.SumOfRow(isBelow), [probability]);
    }

    private static string ExpOfCount(OnnxGraph graph, string o)
        => graph.Apply("Exp", graph.Apply("Min", o, graph.Double(Counts.MostLog)));
}
