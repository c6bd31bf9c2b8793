using Vae.Math;

namespace Vae.Formats;

/// <summary>Element-wise functions and the dense layer, written in ONNX's operators.</summary>
internal static class OnnxFunctions
{
    // 1 / (1 - exp(-l)) - 1 / l = 1/2 + l/12 - l^3/720 + ...: below |l| = 1, the error of five terms is below 6e-10.
    private static readonly double[] ContinuousBernoulliSeries =
        [1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160];

    /// <summary>Adds <c>Y = X W^T + b</c>. A sample is a row here, and W is outputs x inputs, as in PyTorch.</summary>
    public static string Dense(this OnnxGraph graph, Dense<float> layer, string input)
    {
        var weight = graph.Tensor(
            OnnxTensor.Of(layer.Weight.Name, layer.Weight.Value.ToRowMajorArray, layer.Outputs, layer.Inputs));
        var bias = graph.Tensor(OnnxTensor.Of(layer.Bias.Name, layer.Bias.Value.ToRowMajorArray, layer.Outputs));
        return graph.Apply("Gemm", [input, weight, bias], ("transB", 1L));
    }

    /// <summary>Adds an activation.</summary>
    /// <exception cref="NotSupportedException">The activation has no counterpart in ONNX.</exception>
    public static string Activate(this OnnxGraph graph, Activation activation, string input) => activation switch
    {
        Activation.Relu => graph.Apply("Relu", input),
        Activation.Tanh => graph.Apply("Tanh", input),
        Activation.Softplus => graph.Softplus(input),
        Activation.LeakyRelu => graph.Apply("LeakyRelu", [input], ("alpha", 0.01f)),
        _ => throw new NotSupportedException($"The activation {activation} cannot be exported to ONNX. Train with another one."),
    };

    /// <summary>Adds the one-hot code: for each label a row of zeros with a one in the label's place.</summary>
    public static string OneHot(this OnnxGraph graph, string labels, int classes)
    {
        var depth = graph.Tensor(OnnxTensor.Of("classes", [classes]));
        var values = graph.Tensor(OnnxTensor.Of("off_and_on", () => [0, 1], 2));
        return graph.Apply("OneHot", [labels, depth, values], ("axis", -1L));
    }

    /// <summary>Adds a continuous Bernoulli's mean, <c>1 / (1 - exp(-l)) - 1 / l</c>, by its series near l = 0, where the
    /// formula is 0 / 0.</summary>
    /// <remarks>Where exp(-l) is infinite, the first term is -0 and the mean is -1 / l, its correct limit.</remarks>
    public static string ContinuousBernoulliMean(this OnnxGraph graph, string l)
    {
        var one = graph.Number(1);
        var square = graph.Apply("Mul", l, l);
        var series = graph.Number(ContinuousBernoulliSeries[^1]);
        foreach (var term in ContinuousBernoulliSeries.Reverse().Skip(1))
        {
            series = graph.Apply("Add", graph.Apply("Mul", square, series), graph.Number(term));
        }

        var near = graph.Apply("Add", graph.Apply("Mul", l, series), graph.Number(0.5));
        var rest = graph.Apply("Sub", one, graph.Apply("Exp", graph.Apply("Neg", l)));
        var far = graph.Apply("Sub", graph.Apply("Reciprocal", rest), graph.Apply("Reciprocal", l));
        return graph.Apply("Where", graph.Apply("Less", graph.Apply("Abs", l), one), near, far);
    }

    /// <summary>Adds <c>v = floor + softplus(r - floor)</c>, the log-variance above its floor.</summary>
    public static string LogVarianceOfRaw(this OnnxGraph graph, string r)
    {
        var floor = graph.Number(GaussianPixelVariance<float>.LeastLogVariance);
        return graph.Apply("Add", floor, graph.Softplus(graph.Apply("Sub", r, floor)));
    }

    /// <summary>Adds <c>Y + X A^T</c>, a linear path; Y itself where there is none.</summary>
    public static string AddPath(this OnnxGraph graph, LinearPath<float>? path, string input, string y)
    {
        if (path is null)
        {
            return y;
        }

        var weight = path.Weight;
        var a = graph.Tensor(
            OnnxTensor.Of(weight.Name, weight.Value.ToRowMajorArray, weight.Value.RowCount, weight.Value.ColumnCount));
        return graph.Apply("Add", y, graph.Apply("Gemm", [input, a], ("transB", 1L)));
    }

    /// <summary>Adds <c>log(1 + exp(x))</c> of doubles, for which ONNX Runtime has no Softplus.</summary>
    public static string SoftplusOfDoubles(this OnnxGraph graph, string x)
    {
        var small = graph.Apply("Exp", graph.Apply("Neg", graph.Apply("Abs", x)));
        var rest = graph.Apply("Log", graph.Apply("Add", small, graph.Double(1)));
        return graph.Apply("Add", graph.Apply("Max", x, graph.Double(0)), rest); // max(x, 0) + log(1 + exp(-|x|))
    }

    /// <summary>Adds the sum of each row's numbers, batch x 1.</summary>
    public static string SumOfRow(this OnnxGraph graph, string value)
        => graph.Apply("ReduceSum", [value, graph.Integers(1)], ("keepdims", 1L));

    private static string Softplus(this OnnxGraph graph, string x) => graph.Apply("Softplus", x);
}
