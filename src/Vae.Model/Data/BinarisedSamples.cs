using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>Samples of another source whose pixels are made into zeros and ones while they are gathered.</summary>
/// <remarks>What is drawn is a pure function of (seed, purpose, epoch, sample, feature): the same for any batch, on any thread, in float and
/// in double.</remarks>
internal sealed class BinarisedSamples : ISampleSource
{
    private readonly ISampleSource _source;
    private readonly ulong _seed;
    private readonly Purpose _purpose;
    private long _epoch;

    /// <summary>Takes the source as it is.</summary>
    /// <param name="source">Samples whose numbers are from 0 to 1.</param>
    /// <param name="pixels">What becomes of them.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the draws are for: <see cref="Purpose.TrainingPixels"/> or <see cref="Purpose.EvaluationPixels"/>.</param>
    /// <param name="epoch">Which epoch's draws; 0 or above.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such way to treat pixels, or the epoch is negative.</exception>
    public BinarisedSamples(ISampleSource source, Pixels pixels, ulong seed, Purpose purpose, long epoch)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!Enum.IsDefined(pixels))
        {
            throw new ArgumentOutOfRangeException(nameof(pixels), pixels, "There is no such way to treat pixels.");
        }

        _source = source;
        _seed = seed;
        _purpose = purpose;
        Pixels = pixels;
        Epoch = epoch;
    }

    /// <summary>What becomes of the pixels.</summary>
    public Pixels Pixels { get; }

    /// <summary>Which epoch's draws; 0 or above. May be set between two calls of <see cref="Gather"/>, so that a training needs only one
    /// of these objects.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public long Epoch
    {
        get => _epoch;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _epoch = value;
        }
    }

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public int Features => _source.Features;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A number that is to be made 0 or 1 is below 0, above 1 or NaN.</exception>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _source.Gather(samples, batch);
        for (var column = 0; column < samples.Length && Pixels != Pixels.Grey; column++)
        {
            var values = batch.Slice(column * Features, Features);
            RequireProbabilities<T>(values, samples[column]);
            if (Pixels == Pixels.Threshold)
            {
                Binarisation.Threshold(values);                       // x = x < 1/2 ? 0 : 1
            }
            else
            {
                var draws = new RandomDraws(_seed, (uint)_purpose, (ulong)_epoch);
                Binarisation.Draw(values, draws, (long)samples[column] * Features); // x ~ Bernoulli(x)
            }
        }
    }

    private static void RequireProbabilities<T>(ReadOnlySpan<T> values, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var feature = Binarisation.FirstOutside(values);
        if (feature >= 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"What is made 0 or 1 must be from 0 to 1, but feature {feature} of sample {sample} is {values[feature]}. ")
                + "Scale the data to 0 to 1, or leave the pixels grey.");
        }
    }
}
