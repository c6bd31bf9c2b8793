using Vae.Math;

namespace Vae.Model;

/// <summary>A mixture of Gaussians, fitted by expectation maximisation from k-means. Its sums do not depend on the number of
/// threads.</summary>
/// <param name="z">The rows, one after another.</param>
/// <param name="d">Numbers in a row.</param>
/// <param name="components">The number of Gaussians.</param>
internal sealed class MixtureFit(double[] z, int d, int components)
{
    private const int RowsAtOnce = 256;
    private const int KMeansRounds = 10;
    private const double Ridge = 1e-3;                                // added to each variance

    private readonly int _rows = z.Length / d;
    private readonly double[] _constants = new double[components];    // log of the share less log|C|: the same for all rows

    /// <summary>The share of each component; 0 for one that is not drawn.</summary>
    public double[] Shares { get; } = new double[components];

    /// <summary>The mean of each component, one after another.</summary>
    public double[] Means { get; } = new double[components * d];

    /// <summary>The Cholesky factor of each component's covariance, its lower half, row after row.</summary>
    public double[] Factors { get; } = new double[components * d * d];

    /// <summary>Starts with k-means from rows that are spread evenly, and one component for each cluster.</summary>
    public void Start()
    {
        for (var c = 0; c < components; c++)
        {
            z.AsSpan((int)((long)c * _rows / components) * d, d).CopyTo(Means.AsSpan(c * d, d));
        }

        var nearest = new int[_rows];
        for (var round = 0; round < KMeansRounds; round++)
        {
            for (var row = 0; row < _rows; row++)
            {
                nearest[row] = Nearest(z.AsSpan(row * d, d));
            }

            var counts = new int[components];
            var sums = new double[components * d];
            for (var row = 0; row < _rows; row++)
            {
                counts[nearest[row]]++;
                for (var i = 0; i < d; i++)
                {
                    sums[(nearest[row] * d) + i] += z[(row * d) + i];
                }
            }

            for (var c = 0; c < components; c++)
            {
                for (var i = 0; i < d && counts[c] > 0; i++)
                {
                    Means[(c * d) + i] = sums[(c * d) + i] / counts[c];
                }
            }
        }

        var responsibilities = new double[_rows * components];
        for (var row = 0; row < _rows; row++)
        {
            responsibilities[(row * components) + nearest[row]] = 1;
        }

        Maximise(responsibilities);
    }

    /// <summary>One round; returns the mean log-likelihood before it, without constants.</summary>
    public double Improve()
    {
        for (var c = 0; c < components; c++)
        {
            _constants[c] = double.Log(double.Max(Shares[c], 1e-300)) - CholeskySolver.LogDeterminant(Factor(c), d);
        }

        var responsibilities = new double[_rows * components];
        var logs = new double[_rows];
        WorkerTeam.Shared.Run(new Expectation(this, responsibilities, logs), (_rows + RowsAtOnce - 1) / RowsAtOnce);
        Maximise(responsibilities);
        return logs.Average();
    }

    private int Nearest(ReadOnlySpan<double> row)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var c = 0; c < components; c++)
        {
            var sum = 0.0;
            for (var i = 0; i < d; i++)
            {
                sum += (row[i] - Means[(c * d) + i]) * (row[i] - Means[(c * d) + i]);
            }

            (best, least) = sum < least ? (c, sum) : (best, least);
        }

        return best;
    }

    private Span<double> Factor(int c) => Factors.AsSpan(c * d * d, d * d);

    private double Expect(int row, Span<double> shares, Span<double> y)
    {
        var largest = double.NegativeInfinity;
        for (var c = 0; c < components; c++)
        {
            for (var i = 0; i < d; i++)
            {
                y[i] = z[(row * d) + i] - Means[(c * d) + i];
            }

            shares[c] = CholeskySolver.LogDensity(_constants[c], Factor(c), y);
            largest = double.Max(largest, shares[c]);
        }

        var all = 0.0;
        foreach (ref var share in shares)
        {
            share = double.Exp(share - largest);
            all += share;
        }

        foreach (ref var share in shares)
        {
            share /= all;
        }

        return largest + double.Log(all);
    }

    private void Maximise(double[] responsibilities)
        => WorkerTeam.Shared.Run(new Maximisation(this, responsibilities), components);

    private void Maximise(int c, double[] responsibilities)
    {
        var count = 0.0;
        var mean = Means.AsSpan(c * d, d);
        var covariance = Factor(c);
        var away = new double[d];
        var sum = new double[d];
        for (var row = 0; row < _rows; row++)
        {
            var r = responsibilities[(row * components) + c];
            count += r;
            for (var i = 0; i < d; i++)
            {
                sum[i] += r * z[(row * d) + i];
            }
        }

        if (count < 1)
        {
            Shares[c] = 0;                                        // the component stays where it is, and is not drawn
            if (covariance[0] == 0)
            {
                for (var i = 0; i < d; i++)
                {
                    covariance[(i * d) + i] = 1;
                }
            }

            return;
        }

        Shares[c] = count / _rows;
        for (var i = 0; i < d; i++)
        {
            mean[i] = sum[i] / count;
        }

        covariance.Clear();
        for (var row = 0; row < _rows; row++)
        {
            var r = responsibilities[(row * components) + c] / count;
            if (r < 1e-12)
            {
                continue;
            }

            for (var i = 0; i < d; i++)
            {
                away[i] = z[(row * d) + i] - mean[i];
                for (var k = 0; k <= i; k++)
                {
                    covariance[(i * d) + k] += r * away[i] * away[k];
                }
            }
        }

        for (var i = 0; i < d; i++)
        {
            covariance[(i * d) + i] += Ridge;
        }

        CholeskySolver.Factor(covariance, d);
    }

    private readonly struct Expectation(MixtureFit mixture, double[] responsibilities, double[] logs) : IParallelWork
    {
        public void DoPart(int part)
        {
            var (components, end) = (mixture.Shares.Length, int.Min((part + 1) * RowsAtOnce, logs.Length));
            var y = new double[mixture.Means.Length / components];
            for (var row = part * RowsAtOnce; row < end; row++)
            {
                logs[row] = mixture.Expect(row, responsibilities.AsSpan(row * components, components), y);
            }
        }
    }

    private readonly struct Maximisation(MixtureFit mixture, double[] responsibilities) : IParallelWork
    {
        public void DoPart(int part) => mixture.Maximise(part, responsibilities);
    }
}
