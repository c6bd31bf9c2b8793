using System.Buffers;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Estimates log p(x) by importance sampling: for each sample the logarithm of the mean of <c>p(x, z) / q(z|x)</c> over draws of
/// z from the posterior. It is the bound that a paper's "NLL with 5,000 samples" means.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Source: Burda, Grosse and Salakhutdinov 2015, section 5; Rezende, Mohamed and Wierstra 2014, appendix E. Samples are computed
/// side by side, one on each thread, some hundred draws at a time, so memory does not grow with the data, and with the draws by
/// 16 bytes a draw and thread. Noise is a pure function of (seed, sample, draw): neither the number of threads nor how the work
/// is cut changes a bit, and the first n draws are the same whatever their number.
/// </remarks>
public sealed class ImportanceSampler<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Output of 784 features for so many draws fits into the second-level cache, and packing the weights is a few per cent of the
    // product.
    private const int DrawsAtOnce = 500;
    private const int SamplesAtOnce = 64;
    private const double LeastVarianceOfActive = 0.01;                // Burda et al., section 5.1

    private readonly VariationalAutoencoder<T> _model;

    /// <summary>Makes a sampler.</summary>
    /// <param name="model">The model to measure.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    public ImportanceSampler(VariationalAutoencoder<T> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
    }

    /// <summary>Estimates log p(x) of every sample, and what else a paper's table has.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="draws">Draws of z for each sample, exactly so many.</param>
    /// <param name="seed">The seed of noise and of a binarisation.</param>
    /// <param name="progress">Told how many samples are done.</param>
    /// <param name="cancellationToken">Stops within some samples.</param>
    /// <returns>The means over the samples.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no draw or no sample, or the data does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LikelihoodEstimate Estimate(
        ISampleSource data, int draws, ulong seed, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        if (data.Count == 0)
        {
            throw new ArgumentException("There must be at least one sample to measure.", nameof(data));
        }

        var options = _model.Options;
        var reader = new SampleReader<T>(options, data, _model.Product.Team, seed, Purpose.EvaluationPixels);
        var encoders = new ActivationsPool<T>(options with { Draws = 1 });
        var pool = new ActivationsPool<T>(options);
        var sums = new Sums(options, draws);
        for (var start = 0; start < data.Count; start += SamplesAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] samples = [.. Enumerable.Range(start, int.Min(SamplesAtOnce, data.Count - start))];
            var posteriors = encoders.For(samples.Length);
            reader.Read(samples, posteriors);
            _model.Encode(posteriors);
            GaussianKl.Forward(posteriors.Mean, posteriors.LogVariance, posteriors.Kl);

            var results = new (double LogLikelihood, double Reconstruction)[samples.Length];
            var weighing = new Weighing(_model, posteriors, pool, results, start, draws, seed, cancellationToken);
            _model.Product.Team.Run(weighing, samples.Length);
            cancellationToken.ThrowIfCancellationRequested();
            sums.Add(posteriors, results);
            Instruments.EvaluationSamples.Add(samples.Length);
            progress?.Report(start + samples.Length);
        }

        return sums.Estimate();
    }

    // A part is a sample: all its draws, some at a time, on one thread.
    private readonly struct Weighing(
        VariationalAutoencoder<T> model,
        Activations<T> posteriors,
        ActivationsPool<T> pool,
        (double LogLikelihood, double Reconstruction)[] results,
        int firstSample,
        int draws,
        ulong seed,
        CancellationToken cancellationToken) : IParallelWork
    {
        public void DoPart(int part)
        {
            using var set = pool.Rent();
            var rented = ArrayPool<double>.Shared.Rent(2 * draws);
            var logWeights = rented.AsSpan(0, draws);
            var normalised = rented.AsSpan(draws, draws);
            var noise = new RandomDraws(seed, (uint)Purpose.ImportanceNoise, (ulong)(firstSample + part));
            var reconstruction = 0.0;
            for (var done = 0; done < draws && !cancellationToken.IsCancellationRequested; done += DrawsAtOnce)
            {
                var a = PosteriorDraws.Next(model, set, posteriors, part, noise, done, int.Min(DrawsAtOnce, draws - done));
                model.WeighDraws(a);
                a.Posterior.LogWeights.CopyTo(logWeights[done..]);
                foreach (var error in a.Reconstruction)
                {
                    reconstruction += error;
                }
            }

            Span<double> bound = stackalloc double[1];
            var logLikelihood = ImportanceWeightedBound.Forward(logWeights, bound, normalised);
            results[part] = (logLikelihood, reconstruction / draws);
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    // Everything is added up in the order of the samples.
    private sealed class Sums(VaeOptions options, int draws)
    {
        private readonly double[] _mean = new double[options.Latent];
        private readonly double[] _square = new double[options.Latent];
        private int _samples;
        private double _logLikelihood;
        private double _squares;
        private double _reconstruction;
        private double _kl;
        private double _features;

        public void Add(Activations<T> posteriors, (double LogLikelihood, double Reconstruction)[] results)
        {
            for (var i = 0; i < results.Length; i++)
            {
                _samples++;
                var away = results[i].LogLikelihood - _logLikelihood;  // Welford's way: the numbers are large and alike
                _logLikelihood += away / _samples;
                _squares += away * (results[i].LogLikelihood - _logLikelihood);
                _reconstruction += results[i].Reconstruction;
                _kl += posteriors.Kl[i];
                _features += posteriors.Posterior.ObservedFeatures?[i] ?? options.Features;
                var mean = posteriors.Mean.ColumnSpan(i);
                for (var latent = 0; latent < mean.Length; latent++)
                {
                    var difference = double.CreateTruncating(mean[latent]) - _mean[latent];
                    _mean[latent] += difference / _samples;
                    _square[latent] += difference * (double.CreateTruncating(mean[latent]) - _mean[latent]);
                }
            }
        }

        public LikelihoodEstimate Estimate()
        {
            var (reconstruction, kl) = (_reconstruction / _samples, _kl / _samples);
            var weights = options.ObjectiveWeights with { Features = _features / _samples };
            return new LikelihoodEstimate(
                _samples,
                draws,
                -_logLikelihood,
                _samples > 1 ? double.Sqrt(_squares / (_samples - 1) / _samples) : double.NaN,
                weights.NegativeElbo(reconstruction, kl),
                reconstruction,
                kl,
                _samples > 1 ? _square.Count(sum => sum / (_samples - 1) > LeastVarianceOfActive) : 0);
        }
    }
}
