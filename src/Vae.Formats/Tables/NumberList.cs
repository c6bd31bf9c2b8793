namespace Vae.Formats;

/// <summary>Numbers one after another in one array, which grows with what was read.</summary>
internal sealed class NumberList
{
    private const int Least = 1024;

    private float[] _numbers = [];
    private int _count;

    /// <summary>All of them.</summary>
    public ReadOnlyMemory<float> Numbers => _numbers.AsMemory(0, _count);

    /// <summary>Adds a row of numbers, unless there are more than an array can hold.</summary>
    /// <param name="row">The numbers.</param>
    /// <param name="shareRead">Which share of the file was read before it, 0 to 1: tells how many numbers there will be. Room
    /// is made for those, but never for more than twice of what is there.</param>
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
