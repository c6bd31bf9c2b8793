using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// The importance-weighted bound on log p(x): the logarithm of the mean of k weights <c>w = p(x, z) / q(z|x)</c>, in nats per
/// sample. With k = 1 it is the ELBO with one draw; it rises with k towards log p(x).
/// </summary>
/// <remarks>
/// Source: Burda, Grosse and Salakhutdinov 2015, "Importance Weighted Autoencoders", equations 8 and 14; the doubly
/// reparameterised gradient: Tucker, Lawson, Gu and Maddison 2018, equation 8. Derivation: docs/derivations.md,
/// ImportanceWeightedBound. All numbers are double and relative to a sample's largest log-weight: log-weights
/// near -1,000 are usual.
/// </remarks>
internal static class ImportanceWeightedBound
{
    /// <summary>Computes <c>log(1/k sum exp(log w))</c> and the normalised weights of each sample.</summary>
    /// <param name="logWeights">The log-weights, nats: the k draws of the first sample, then those of the
    /// second, and so on.</param>
    /// <param name="perSample">The bound of each sample, nats; overwritten. Its length says how many samples there are.</param>
    /// <param name="normalised">The weights divided by their sum over the sample's draws, a place
    /// for each draw; overwritten.</param>
    /// <returns>The mean of the bound over the samples, nats per sample.</returns>
    /// <exception cref="ArgumentException">The draws are no multiple of the samples, or a length differs.</exception>
    public static double Forward(ReadOnlySpan<double> logWeights, Span<double> perSample, Span<double> normalised)
    {
        Losses.RequirePlaces(normalised, logWeights.Length, "draws");
        if (perSample.IsEmpty || logWeights.IsEmpty || logWeights.Length % perSample.Length != 0)
        {
            throw new ArgumentException(
                $"Must be a multiple of the {perSample.Length} samples, but has {logWeights.Length} log-weights.",
                nameof(logWeights));
        }

        var draws = logWeights.Length / perSample.Length;
        for (var sample = 0; sample < perSample.Length; sample++)
        {
            var weights = normalised.Slice(sample * draws, draws);
            var (largest, sum) = Exponentials(logWeights.Slice(sample * draws, draws), weights);
            perSample[sample] = largest + double.Log(sum / draws);    // log(1/k sum w) = m + log(1/k sum exp(log w - m))
            foreach (ref var weight in weights)
            {
                weight /= sum;                                        // w_i / sum w
            }
        }

        return Losses.Mean(perSample);
    }

    /// <summary>The gradient of the loss, minus the mean of the bound, by each draw's log-weight.</summary>
    /// <param name="normalised">As <see cref="Forward"/> left them.</param>
    /// <param name="samples">The number of samples.</param>
    /// <param name="logWeightGradient">dL/dlog w of each draw; overwritten; may be the normalised weights themselves.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void Backward(ReadOnlySpan<double> normalised, int samples, Span<double> logWeightGradient)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        Losses.RequirePlaces(logWeightGradient, normalised.Length, "draws");
        for (var draw = 0; draw < normalised.Length; draw++)
        {
            logWeightGradient[draw] = -normalised[draw] / samples;    // dL/dlog w_i = -w_i / sum w / samples
        }
    }

    /// <summary>Turns dL/dz of the likelihood, weighted as in the plain gradient, into the doubly reparameterised gradient for
    /// the encoder, which has the same expectation and less variance.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="latent">z, latents x (samples k).</param>
    /// <param name="noise">epsilon, of the same shape.</param>
    /// <param name="logVariance">The posterior's log-variance, latents x samples.</param>
    /// <param name="normalised">As <see cref="Forward"/> left them.</param>
    /// <param name="weight">The KL weight inside the log-weights,
    /// <c>log w = log p(x|z) + weight (log p(z) - log q(z|x))</c>.</param>
    /// <param name="latentGradient">dz, of the latent's shape: in, the likelihood's share with the normalised weights; out, the
    /// whole gradient, to be given to <see cref="Reparameterisation"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="latent"/> or <paramref name="logVariance"/> is null.</exception>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public static void ReparameteriseTwice<T>(
        Matrix<T> latent, Matrix<T> noise, Matrix<T> logVariance, ReadOnlySpan<double> normalised, double weight,
        Matrix<T> latentGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(logVariance);
        var draws = Shape.RequireDraws(latent, logVariance.RowCount, logVariance.ColumnCount);
        Shape.Require(noise, latent.RowCount, latent.ColumnCount);
        Shape.Require(latentGradient, latent.RowCount, latent.ColumnCount);
        Losses.RequirePlaces(normalised, latent.ColumnCount, "draws");

        for (var draw = 0; draw < normalised.Length; draw++)
        {
            var share = 1 - (weight * (1 - normalised[draw]));        // c / w = 1 - lambda (1 - w), which is w at lambda = 1
            var own = T.CreateTruncating(normalised[draw] * share * weight / logVariance.ColumnCount);
            var loop = new TwiceLoop<T>(
                latent.ColumnSpan(draw), noise.ColumnSpan(draw), logVariance.ColumnSpan(draw / draws),
                latentGradient.ColumnSpan(draw),
                T.CreateTruncating(share), own);
            SimdLoop.Run<TwiceLoop<T>, T>(ref loop, latent.RowCount);
        }
    }

    // exp(log w - m) of each, and their sum in the order of the draws; m is the largest. All the same if every weight
    // is 0 (or infinite).
    private static (double Largest, double Sum) Exponentials(ReadOnlySpan<double> logWeights, Span<double> exponentials)
    {
        var largest = double.NegativeInfinity;
        foreach (var logWeight in logWeights)
        {
            largest = double.Max(largest, logWeight);                 // NaN stays NaN
        }

        if (double.IsInfinity(largest))
        {
            exponentials.Fill(1);
            return (largest, logWeights.Length);
        }

        for (var i = 0; i < exponentials.Length; i++)
        {
            exponentials[i] = logWeights[i] - largest;
        }

        Elementwise.Exp<double>(exponentials, exponentials);
        var sum = 0.0;
        foreach (var exponential in exponentials)
        {
            sum += exponential;
        }

        return (largest, sum);
    }

    private readonly ref struct TwiceLoop<T>(
        ReadOnlySpan<T> latent, ReadOnlySpan<T> noise, ReadOnlySpan<T> logVariance, Span<T> latentGradient, T share, T own)
        : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _latent = latent;
        private readonly ReadOnlySpan<T> _noise = noise;
        private readonly ReadOnlySpan<T> _logVariance = logVariance;
        private readonly Span<T> _latentGradient = latentGradient;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var (likelihood, ratio, minusHalf) = (
                TSimd.Broadcast(share), TSimd.Broadcast(own), TSimd.Broadcast(T.CreateTruncating(-0.5)));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var precision = SimdElementary<TSimd, TVector, T>.Exp(TSimd.Multiply(minusHalf, TSimd.Load(in _logVariance[i])));
                // z - epsilon / sigma
                var away = TSimd.Subtract(TSimd.Load(in _latent[i]), TSimd.Multiply(TSimd.Load(in _noise[i]), precision));
                var dz = TSimd.Multiply(likelihood, TSimd.Load(in _latentGradient[i]));
                // dz = c / w dz + lambda c (z - epsilon / sigma) / samples
                TSimd.Store(TSimd.Add(dz, TSimd.Multiply(ratio, away)), ref _latentGradient[i]);
            }

            return i;
        }
    }
}
