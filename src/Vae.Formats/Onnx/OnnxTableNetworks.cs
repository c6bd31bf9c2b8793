using Vae.Math;
using Vae.Model;

namespace Vae.Formats;

/// <summary>The encoder and the decoder of a model with a likelihood for each column of a table, as graphs.</summary>
internal static class OnnxTableNetworks
{
    /// <summary>q(z|x): <c>x</c> in, the columns' values in their own units; <c>mean</c> and <c>log_variance</c> out.</summary>
    public static OnnxGraph Encoder(VariationalAutoencoder<float> model, TableSchema schema)
    {
        var (options, encoder, graph) = (model.Options, model.Encoder, new OnnxGraph("encoder"));
        var x = graph.Input("x", OnnxType.Double, options.Features);
        var coded = OnnxRowCoding.Encode(graph, schema, options.Columns, x);
        var input = OnnxNetworks.WithLabel(graph, options, coded);
        var hidden = OnnxNetworks.Hidden(graph, encoder.Hidden, options.EncoderActivation, input);
        var ownMean = graph.AddPath(encoder.Linear, input, graph.Dense(encoder.Mean, hidden));
        var ownLogVariance = graph.Dense(encoder.LogVariance, hidden);
        var (mean, logVariance) = OnnxFactors.Add(graph, encoder.Factors, coded, ownMean, ownLogVariance);
        graph.Output("mean", mean, options.Latent);
        graph.Output("log_variance", logVariance, options.Latent);
        return graph;
    }

    /// <summary>p(x|z): <c>z</c> in; <c>x</c> out, each column's point estimate, and the parameters of each column's
    /// distribution.</summary>
    public static OnnxGraph Decoder(VariationalAutoencoder<float> model, IReadOnlyList<OnnxColumn> columns)
    {
        var (options, decoder, graph) = (model.Options, model.Decoder, new OnnxGraph("decoder"));
        var input = OnnxNetworks.WithLabel(graph, options, graph.Input("z", OnnxType.Float, options.Latent));
        var hidden = OnnxNetworks.Hidden(graph, decoder.Hidden, options.DecoderActivation, input);
        var computed = graph.AddPath(decoder.Linear, input, graph.Dense(decoder.Output, hidden));
        var outputs = graph.Cast(WithShared(graph, decoder, computed), OnnxType.Double);
        var parts = graph.SplitAt(1, outputs, [.. columns.Select(column => column.Likelihood.Outputs)]);
        var distributions = columns.Select((column, i) => OnnxDistributions.Of(graph, column, parts[i])).ToArray();
        graph.Output("x", graph.Join([.. distributions.Select(one => one.Estimate)]), columns.Count, OnnxType.Double);
        foreach (var (column, distribution) in columns.Zip(distributions))
        {
            foreach (var (parameter, value) in column.Parameters.Zip(distribution.Parameters, (one, value) => (one, value)))
            {
                graph.Output(parameter.Name, value, parameter.Count, OnnxType.Double);
            }
        }

        return graph;
    }

    // Every row of the output: those of the last layer, and the shared ones, the same in every row of the batch.
    private static string WithShared(OnnxGraph graph, Decoder<float> decoder, string computed)
    {
        if (decoder.Shared is not { } shared)
        {
            return computed;
        }

        var count = shared.Value.Value.RowCount;
        var numbers = graph.Tensor(OnnxTensor.Of(shared.Value.Name, shared.Value.Value.ToRowMajorArray, 1, count));
        var rows = graph.Apply("Gather", [graph.Apply("Shape", computed), graph.Integers(0)], ("axis", 0L));
        var shape = graph.Apply("Concat", [rows, graph.Integers(count)], ("axis", 0L));
        var both = graph.Join(computed, graph.Apply("Expand", numbers, shape));
        return graph.Pick(both, shared.Places);
    }
}
