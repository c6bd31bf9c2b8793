using System.Runtime.InteropServices;

namespace Vae.Model;

/// <summary>Collects the numbers of a column one by one: moments, ends, different numbers, a sample. Its memory is
/// bounded.</summary>
internal sealed class NumberCount
{
    /// <summary>The most different numbers that are counted one by one.</summary>
    public const int MostDifferent = 4096;

    private const int MostKept = 1 << 18;                             // numbers looked at for a repeated one
    private const int MostInSample = 2048;

    private readonly List<double> _sample = [];
    private Dictionary<double, long>? _different = [];
    private HashSet<double>? _kept;
    private long _count;
    private double _mean;
    private double _squares;                                          // sums of the second and third powers about the mean
    private double _cubes;
    private double _least = double.PositiveInfinity;
    private double _largest = double.NegativeInfinity;
    private double _last;
    private bool _allWhole = true;
    private bool _risesByOne = true;
    private bool _rises = true;
    private bool _hasRepeated;
    private long _step = 1;                                           // every so many numbers one goes into the sample

    /// <summary>Adds a number.</summary>
    public void Add(double number)
    {
        AddToMoments(number);
        if (_count > 1)
        {
            _risesByOne &= number == _last + 1;
            _rises &= number > _last;
        }

        _allWhole &= double.IsInteger(number);
        _last = number;
        AddToSample(number);
        AddToDifferent(number);
    }

    /// <summary>The profile of the numbers that were added.</summary>
    public NumberProfile ToProfile()
    {
        if (_count == 0)
        {
            return NumberProfile.None;
        }

        var variance = _squares / _count;
        var skewness = _cubes / _count / (variance * double.Sqrt(variance));
        return new NumberProfile(_count)
        {
            Least = _least,
            Largest = _largest,
            Mean = _mean,
            Deviation = double.Sqrt(variance),
            Skewness = double.IsFinite(skewness) ? skewness : 0,
            Sample = [.. _sample.Order()],
            AllWhole = _allWhole,
            RisesByOne = _risesByOne && _count > 1,
            AllDifferent = !_hasRepeated || _rises,
            Different = _different is null ? null
                : [.. _different.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key)],
        };
    }

    // Welford's formulas, which lose no digits where the mean is large against the deviation.
    private void AddToMoments(double number)
    {
        var before = _count++;
        var away = number - _mean;
        var share = away / _count;
        var square = away * share * before;
        _mean += share;
        _cubes += (square * share * (_count - 2)) - (3 * share * _squares);
        _squares += square;
        _least = double.Min(_least, number);
        _largest = double.Max(_largest, number);
    }

    private void AddToSample(double number)
    {
        if ((_count - 1) % _step != 0)
        {
            return;
        }

        if (_sample.Count == MostInSample)                            // keeps every second one, and goes on with twice the step
        {
            for (var i = 0; i < MostInSample / 2; i++)
            {
                _sample[i] = _sample[2 * i];
            }

            _sample.RemoveRange(MostInSample / 2, MostInSample / 2);
            _step *= 2;
        }

        if ((_count - 1) % _step == 0)
        {
            _sample.Add(number);
        }
    }

    private void AddToDifferent(double number)
    {
        number = number == 0 ? 0 : number;                            // -0 is 0
        if (_different is not null)
        {
            ref var rows = ref CollectionsMarshal.GetValueRefOrAddDefault(_different, number, out var isKnown);
            rows++;
            _hasRepeated |= isKnown;
            if (_different.Count > MostDifferent)
            {
                _kept = _hasRepeated || !_allWhole ? null : [.. _different.Keys];
                _different = null;
            }
        }
        else if (_kept is not null)
        {
            _hasRepeated |= !_kept.Add(number);
            _kept = _hasRepeated || !_allWhole || _kept.Count > MostKept ? null : _kept;
        }
    }
}
