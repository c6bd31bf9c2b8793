namespace Vae.Formats;

/// <summary>A list of numbers in one array, which grows as the file is read.</summary>
internal sealed class NumberList
{
    private const int Least = 1024;

    private float[] _numbers = [];
    private int _count;

    /// <summary>All numbers so far.</summary>
    public ReadOnlyMemory<float> Numbers => _numbers.AsMemory(0, _count);

    /// <summary>Adds a row of numbers; false where an array cannot hold more.</summary>
    /// <param name="row">The numbers.</param>
    /// <param name="shareRead">The share of the file before this row, 0 to 1, from which the total is estimated. The array
    /// grows to the estimate, but at most to twice its length.</param>
    public bool TryAdd(ReadOnlySpan<float> row, double shareRead)
    {
        var needed = (long)_count + row.Length;
        if (needed > Array.MaxLength)
        {
            return false;
        }

        if (needed > _numbers.Length)
        {
            var expected = (long)double.Min(1.02 * needed / shareRead, Array.MaxLength);
            var room = long.Max(long.Clamp(expected, needed + (needed / 4), 2 * needed), Least);
            Array.Resize(ref _numbers, (int)long.Min(room, Array.MaxLength));
        }

        row.CopyTo(_numbers.AsSpan(_count));
        _count = (int)needed;
        return true;
    }
}
