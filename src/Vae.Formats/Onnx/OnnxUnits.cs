using Vae.Model;

namespace Vae.Formats;

/// <summary>Adds a model's scaling to a graph: from the data's units to the model's and back, with
/// the arithmetic of <see cref="FeatureScaling"/>.</summary>
/// <param name="scaling">The scaling. An operation without effect is left out.</param>
internal sealed class OnnxUnits(FeatureScaling scaling)
{
    private const string Offset = "offset";
    private const string Scale = "scale";

    /// <summary>Adds <c>(x - offset) / scale</c>, clamped where the scaling is min-max.</summary>
    public string ToModel(OnnxGraph graph, string x)
    {
        var moved = scaling.HasOffset ? graph.Apply("Sub", x, Add(graph, Offset, scaling.Offset)) : x;
        var scaled = scaling.HasScale ? graph.Apply("Div", moved, Add(graph, Scale, scaling.Scale)) : moved;
        return scaling.Clamps ? graph.Apply("Clip", scaled, graph.Number(0), graph.Number(1)) : scaled;
    }

    /// <summary>Adds <c>x scale + offset</c>.</summary>
    public string FromModel(OnnxGraph graph, string mean)
    {
        var scaled = scaling.HasScale ? graph.Apply("Mul", mean, Add(graph, Scale, scaling.Scale)) : mean;
        return scaling.HasOffset ? graph.Apply("Add", scaled, Add(graph, Offset, scaling.Offset)) : scaled;
    }

    /// <summary>Adds <c>v + log(scale^2)</c>: the log-variance in the data's units.</summary>
    public string LogVarianceFromModel(OnnxGraph graph, string logVariance)
        => scaling.HasScale
            ? graph.Apply("Add", logVariance, Add(graph, "log_scale_squared", scaling.LogVarianceShift()))
            : logVariance;

    private static string Add(OnnxGraph graph, string name, IReadOnlyList<double> values)
        => Add(graph, name, [.. values.Select(one => (float)one)]);

    private static string Add(OnnxGraph graph, string name, float[] values)
        => graph.Tensor(OnnxTensor.Of(name, () => values, values.Length));
}
