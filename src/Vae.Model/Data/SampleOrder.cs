using Vae.Math;

namespace Vae.Model;

/// <summary>The choice of held-out samples and the order of the training samples, drawn anew for each epoch: a pure function
/// of (seed, epoch, place).</summary>
/// <remarks>
/// Up to <see cref="MostListed"/> samples the orders are lists, by Fisher and Yates. Above it they are computed place by place
/// (<see cref="RandomPermutation"/>), and memory does not grow with the samples. These are two different orders: the number of
/// samples alone decides which of them a training has, so a resume comes to the same.
/// Not to be shared by threads.
/// </remarks>
internal sealed class SampleOrder
{
    /// <summary>The largest number of samples whose orders are lists of together 12 MB.</summary>
    public const int MostListed = 1 << 20;

    private readonly ulong _seed;
    private readonly int[]? _training;                                // null: the orders are computed
    private readonly RandomPermutation _split;
    private int[] _order;
    private int _listedEpoch = -1;
    private RandomPermutation _epochOrder;

    /// <summary>Holds out the validation samples.</summary>
    /// <param name="samples">The number of samples.</param>
    /// <param name="validationSamples">The number of held-out samples; fewer than all.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="mostListed">The largest number of samples whose orders are lists.</param>
    public SampleOrder(int samples, int validationSamples, ulong seed, int mostListed = MostListed)
    {
        _seed = seed;
        TrainingCount = samples - validationSamples;
        var draws = new RandomDraws(seed, (uint)Purpose.ValidationSplit, 0);
        if (samples <= mostListed)
        {
            var all = new int[samples];
            draws.FillPermutation(all);
            Validation = all[..validationSamples];
            _training = all[validationSamples..];
            _order = new int[TrainingCount];
        }
        else
        {
            _split = new RandomPermutation(draws, samples);
            Validation = [.. Enumerable.Range(0, validationSamples).Select(_split.At)];
            _order = [];
        }

        Array.Sort(Validation);
    }

    /// <summary>Samples in an epoch.</summary>
    public int TrainingCount { get; }

    /// <summary>The held-out samples, ascending; not to be changed.</summary>
    public int[] Validation { get; }

    /// <summary>A few training samples, the same in every epoch.</summary>
    /// <param name="most">The largest number of them.</param>
    public int[] SomeTraining(int most) => [.. Enumerable.Range(0, int.Min(most, TrainingCount)).Select(TrainingSample)];

    /// <summary>The samples of a batch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="place">The number of samples of the epoch before the batch.</param>
    /// <param name="count">The number of samples in the batch; with those before it
    /// no more than <see cref="TrainingCount"/>.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<int> Batch(int epoch, int place, int count)
    {
        if (_listedEpoch != epoch)
        {
            Begin(epoch);
        }

        if (_training is not null)
        {
            return _order.AsSpan(place, count);
        }

        if (_order.Length < count)
        {
            _order = new int[count];
        }

        for (var i = 0; i < count; i++)
        {
            _order[i] = TrainingSample(_epochOrder.At(place + i));
        }

        return _order.AsSpan(0, count);
    }

    private void Begin(int epoch)
    {
        var draws = new RandomDraws(_seed, (uint)Purpose.Shuffle, (ulong)epoch);
        _listedEpoch = epoch;
        if (_training is null)
        {
            _epochOrder = new RandomPermutation(draws, TrainingCount);
            return;
        }

        draws.FillPermutation(_order);
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = _training[_order[i]];
        }
    }

    // The split's first places are held out, so that the others are disjoint from them.
    private int TrainingSample(int number) => _training is not null ? _training[number] : _split.At(Validation.Length + number);
}
