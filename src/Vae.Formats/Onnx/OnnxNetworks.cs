using Vae.Math;
using Vae.Model;

namespace Vae.Formats;

/// <summary>A model's encoder and decoder as graphs, with the outputs of <see cref="LatentSpace{T}"/>.</summary>
internal static class OnnxNetworks
{
    private const string Label = "label";

    /// <summary>q(z|x): <c>x</c> (and <c>label</c>) in, <c>mean</c> and <c>log_variance</c> out.</summary>
    public static OnnxGraph Encoder(VariationalAutoencoder<float> model, OnnxUnits units)
    {
        var options = model.Options;
        var graph = new OnnxGraph("encoder");
        var input = WithLabel(graph, options, units.ToModel(graph, graph.Input("x", OnnxType.Float, options.Features)));
        var hidden = Hidden(graph, model.Encoder.Hidden, options.EncoderActivation, input);
        graph.Output("mean", graph.Dense(model.Encoder.Mean, hidden), options.Latent);
        graph.Output("log_variance", graph.Dense(model.Encoder.LogVariance, hidden), options.Latent);
        return graph;
    }

    /// <summary>p(x|z): <c>z</c> (and <c>label</c>) in, <c>x</c> = E[x|z] out, and <c>logits</c> or <c>log_variance</c> where
    /// the decoder gives them.</summary>
    public static OnnxGraph Decoder(VariationalAutoencoder<float> model, OnnxUnits units)
    {
        var options = model.Options;
        var graph = new OnnxGraph("decoder");
        var input = WithLabel(graph, options, graph.Input("z", OnnxType.Float, options.Latent));
        var output = graph.Dense(model.Decoder.Output, Hidden(graph, model.Decoder.Hidden, options.DecoderActivation, input));
        switch (options.Likelihood)
        {
            case Likelihood.Bernoulli: AddMeanAndLogits(graph.Apply("Sigmoid", output)); break;
            case Likelihood.ContinuousBernoulli: AddMeanAndLogits(graph.ContinuousBernoulliMean(output)); break;
            case Likelihood.Gaussian or Likelihood.GaussianWithVariance: AddMean(output); break;
            case Likelihood.GaussianPixelVariance: AddMeanAndLogVariance(); break;
            default:
                throw new NotSupportedException(
                    $"The likelihood {options.Likelihood} cannot be exported to ONNX. Train with another one.");
        }

        return graph;

        void AddMean(string mean) => graph.Output("x", units.FromModel(graph, mean), options.Features);

        void AddMeanAndLogits(string mean)
        {
            AddMean(mean);
            graph.Output("logits", output, options.Features);
        }

        void AddMeanAndLogVariance()
        {
            var (mean, raw) = graph.Split(output, options.Features, options.Features);
            AddMean(mean);
            graph.Output("log_variance", units.LogVarianceFromModel(graph, graph.LogVarianceOfRaw(raw)), options.Features);
        }
    }

    /// <summary>Adds hidden layers.</summary>
    public static string Hidden(OnnxGraph graph, IReadOnlyList<Dense<float>> layers, Activation activation, string input)
        => layers.Aggregate(input, (value, layer) => graph.Activate(activation, graph.Dense(layer, value)));

    /// <summary>Joins a value with the one-hot label, where the model has labels.</summary>
    public static string WithLabel(OnnxGraph graph, VaeOptions options, string value)
    {
        if (options.Classes == 0)
        {
            return value;
        }

        var label = graph.OneHot(graph.Input(Label, OnnxType.Int64, null), options.Classes);
        return graph.Apply("Concat", [value, label], ("axis", 1L));
    }
}
