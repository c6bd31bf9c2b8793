using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>Fits the mixture of <see cref="LatentPrior{T}"/> to one draw from the posterior of each of some training rows, by
/// expectation maximisation from k-means.</summary>
internal static class PriorFit
{
    private const int MostRows = 12_000;
    private const int RowsAtOnce = 256;
    private const int KMeansRounds = 10;
    private const int Rounds = 60;
    private const double LeastGain = 1e-4;                            // nats per row and round that are worth another
    private const double Ridge = 1e-3;                                // added to each variance

    /// <summary>Fits the prior of a model.</summary>
    /// <param name="model">The model with the weights to use; its prior is overwritten.</param>
    /// <param name="data">The rows as the model sees them.</param>
    /// <param name="training">The options of the training.</param>
    public static void Fill<T>(VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (model.Prior is not { } prior)
        {
            return;
        }

        var z = Draws(model, data, training);
        var (d, components) = (model.Options.Latent, model.Options.PriorComponents);
        var mixture = new Mixture(z, d, components);
        mixture.Start();
        var before = double.NegativeInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var now = mixture.Improve();
            if (now - before < LeastGain)
            {
                break;
            }

            before = now;
        }

        for (var component = 0; component < components; component++)
        {
            prior.LogShares.Value[component, 0] = T.CreateTruncating(double.Log(double.Max(mixture.Shares[component], 1e-12)));
            for (var i = 0; i < d; i++)
            {
                prior.Means.Value[i, component] = T.CreateTruncating(mixture.Means[(component * d) + i]);
            }

            var factor = prior.Factors.Value.ColumnSpan(component);
            for (var i = 0; i < d * d; i++)
            {
                factor[i] = i % d <= i / d ? T.CreateTruncating(mixture.Factors[(component * d * d) + i]) : T.Zero;
            }
        }
    }

    // z of each row, one after another.
    private static double[] Draws<T>(VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions training)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = model.Options.Latent;
        var reader = new SampleReader<T>(model.Options, data, model.Product.Team, training.Seed, Purpose.EvaluationPixels);
        var order = new SampleOrder(data.Count, training.ValidationSamples, training.Seed);
        var rows = order.SomeTraining(MostRows);
        var z = new double[rows.Length * d];
        var done = 0;
        foreach (var some in rows.Chunk(RowsAtOnce))
        {
            var a = new Activations<T>(model.Options with { Draws = 1 }, some.Length);
            reader.Read(some, a, new RandomDraws(training.Seed, (uint)Purpose.PriorFit, (ulong)done));
            model.Encode(a);
            Reparameterisation.Forward(a.Mean, a.LogVariance, a.Noise, a.Latent);
            foreach (var number in a.Latent.AsSpan())
            {
                z[done++] = double.CreateTruncating(number);
            }
        }

        return z;
    }

    private sealed class Mixture(double[] z, int d, int components)
    {
        private readonly int _rows = z.Length / d;
        private readonly double[] _constants = new double[components]; // log of the share less log|C|: the same for all rows

        public double[] Shares { get; } = new double[components];

        public double[] Means { get; } = new double[components * d];

        public double[] Factors { get; } = new double[components * d * d];

        // k-means from rows that are spread evenly, then one component for each cluster.
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
                var diagonal = Enumerable.Range(0, d).Select(i => Factors[(c * d * d) + (i * d) + i]);
                _constants[c] = double.Log(double.Max(Shares[c], 1e-300)) - diagonal.Sum(double.Log);
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

        private double Expect(int row, Span<double> shares, Span<double> y)
        {
            var largest = double.NegativeInfinity;
            for (var c = 0; c < components; c++)
            {
                var sum = _constants[c];
                for (var i = 0; i < d; i++)
                {
                    var away = z[(row * d) + i] - Means[(c * d) + i];
                    var place = (c * d * d) + (i * d);
                    for (var k = 0; k < i; k++)
                    {
                        away -= Factors[place + k] * y[k];
                    }

                    y[i] = away / Factors[place + i];
                    sum -= y[i] * y[i] / 2;
                }

                shares[c] = sum;
                largest = double.Max(largest, sum);
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
            var covariance = Factors.AsSpan(c * d * d, d * d);
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

        private readonly struct Expectation(Mixture mixture, double[] responsibilities, double[] logs) : IParallelWork
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

        private readonly struct Maximisation(Mixture mixture, double[] responsibilities) : IParallelWork
        {
            public void DoPart(int part) => mixture.Maximise(part, responsibilities);
        }
    }
}
