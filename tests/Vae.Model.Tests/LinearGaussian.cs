using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// x = W z + b + noise of the variance lambda, as a model of this library: with hidden units a
/// and -a, ReLU gives relu(a) - relu(-a) = a, so both networks are linear. Its log p(x) is
/// that of N(b, W W^T + lambda I), and its posterior is a known Gaussian.
/// </summary>
internal sealed class LinearGaussian
{
    /// <summary>
    /// Columns at right angles (0.24 + 0.24 - 0.48 = 0): the posterior has independent latents, so q can be the posterior itself.
    /// </summary>
    public static readonly Matrix<double> Orthogonal = Matrix<double>.Build.DenseOfColumnArrays(
        [0.6, 0.3, 0.6], [0.4, 0.8, -0.8]);

    /// <summary>Columns that are not at right angles: no q with independent latents is the posterior.</summary>
    public static readonly Matrix<double> Oblique = Matrix<double>.Build.DenseOfColumnArrays([0.6, 0.3, 0.6], [0.4, 0.8, 0.1]);

    private static readonly Vector<double> Middle = Vector<double>.Build.Dense([0.5, -0.25, 0.1]);

    private readonly Matrix<double> _w;
    private readonly double _variance;
    private readonly double[] _shift;
    private readonly double[] _logFactor;
    private readonly Matrix<double> _covariance;                      // of z given x
    private readonly Matrix<double> _toMean;                          // from x - b to the mean of z given x

    /// <param name="w">W, 3 x 2.</param>
    /// <param name="variance">lambda.</param>
    /// <param name="shift">The distance of q's mean from the posterior's, for every latent.</param>
    /// <param name="logFactor">The logarithm of q's variance over the posterior's, everywhere.</param>
    public LinearGaussian(Matrix<double> w, double variance, double[]? shift = null, double[]? logFactor = null)
    {
        (_w, _variance, _shift, _logFactor) = (w, variance, shift ?? [0, 0], logFactor ?? [0, 0]);
        _covariance = (Matrix<double>.Build.DenseIdentity(2) + (w.TransposeThisAndMultiply(w) / variance)).Inverse();
        _toMean = _covariance * w.Transpose() / variance;
    }

    public static ArraySamples Data { get; } = new([[0.5f, 0.25f, 1], [1.5f, -1, 0], [-0.75f, 0.5f, 0.125f], [0, 0, 0]]);

    public VaeOptions Options => Some.Shape(features: 3, hidden: [4], latent: 2, Likelihood.Gaussian, klWeight: _variance);

    /// <summary>The model with the given options.</summary>
    public VariationalAutoencoder<double> Model(VaeOptions? options = null)
    {
        var model = Some.Model<double>(options ?? Options);
        var both = Matrix<double>.Build.DenseIdentity(2).Stack(-Matrix<double>.Build.DenseIdentity(2)); // a and -a
        var mean = both * _toMean;
        mean.CopyTo(model.Encoder.Hidden[0].Weight.Value);
        (-mean * Middle).ToColumnMatrix().CopyTo(model.Encoder.Hidden[0].Bias.Value);
        both.Transpose().CopyTo(model.Encoder.Mean.Weight.Value);
        Matrix<double>.Build.DenseOfColumnArrays(_shift).CopyTo(model.Encoder.Mean.Bias.Value);
        model.Encoder.LogVariance.Weight.Value.Clear();
        LogVariances().ToColumnMatrix().CopyTo(model.Encoder.LogVariance.Bias.Value);
        both.CopyTo(model.Decoder.Hidden[0].Weight.Value);
        model.Decoder.Hidden[0].Bias.Value.Clear();
        (_w * both.Transpose()).CopyTo(model.Decoder.Output.Weight.Value);
        Middle.ToColumnMatrix().CopyTo(model.Decoder.Output.Bias.Value);
        return model;
    }

    /// <summary>A batch that repeats all samples, with noise drawn by the seed.</summary>
    public static Activations<double> Batch(VaeOptions options, int times = 1, ulong seed = 1)
    {
        var a = Some.Batch<double>(options, Data.Count * times, seed);
        Data.Gather([.. Enumerable.Range(0, Data.Count * times).Select(i => i % Data.Count)], a.Input.AsSpan());
        return a;
    }

    /// <summary>log p(x), averaged over <see cref="Data"/>.</summary>
    public double LogLikelihood()
    {
        var covariance = (_w * _w.Transpose()) + (_variance * Matrix<double>.Build.DenseIdentity(3));
        var logVolume = double.Log(covariance.Determinant());
        return Rows().Average(
            x => -(((x - Middle) * covariance.Solve(x - Middle)) + logVolume + (3 * double.Log(2 * double.Pi))) / 2);
    }

    /// <summary>log p of the observed numbers of a row, NaN being a missing one: that of N(b, W W^T + lambda I) without the rows
    /// and columns of the others.</summary>
    public double LogLikelihood(double[] row)
    {
        int[] known = [.. Enumerable.Range(0, row.Length).Where(i => !double.IsNaN(row[i]))];
        if (known.Length == 0)
        {
            return 0;
        }

        var covariance = (_w * _w.Transpose()) + (_variance * Matrix<double>.Build.DenseIdentity(3));
        var ofKnown = Matrix<double>.Build.Dense(known.Length, known.Length, (i, j) => covariance[known[i], known[j]]);
        var away = Vector<double>.Build.Dense(known.Length, i => row[known[i]] - Middle[known[i]]);
        var logVolume = double.Log(ofKnown.Determinant());
        return -((away * ofKnown.Solve(away)) + logVolume + (known.Length * double.Log(2 * double.Pi))) / 2;
    }

    /// <summary>KL(q(z|x) || p(z|x)), the same for every x: the distance of the ELBO from log p(x).</summary>
    public double Gap()
    {
        var q = Matrix<double>.Build.DenseOfDiagonalVector(LogVariances().PointwiseExp());
        var shift = Vector<double>.Build.Dense(_shift);
        var logRatio = double.Log(_covariance.Determinant() / q.Determinant());
        return ((_covariance.Solve(q).Trace() - 2) + (shift * _covariance.Solve(shift)) + logRatio) / 2;
    }

    private Vector<double> LogVariances() => _covariance.Diagonal().PointwiseLog() + Vector<double>.Build.Dense(_logFactor);

    private static IEnumerable<Vector<double>> Rows()
    {
        var row = new double[3];
        for (var i = 0; i < Data.Count; i++)
        {
            Data.Gather<double>([i], row);
            yield return Vector<double>.Build.Dense((double[])row.Clone());
        }
    }
}
