using System.Text;

namespace Vae.Model;

/// <summary>The different texts of a column, numbered in the order of their first rows.</summary>
/// <remarks>A hash table over one array of bytes. One thread adds; then any number of threads may read at once.</remarks>
internal sealed class ColumnTexts
{
    /// <summary>The most texts.</summary>
    public const int MostTexts = 1 << 16;

    /// <summary>The most bytes of all texts.</summary>
    public const int MostBytes = 1 << 22;

    private const int LeastSlots = 16;
    private const int BytesBeside = 44;                               // of a text: its place, its hash, its key, its slots

    private readonly TextRoom _room;
    private byte[] _bytes = [];
    private int[] _ends = [];                                         // of each text in the bytes
    private uint[] _hashes = [];
    private TextKey[] _keys = [];
    private int[] _slots = new int[LeastSlots];                       // a text's code plus 1; 0 for none

    /// <summary>Makes an empty list.</summary>
    /// <param name="room">The memory that all columns share.</param>
    public ColumnTexts(TextRoom room) => _room = room;

    /// <summary>Makes a list that is only read.</summary>
    /// <param name="bytes">All texts; kept.</param>
    /// <param name="ends">The end of each in the bytes.</param>
    public ColumnTexts(byte[] bytes, ReadOnlySpan<long> ends)
    {
        _room = new TextRoom(0);
        _bytes = bytes;
        _ends = new int[ends.Length];
        for (var code = 0; code < ends.Length; code++)
        {
            _ends[code] = (int)ends[code];
        }

        Count = ends.Length;
    }

    /// <summary>The number of texts.</summary>
    public int Count { get; private set; }

    /// <summary>The number of bytes of all texts.</summary>
    public int Length => Count == 0 ? 0 : _ends[Count - 1];

    /// <summary>All texts, one after another.</summary>
    public ReadOnlySpan<byte> AllUtf8 => _bytes.AsSpan(0, Length);

    /// <summary>The end of each text among all of them.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>Whether numbers are ends of texts one after another.</summary>
    public static bool AreEnds(ReadOnlySpan<long> ends)
    {
        var before = 0L;
        foreach (var end in ends)
        {
            if (end < before)
            {
                return false;
            }

            before = end;
        }

        return true;
    }

    /// <summary>A text in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8(int code)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(code);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(code, Count);
        var start = code == 0 ? 0 : _ends[code - 1];
        return _bytes.AsSpan(start, _ends[code] - start);
    }

    /// <summary>A text.</summary>
    public string this[int code] => Encoding.UTF8.GetString(Utf8(code));

    /// <summary>The number of a text, which is added if it is new; -1 where it is new and the list is full.</summary>
    /// <param name="text">The text in UTF-8.</param>
    public int CodeOf(ReadOnlySpan<byte> text)
    {
        var key = TextKey.Of(text);
        var hash = key.Hash(text);
        var code = Find(text, key, hash, out var slot);
        return code >= 0 ? code
            : TryAdd(text, key, hash, slot) ? Count - 1
            : -1;
    }

    /// <summary>The number of a text; -1 where it is not in the list.</summary>
    /// <param name="text">The text in UTF-8.</param>
    public int Find(ReadOnlySpan<byte> text)
    {
        var key = TextKey.Of(text);
        return Find(text, key, key.Hash(text), out _);
    }

    // The slot is the text's, or the free one for it.
    private int Find(ReadOnlySpan<byte> text, TextKey key, uint hash, out int slot)
    {
        var (slots, keys) = (_slots, _keys);
        slot = (int)hash & (slots.Length - 1);
        for (; slots[slot] is > 0 and var next; slot = (slot + 1) & (slots.Length - 1))
        {
            if (keys[next - 1] == key && (text.Length <= TextKey.Longest || Utf8(next - 1).SequenceEqual(text)))
            {
                return next - 1;
            }
        }

        return -1;
    }

    private bool TryAdd(ReadOnlySpan<byte> text, TextKey key, uint hash, int slot)
    {
        if (Count == MostTexts || text.Length > MostBytes - Length || !_room.TryTake(text.Length + BytesBeside))
        {
            return false;
        }

        var (start, end) = (Length, Length + text.Length);
        Grow(ref _bytes, end, MostBytes);
        Grow(ref _ends, Count + 1, MostTexts);
        Grow(ref _hashes, Count + 1, MostTexts);
        Grow(ref _keys, Count + 1, MostTexts);
        text.CopyTo(_bytes.AsSpan(start));
        _ends[Count] = end;
        _hashes[Count] = hash;
        _keys[Count] = key;
        _slots[slot] = Count + 1;
        Count++;
        if (2 * Count >= _slots.Length)
        {
            Rehash();
        }

        return true;
    }

    private void Rehash()
    {
        _slots = new int[2 * _slots.Length];
        var mask = _slots.Length - 1;
        for (var code = 0; code < Count; code++)
        {
            var slot = (int)_hashes[code] & mask;
            while (_slots[slot] > 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = code + 1;
        }
    }

    private static void Grow<T>(ref T[] list, int needed, int most)
    {
        if (needed > list.Length)
        {
            Array.Resize(ref list, int.Clamp(2 * list.Length, int.Max(needed, 16), int.Max(needed, most)));
        }
    }
}
