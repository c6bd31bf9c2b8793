using MathNet.Numerics.LinearAlgebra;

namespace Vae.Model;

/// <summary>
/// A factor analysis <c>x = m + W z + e</c>, <c>z ~ N(0, I)</c>, <c>e ~ N(0, diag(v))</c>, of rows with holes, fitted by
/// expectation
/// maximisation with a ridge on W. The training of a table's model starts from it.
/// </summary>
/// <remarks>Source: Rubin and Thayer 1982, "EM algorithms for ML factor analysis"; with holes each row's sums go over its
/// observed
/// numbers. Derivation: docs/derivations.md, FactorPosterior.</remarks>
internal sealed class FactorAnalysis
{
    /// <summary>The most numbers of a row; beyond, the covariance's eigenvectors take too long.</summary>
    public const int MostNumbers = 500;

    private const int MostRounds = 50;
    private const int FewestRounds = 10;
    private const double MostWork = 1e9;                              // products in all rounds
    private const double Ridge = 1;                                   // of each row of W: a unit normal prior
    private const double LeastNoise = 0.01;                           // added to each variance of standardised numbers
    private const double StartNoise = 0.5;

    private readonly double[] _rows;                                  // row after row, NaN for a hole
    private readonly int _count;
    private readonly int _numbers;
    private readonly int _factors;

    private FactorAnalysis(double[] rows, int numbers, int factors)
    {
        (_rows, _numbers, _factors) = (rows, numbers, factors);
        _count = rows.Length / numbers;
        (Weight, Mean, Noise) = (new double[numbers * factors], new double[numbers], new double[numbers]);
    }

    /// <summary>W, row after row: numbers x factors.</summary>
    public double[] Weight { get; }

    /// <summary>m of each number.</summary>
    public double[] Mean { get; }

    /// <summary>v of each number, above 0.</summary>
    public double[] Noise { get; }

    /// <summary>Fits the analysis.</summary>
    /// <param name="rows">The rows one after another, standardised, NaN for a hole.</param>
    /// <param name="numbers">Numbers in a row, 1 to <see cref="MostNumbers"/>.</param>
    /// <param name="factors">The number of factors, the model's latents.</param>
    /// <param name="cancellationToken">Stops between two rounds.</param>
    public static FactorAnalysis Fit(double[] rows, int numbers, int factors, CancellationToken cancellationToken = default)
    {
        var analysis = new FactorAnalysis(rows, numbers, factors);
        analysis.Start();
        var work = (double)rows.Length * factors * factors;
        var rounds = (int)double.Clamp(MostWork / work, FewestRounds, MostRounds);
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            analysis.Improve();
        }

        analysis.Rotate();
        return analysis;
    }

    // The principal components of the rows with holes filled by means.
    private void Start()
    {
        var counts = new int[_numbers];
        for (var i = 0; i < _rows.Length; i++)
        {
            if (!double.IsNaN(_rows[i]))
            {
                Mean[i % _numbers] += _rows[i];
                counts[i % _numbers]++;
            }
        }

        for (var j = 0; j < _numbers; j++)
        {
            Mean[j] /= int.Max(1, counts[j]);
        }

        var covariance = Matrix<double>.Build.Dense(_numbers, _numbers);
        var away = new double[_numbers];
        for (var row = 0; row < _count; row++)
        {
            for (var j = 0; j < _numbers; j++)
            {
                var x = _rows[(row * _numbers) + j];
                away[j] = double.IsNaN(x) ? 0 : x - Mean[j];
            }

            for (var j = 0; j < _numbers; j++)
            {
                for (var k = 0; k <= j; k++)
                {
                    covariance[j, k] += away[j] * away[k] / _count;
                }
            }
        }

        for (var j = 0; j < _numbers; j++)
        {
            for (var k = 0; k < j; k++)
            {
                covariance[k, j] = covariance[j, k];
            }
        }

        var eigen = covariance.Evd(Symmetricity.Symmetric);           // ascending
        for (var factor = 0; factor < int.Min(_factors, _numbers); factor++)
        {
            var place = _numbers - 1 - factor;
            var deviation = double.Sqrt(double.Max(0, eigen.EigenValues[place].Real));
            for (var j = 0; j < _numbers; j++)
            {
                Weight[(j * _factors) + factor] = eigen.EigenVectors[j, place] * deviation;
            }
        }

        Array.Fill(Noise, StartNoise);
    }

    // One round of expectation and maximisation.
    private void Improve()
    {
        var (p, d) = (_numbers, _factors);
        var second = new double[p * d * d];                           // sum of E[z z^T] over the rows with number j
        var cross = new double[p * d];                                // sum of (x_j - m_j) E[z]
        var means = new double[_count * d];
        var covariances = new double[_count * d * d];
        var factor = new double[d * d];
        var scaled = ScaledWeight();
        for (var row = 0; row < _count; row++)
        {
            var z = means.AsSpan(row * d, d);
            var s = covariances.AsSpan(row * d * d, d * d);
            Expect(row, scaled, factor, z, s);
            for (var j = 0; j < p; j++)
            {
                var x = _rows[(row * p) + j];
                if (double.IsNaN(x))
                {
                    continue;
                }

                var a = second.AsSpan(j * d * d, d * d);
                for (var k = 0; k < d; k++)
                {
                    cross[(j * d) + k] += (x - Mean[j]) * z[k];
                    for (var l = 0; l <= k; l++)
                    {
                        a[(k * d) + l] += s[(k * d) + l] + (z[k] * z[l]);
                    }
                }
            }
        }

        for (var j = 0; j < p; j++)
        {
            var a = second.AsSpan(j * d * d, d * d);
            for (var k = 0; k < d; k++)
            {
                a[(k * d) + k] += Ridge;
            }

            CholeskySolver.Factor(a, d);
            var w = Weight.AsSpan(j * d, d);
            cross.AsSpan(j * d, d).CopyTo(w);
            CholeskySolver.Solve(a, w);                               // W_j = (sum E[z z^T] + ridge)^-1 sum (x_j - m_j) E[z]
        }

        UpdateNoise(means, covariances);
    }

    // V^-1 W.
    private double[] ScaledWeight()
    {
        var scaled = new double[Weight.Length];
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = Weight[i] / Noise[i / _factors];
        }

        return scaled;
    }

    // The posterior of a row's z: covariance A^-1 and mean A^-1 W^T V^-1 (x - m), over the observed numbers.
    private void Expect(int row, double[] scaled, double[] factor, Span<double> mean, Span<double> covariance)
    {
        var d = _factors;
        FactorSystem.Begin(factor, mean);
        for (var j = 0; j < _numbers; j++)
        {
            var x = _rows[(row * _numbers) + j];
            if (!double.IsNaN(x))
            {
                FactorSystem.Add(Weight.AsSpan(j * d, d), scaled.AsSpan(j * d, d), x - Mean[j], factor, mean);
            }
        }

        CholeskySolver.Factor(factor, d);
        CholeskySolver.Solve(factor, mean);
        CholeskySolver.Invert(factor, d, covariance);
    }

    // v_j = mean of (x_j - m_j - W_j E[z])^2 + W_j S W_j^T, and m_j = mean of x_j - W_j E[z].
    private void UpdateNoise(double[] means, double[] covariances)
    {
        var d = _factors;
        for (var j = 0; j < _numbers; j++)
        {
            var w = Weight.AsSpan(j * d, d);
            var (sum, rest, count) = (0.0, 0.0, 0);
            for (var row = 0; row < _count; row++)
            {
                var x = _rows[(row * _numbers) + j];
                if (double.IsNaN(x))
                {
                    continue;
                }

                var away = x - Mean[j];
                for (var k = 0; k < d; k++)
                {
                    away -= w[k] * means[(row * d) + k];
                }

                sum += (away * away) + Quadratic(w, covariances.AsSpan(row * d * d, d * d));
                rest += away;
                count++;
            }

            Noise[j] = (count == 0 ? 1 : sum / count) + LeastNoise;
            Mean[j] += count == 0 ? 0 : rest / count;
        }
    }

    private static double Quadratic(ReadOnlySpan<double> w, ReadOnlySpan<double> s)
    {
        var sum = 0.0;
        for (var k = 0; k < w.Length; k++)
        {
            for (var l = 0; l < w.Length; l++)
            {
                sum += w[k] * s[(k * w.Length) + l] * w[l];
            }
        }

        return sum;
    }

    // Turns the factors so that the mean precision of their posterior is diagonal, as the model's posterior is.
    private void Rotate()
    {
        var d = _factors;
        var w = Matrix<double>.Build.Dense(_numbers, d, (j, k) => Weight[(j * d) + k]);
        var shares = new double[_numbers];
        for (var i = 0; i < _rows.Length; i++)
        {
            shares[i % _numbers] += double.IsNaN(_rows[i]) ? 0 : 1.0 / _count;
        }

        var weighted = Matrix<double>.Build.Dense(_numbers, d, (j, k) => w[j, k] * shares[j] / Noise[j]);
        var vectors = (w.Transpose() * weighted).Evd(Symmetricity.Symmetric).EigenVectors;
        var turned = w * vectors;
        for (var k = 0; k < d; k++)
        {
            var column = turned.Column(d - 1 - k);                    // the most precise factor first
            var sign = column[column.AbsoluteMaximumIndex()] < 0 ? -1 : 1; // an eigenvector has no sign of its own
            for (var j = 0; j < _numbers; j++)
            {
                Weight[(j * d) + k] = sign * column[j];
            }
        }
    }
}
