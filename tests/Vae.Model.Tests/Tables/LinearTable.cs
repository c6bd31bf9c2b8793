using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests.Tables;

/// <summary>A model of a table whose columns a, b and c are <c>x = W z + m + noise</c>: whatever is known of a row, the other
/// columns are Gaussian with a mean and a covariance in closed form.</summary>
internal static class LinearTable
{
    public const double Variance = 0.3;

    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly Vector<double> Middle = Vector<double>.Build.Dense([0.5, -0.25, 0.1]);

    private static readonly Matrix<double> Covariance
        = (LinearGaussian.Oblique * LinearGaussian.Oblique.Transpose()) + (Variance * Matrix<double>.Build.DenseIdentity(3));

    /// <summary>The model. Its q has the posterior's mean whatever is missing, and twice the variance that a q with independent
    /// latents should have: weights that vary, as a trained model's do.</summary>
    public static TableModel Model { get; } = Make();

    /// <summary>A table with one row; NaN is a missing value.</summary>
    public static Table Row(params double[] row)
        => Model.Read(new MadeReader(Names, [[.. row.Select(x => double.IsNaN(x) ? null : (object)x)]]));

    /// <summary>The logarithm of the density of a row's known numbers.</summary>
    public static double LogDensity(double[] row)
    {
        int[] known = [.. Enumerable.Range(0, 3).Where(i => !double.IsNaN(row[i]))];
        var away = Vector<double>.Build.Dense(known.Length, i => row[known[i]] - Middle[known[i]]);
        var covariance = Of(known, known);
        var logVolume = double.Log(covariance.Determinant());
        return -((away * covariance.Solve(away)) + logVolume + (known.Length * double.Log(2 * double.Pi))) / 2;
    }

    /// <summary>Mean and covariance of a row's missing numbers given the known ones.</summary>
    public static (Vector<double> Mean, Matrix<double> Covariance) Conditional(double[] row)
    {
        int[] known = [.. Enumerable.Range(0, 3).Where(i => !double.IsNaN(row[i]))];
        int[] missing = [.. Enumerable.Range(0, 3).Where(i => double.IsNaN(row[i]))];
        var middle = Vector<double>.Build.Dense(missing.Length, i => Middle[missing[i]]);
        if (known.Length == 0)
        {
            return (middle, Covariance);
        }

        var away = Vector<double>.Build.Dense(known.Length, i => row[known[i]] - Middle[known[i]]);
        var slope = Of(missing, known) * Of(known, known).Inverse();
        return (middle + (slope * away), Of(missing, missing) - (slope * Of(known, missing)));
    }

    private static Matrix<double> Of(int[] rows, int[] columns)
        => Matrix<double>.Build.Dense(rows.Length, columns.Length, (i, j) => Covariance[rows[i], columns[j]]);

    private static TableModel Make()
    {
        var column = new ColumnLikelihood { Family = ColumnFamily.Gaussian, SharesScale = true };
        var options = new VaeOptions
        {
            Features = 3,
            Columns = [.. Names.Select(_ => new ColumnOptions(column))],
            Likelihood = Likelihood.Columns,
            Hidden = [1],
            Latent = 2,
            LinearPaths = true,
            Factors = true,
        };
        var model = new VariationalAutoencoder<float>(options);       // all weights are 0
        var factors = model.Encoder.Factors!;
        model.Encoder.LogVariance.Bias.Value.AsSpan().Fill((float)double.Log(2));
        factors.Precision.Value.AsSpan().Fill((float)(1 / Variance));
        model.Decoder.Shared!.Value.Value.AsSpan().Fill(
            (float)LearntScale.RawOf(double.Log(Variance), LearntScale.LogVarianceFloor(column)));
        for (var i = 0; i < 3; i++)
        {
            model.Decoder.Output.Bias.Value[i, 0] = factors.Mean.Value[i, 0] = (float)Middle[i];
            for (var k = 0; k < 2; k++)
            {
                model.Decoder.Linear!.Weight.Value[i, k] = factors.Weight.Value[i, k] = (float)LinearGaussian.Oblique[i, k];
            }
        }

        var schema = new TableSchema([.. Names.Select(name => new ColumnSchema(name, ColumnKind.Real) { Decimals = 6 })])
        {
            Scaling = Scaling.ByKind,
        };
        return TableModel.Of(new VaeModel(model, schema), "a test");
    }
}
