namespace Vae.Model;

/// <summary>Collects the numbers of a column: moments, ends, different numbers, a sample. Its memory is bounded.</summary>
internal sealed class NumberCount
{
    /// <summary>The most different numbers that are counted one by one.</summary>
    public const int MostDifferent = 4096;

    private const int MostKept = 1 << 18;                             // numbers looked at for a repeated one
    private const int MostInSample = 2048;

    private readonly NumberMoments _moments = new();
    private readonly List<double> _sample = [];
    private NumberTable? _different = new(MostDifferent);             // null where there are more
    private HashSet<double>? _kept;
    private long _count;
    private double _least = double.PositiveInfinity;
    private double _largest = double.NegativeInfinity;
    private double _last = double.NegativeInfinity;
    private bool _allWhole = true;
    private bool _risesByOne = true;
    private bool _rises = true;
    private bool _hasRepeated;
    private long _step = 1;                                           // every so many numbers one goes into the sample
    private long _next;                                               // the place of the next one that does

    /// <summary>Adds numbers.</summary>
    public void Add(ReadOnlySpan<double> numbers)
    {
        AddToOrder(numbers);
        AddToSample(numbers);
        _count += numbers.Length;
        if (_different is not null)
        {
            numbers = numbers[_different.Add(numbers)..];
        }

        if (!numbers.IsEmpty)
        {
            AddToMany(numbers);
        }
    }

    /// <summary>The profile of the numbers that were added, once.</summary>
    public NumberProfile ToProfile()
    {
        if (_count == 0)
        {
            return NumberProfile.None;
        }

        var different = _different is null ? null : TakeDifferent();
        var sample = _sample.ToArray();
        Array.Sort(sample);
        return new NumberProfile(_count)
        {
            Least = _least,
            Largest = _largest,
            Mean = _moments.Mean,
            Deviation = _moments.Deviation,
            Skewness = _moments.Skewness,
            Sample = sample,
            AllWhole = _allWhole,
            RisesByOne = _risesByOne && _count > 1,
            AllDifferent = !_hasRepeated || _rises,
            Different = different,
        };
    }

    private void AddToOrder(ReadOnlySpan<double> numbers)
    {
        for (var i = 0; i < numbers.Length && _rises; i++)
        {
            _rises = numbers[i] > _last;
            _risesByOne &= _rises && (numbers[i] == _last + 1 || _count + i == 0);
            _last = numbers[i];
        }
    }

    private void AddToSample(ReadOnlySpan<double> numbers)
    {
        for (; _next < _count + numbers.Length; _next += _step)
        {
            if (_sample.Count == MostInSample)                        // keeps every second one, and goes on with twice the step
            {
                for (var i = 0; i < MostInSample / 2; i++)
                {
                    _sample[i] = _sample[2 * i];
                }

                _sample.RemoveRange(MostInSample / 2, MostInSample / 2);
                _step *= 2;
            }

            _sample.Add(numbers[(int)(_next - _count)]);
        }
    }

    // Where the different numbers are few, all but the order of the numbers follows from them.
    private (double Number, long Count)[] TakeDifferent()
    {
        var different = _different!.Ascending();
        _moments.Add(different);
        (_least, _largest) = (different[0].Number, different[^1].Number);
        _allWhole = Array.TrueForAll(different, pair => double.IsInteger(pair.Number));
        _hasRepeated = Array.Exists(different, pair => pair.Count > 1);
        return different;
    }

    private void AddToMany(ReadOnlySpan<double> numbers)
    {
        if (_different is not null)
        {
            var different = TakeDifferent();
            _kept = _hasRepeated ? null : [.. different.Select(pair => pair.Number)];
            _different = null;
        }

        _moments.Add(numbers);
        foreach (var number in numbers)
        {
            _least = number < _least ? number : _least;
            _largest = number > _largest ? number : _largest;
            _allWhole = _allWhole && double.IsInteger(number);
        }

        _kept = _allWhole ? _kept : null;
        for (var i = 0; i < numbers.Length && _kept is not null; i++)
        {
            _hasRepeated |= !_kept.Add(numbers[i]);
            _kept = _hasRepeated || _kept.Count > MostKept ? null : _kept;
        }
    }
}
