using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>The start of a training on a table's columns: the output's biases give each column its own distribution among the
/// training rows.</summary>
internal static class ColumnStart
{
    /// <summary>Fills in the biases and the shared rows of a model that was just initialised; no effect on models without
    /// columns.</summary>
    /// <param name="model">The model.</param>
    /// <param name="values">The training values as the likelihoods explain them.</param>
    public static void Fill<T>(VariationalAutoencoder<T> model, TrainingValues values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (model.Likelihood is not TableLikelihood<T> likelihood)
        {
            return;
        }

        var rows = new T[(int)model.Options.OutputRows];
        for (var feature = 0; feature < model.Options.Features; feature++)
        {
            var outputs = new double[likelihood.Columns[feature].Outputs];
            likelihood.Start(feature, values.Of(feature), outputs);
            var first = likelihood.FirstRow(feature);
            for (var i = 0; i < outputs.Length; i++)
            {
                rows[first + i] = T.CreateTruncating(outputs[i]);
            }
        }

        var bias = model.Decoder.Output.Bias.Value.AsSpan();
        if (model.Decoder.Shared is { } shared)
        {
            shared.Split(rows, bias);
        }
        else
        {
            rows.CopyTo(bias);
        }

        if (model.Options.Factors)
        {
            FactorStart.Fill(model, likelihood, values);
        }
    }
}
