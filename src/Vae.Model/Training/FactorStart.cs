using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>The start of a training from a factor analysis of the columns that are numbers: the encoder's fixed posterior, the
/// decoder's linear path, and the noise that the factors leave.</summary>
internal static class FactorStart
{
    private const long MostWork = 4_000_000;                          // products in a round of the fit
    private const int FewestRows = 1000;
    private const int MostRows = 10_000;
    private const double HiddenShare = 0.1;                           // of the hidden layers' first contribution

    /// <summary>Fits the analysis to some training rows, and fills it in.</summary>
    public static void Fill<T>(
        VariationalAutoencoder<T> model, TableLikelihood<T> likelihood, TrainingValues values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = model.Options;
        int[] numbers = [.. FactorColumns.Of(options.Columns)];
        var work = (long)numbers.Length * options.Latent * options.Latent;
        var rows = (int)long.Clamp(MostWork / work, FewestRows, MostRows);
        var inputs = InputsOf(options, numbers, values, int.Min(rows, values.Count));
        var analysis = FactorAnalysis.Fit(inputs, numbers.Length, options.Latent);
        var posterior = model.Encoder.Factors!;
        for (var i = 0; i < numbers.Length; i++)
        {
            posterior.Mean.Value[i, 0] = T.CreateTruncating(analysis.Mean[i]);
            posterior.Precision.Value[i, 0] = T.CreateTruncating(1 / analysis.Noise[i]);
            for (var k = 0; k < options.Latent; k++)
            {
                posterior.Weight.Value[i, k] = T.CreateTruncating(analysis.Weight[(i * options.Latent) + k]);
            }
        }

        Shrink(model.Encoder.Mean);
        Shrink(model.Encoder.LogVariance);
        Shrink(model.Decoder.Output, keepBias: true);
        if (model.Decoder.Linear is { } path)
        {
            path.Weight.Value.Clear();
            for (var i = 0; i < numbers.Length; i++)
            {
                var weights = analysis.Weight.AsSpan(i * options.Latent, options.Latent);
                SetOutputs(model, likelihood, numbers[i], weights, analysis.Noise[i]);
            }
        }
    }

    // The numbers as the encoder reads them, NaN for a hole.
    private static double[] InputsOf(VaeOptions options, int[] numbers, TrainingValues values, int rows)
    {
        var coding = new RowCoding(options.Columns);
        var inputs = new double[rows * numbers.Length];
        var target = new double[values.Features];
        var observed = new double[values.Features];
        var input = new double[coding.Rows];
        for (var row = 0; row < rows; row++)
        {
            values.Row(row).CopyTo(target);
            Holes.Fill(target, observed);
            coding.Encode<double>(target, observed, input);
            for (var i = 0; i < numbers.Length; i++)
            {
                inputs[(row * numbers.Length) + i] = observed[numbers[i]] == 0 ? double.NaN : input[coding.Start(numbers[i])];
            }
        }

        return inputs;
    }

    private static void Shrink<T>(Dense<T> layer, bool keepBias = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref var weight in layer.Weight.Value.AsSpan())
        {
            weight *= T.CreateChecked(HiddenShare);
        }

        if (!keepBias)
        {
            layer.Bias.Value.Clear();
        }
    }

    // W_j z moves every mean of the column's likelihood alike; its variance begins as what the factors leave.
    private static void SetOutputs<T>(
        VariationalAutoencoder<T> model, TableLikelihood<T> likelihood, int column, ReadOnlySpan<double> weights, double noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var options = model.Options.Columns[column];
        var one = options.Likelihood;
        var first = likelihood.FirstRow(column) + (one.HasZeros ? 1 : 0) + one.Atoms.Count;
        switch (one.Family)
        {
            case ColumnFamily.Gaussian or ColumnFamily.StudentT:
                Set(model, first, weights, 1);
                SetBias(model, first + 1, one.Family == ColumnFamily.Gaussian ? double.Log(noise) : double.Log(noise) / 2);
                break;
            case ColumnFamily.GaussianMixture:
                var means = first + one.Components;
                for (var k = 0; k < one.Components; k++)
                {
                    Set(model, means + k, weights, 1);
                }

                break;
            case ColumnFamily.Poisson:
            case ColumnFamily.NegativeBinomial:
                Set(model, first, weights, options.InputScale);       // o = log mean, the input its logarithm in deviations
                break;
            case ColumnFamily.ZeroInflatedNegativeBinomial:
                Set(model, first + 1, weights, options.InputScale);
                break;
            default:
                Set(model, first, weights, LogitOfFlag);
                break;
        }
    }

    private const double LogitOfFlag = 4;                             // dlogit / dp at p = 1/2

    private static void Set<T>(VariationalAutoencoder<T> model, int row, ReadOnlySpan<double> weights, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = model.Decoder.Shared?.ComputedPlace(row) ?? row;
        for (var k = 0; k < weights.Length && place >= 0; k++)
        {
            model.Decoder.Linear!.Weight.Value[place, k] = T.CreateTruncating(factor * weights[k]);
        }
    }

    private static void SetBias<T>(VariationalAutoencoder<T> model, int row, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var place = model.Decoder.Shared?.ComputedPlace(row) ?? row;
        if (place >= 0)
        {
            model.Decoder.Output.Bias.Value[place, 0] = T.CreateTruncating(value);
        }
    }
}
