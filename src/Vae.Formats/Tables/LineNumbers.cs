namespace Vae.Formats;

/// <summary>The line in which each row begins. Rows mostly stand in consecutive lines, so only
/// the gaps are stored.</summary>
internal sealed class LineNumbers
{
    private readonly List<int> _rows = [];                            // each the first after a gap
    private readonly List<long> _lines = [];                          // where those begin
    private int _count;
    private long _last;

    /// <summary>The line of a row: rows count from 0, lines from 1.</summary>
    public long this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, _count);
            var found = _rows.BinarySearch(row);
            var start = found >= 0 ? found : ~found - 1;              // the last that begins at or before the row
            return _lines[start] + row - _rows[start];
        }
    }

    /// <summary>Adds the line of the next row.</summary>
    public void Add(long line)
    {
        if (_count == 0 || line != _last + 1)
        {
            _rows.Add(_count);
            _lines.Add(line);
        }

        _last = line;
        _count++;
    }
}
