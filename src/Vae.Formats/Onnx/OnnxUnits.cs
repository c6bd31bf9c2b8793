namespace Vae.Formats;

/// <summary>From the units of data to those of a model and back, feature by feature: the model sees <c>(x - offset) / scale</c>.</summary>
/// <param name="offset">A number for each feature; null for 0.</param>
/// <param name="scale">A number other than 0 for each feature; null for 1.</param>
/// <param name="clamp">Whether what the model sees ends at 0 and at 1.</param>
internal sealed class OnnxUnits(IReadOnlyList<float>? offset, IReadOnlyList<float>? scale, bool clamp)
{
    private const string Offset = "offset";
    private const string Scale = "scale";

    /// <summary>Adds <c>(x - offset) / scale</c>.</summary>
    public string ToModel(OnnxGraph graph, string x)
    {
        var moved = offset is null ? x : graph.Apply("Sub", x, Add(graph, Offset, offset));
        var scaled = scale is null ? moved : graph.Apply("Div", moved, Add(graph, Scale, scale));
        return clamp ? graph.Apply("Clip", scaled, graph.Number(0), graph.Number(1)) : scaled;
    }

    /// <summary>Adds <c>x scale + offset</c>.</summary>
    public string FromModel(OnnxGraph graph, string mean)
    {
        var scaled = scale is null ? mean : graph.Apply("Mul", mean, Add(graph, Scale, scale));
        return offset is null ? scaled : graph.Apply("Add", scaled, Add(graph, Offset, offset));
    }

    /// <summary>Adds <c>v + log(scale^2)</c>: the log-variance of what is that many times as large.</summary>
    public string LogVarianceFromModel(OnnxGraph graph, string logVariance)
        => scale is null ? logVariance : graph.Apply("Add", logVariance, Add(
            graph, "log_scale_squared", [.. scale.Select(one => (float)(2 * double.Log(double.Abs(one))))]));

    private static string Add(OnnxGraph graph, string name, IReadOnlyList<float> values)
        => graph.Tensor(OnnxTensor.Of(name, () => [.. values], values.Count));
}
