using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The KL divergence of the posterior N(mean, exp(log-variance)) from the prior N(0, I), in closed form: summed over
/// latents, averaged over samples, in nats per sample.
/// </summary>
/// <remarks>
/// Source: Kingma and Welling 2013, appendix B; the report, section 2.4.
/// Derivation: docs/derivations.md, GaussianKl.
/// </remarks>
public static class GaussianKl
{
    // Terms that are computed at once: they stay in the first-level cache, with the numbers that they come from.
    private const int Chunk = 512;

    /// <summary>Computes <c>KL = 1/2 sum(exp(lv) + mean^2 - 1 - lv)</c> for each sample.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="mean">The posterior's mean, latents x samples.</param>
    /// <param name="logVariance">Its log-variance, of the same shape.</param>
    /// <param name="perSample">The divergence of each sample, nats; overwritten.</param>
    /// <returns>The mean over the samples, nats per sample.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="mean"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static double Forward<T>(Matrix<T> mean, Matrix<T> logVariance, Span<double> perSample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        Losses.RequirePlaces(perSample, mean.ColumnCount, "samples");

        // In double whatever T is: beside 1, a term of 1e-7 would be lost in float, and a vector's doubles cost next to nothing.
        // The terms are computed across samples, in whole vectors, and added up sample by sample in the order of the latents.
        Span<double> terms = stackalloc double[Chunk];
        Span<double> means = stackalloc double[Chunk];
        var (sample, latent, sum) = (0, 0, 0.0);
        var mu = mean.AsSpan();
        var lv = logVariance.AsSpan();
        for (var start = 0; start < mu.Length; start += Chunk)
        {
            var length = int.Min(Chunk, mu.Length - start);
            TensorPrimitives.ConvertTruncating<T, double>(mu.Slice(start, length), means);
            TensorPrimitives.ConvertTruncating<T, double>(lv.Slice(start, length), terms);
            var loop = new TermLoop(means, terms);
            SimdLoop.Run<TermLoop, double>(ref loop, length);
            for (int i = 0, run; i < length; i += run)
            {
                run = int.Min(mean.RowCount - latent, length - i);
                foreach (var term in terms.Slice(i, run))
                {
                    sum += term;
                }

                latent += run;
                if (latent == mean.RowCount)
                {
                    perSample[sample++] = sum / 2;
                    (latent, sum) = (0, 0);
                }
            }
        }

        return Losses.Mean(perSample);
    }

    /// <summary>Adds each latent's divergences, summed over the samples: the information in each latent.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="mean">The posterior's mean, latents x samples.</param>
    /// <param name="logVariance">Its log-variance, of the same shape.</param>
    /// <param name="perLatent">A place for each latent, nats; added to.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mean"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void AddPerLatent<T>(Matrix<T> mean, Matrix<T> logVariance, Span<double> perLatent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        Losses.RequirePlaces(perLatent, mean.RowCount, "latents");

        Span<double> terms = stackalloc double[Chunk];
        Span<double> means = stackalloc double[Chunk];
        for (var sample = 0; sample < mean.ColumnCount; sample++)
        {
            for (var start = 0; start < mean.RowCount; start += Chunk)
            {
                var length = int.Min(Chunk, mean.RowCount - start);
                TensorPrimitives.ConvertTruncating<T, double>(mean.ColumnSpan(sample).Slice(start, length), means);
                TensorPrimitives.ConvertTruncating<T, double>(logVariance.ColumnSpan(sample).Slice(start, length), terms);
                var loop = new TermLoop(means, terms);
                SimdLoop.Run<TermLoop, double>(ref loop, length);
                for (var i = 0; i < length; i++)
                {
                    perLatent[start + i] += terms[i] / 2;
                }
            }
        }
    }

    /// <summary>Adds the divergence's gradients to those of the mean and the log-variance.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="mean">As <see cref="Forward"/> saw it.</param>
    /// <param name="logVariance">As <see cref="Forward"/> saw it.</param>
    /// <param name="weight">The KL weight in force; the division by the number of samples is done here.</param>
    /// <param name="meanGradient">dmean, latents x samples; added to.</param>
    /// <param name="logVarianceGradient">dlog-variance, of the same shape; added to.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mean"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Backward<T>(
        Matrix<T> mean, Matrix<T> logVariance, double weight, Matrix<T> meanGradient, Matrix<T> logVarianceGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(logVariance, mean.RowCount, mean.ColumnCount);
        Shape.Require(meanGradient, mean.RowCount, mean.ColumnCount);
        Shape.Require(logVarianceGradient, mean.RowCount, mean.ColumnCount);

        var scale = T.CreateChecked(weight / mean.ColumnCount);
        var loop = new BackwardLoop<T>(
            mean.AsSpan(), logVariance.AsSpan(), scale, meanGradient.AsSpan(), logVarianceGradient.AsSpan());
        SimdLoop.Run<BackwardLoop<T>, T>(ref loop, mean.AsSpan().Length);
    }

    // The terms take the place of the log-variances.
    private readonly ref struct TermLoop(ReadOnlySpan<double> means, Span<double> terms) : ISimdLoop<double>
    {
        private readonly ReadOnlySpan<double> _means = means;
        private readonly Span<double> _terms = terms;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, double>
            where TVector : struct
        {
            var one = TSimd.Broadcast(1);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var mu = TSimd.Load(in _means[i]);
                var lv = TSimd.Load(in _terms[i]);
                var sum = TSimd.Add(SimdElementary<TSimd, TVector, double>.Exp(lv), TSimd.Multiply(mu, mu));
                TSimd.Store(TSimd.Subtract(TSimd.Subtract(sum, one), lv), ref _terms[i]); // 2 KL_k = exp(lv) + mu^2 - 1 - lv
            }

            return i;
        }
    }

    private readonly ref struct BackwardLoop<T>(
        ReadOnlySpan<T> mean, ReadOnlySpan<T> logVariance, T scale, Span<T> meanGradient, Span<T> logVarianceGradient)
        : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _mean = mean;
        private readonly ReadOnlySpan<T> _logVariance = logVariance;
        private readonly Span<T> _meanGradient = meanGradient;
        private readonly Span<T> _logVarianceGradient = logVarianceGradient;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var one = TSimd.Broadcast(T.One);
            var whole = TSimd.Broadcast(scale);
            var half = TSimd.Broadcast(scale * T.CreateChecked(0.5));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var mu = TSimd.Multiply(whole, TSimd.Load(in _mean[i])); // dKL/dmu = mu
                TSimd.Store(TSimd.Add(TSimd.Load(in _meanGradient[i]), mu), ref _meanGradient[i]);

                var e = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Load(in _logVariance[i]));
                var lv = TSimd.Multiply(half, TSimd.Subtract(e, one)); // dKL/dlv = (exp(lv) - 1) / 2
                TSimd.Store(TSimd.Add(TSimd.Load(in _logVarianceGradient[i]), lv), ref _logVarianceGradient[i]);
            }

            return i;
        }
    }
}
