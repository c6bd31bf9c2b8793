namespace Vae.Model;

/// <summary>Counts different numbers as long as they are not too many.</summary>
/// <param name="most">The most numbers.</param>
internal sealed class NumberTable(int most)
{
    private const int LeastSlots = 64;

    private (double Number, long Count)[] _slots = new (double, long)[LeastSlots];   // a count of 0 for none

    /// <summary>The different numbers.</summary>
    public int Count { get; private set; }

    /// <summary>Counts numbers, up to the first that is one too many.</summary>
    /// <returns>How many of them were counted.</returns>
    public int Add(ReadOnlySpan<double> numbers)
    {
        var slots = _slots;
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = numbers[i] + 0.0;                            // -0 is 0
            var slot = SlotOf(slots, number);
            if (slots[slot].Count++ == 0)
            {
                if (Count == most)
                {
                    slots[slot].Count = 0;
                    return i;
                }

                slots[slot].Number = number;
                Count++;
                if (2 * Count > slots.Length)
                {
                    slots = _slots = Grown(slots);
                }
            }
        }

        return numbers.Length;
    }

    /// <summary>The different numbers, ascending, with how often each was added.</summary>
    public (double Number, long Count)[] Ascending()
    {
        var all = Array.FindAll(_slots, slot => slot.Count > 0);
        Array.Sort(Array.ConvertAll(all, slot => slot.Number), all);
        return all;
    }

    // The slot of a number, or a free one for it.
    private static int SlotOf((double Number, long Count)[] slots, double number)
    {
        var mask = slots.Length - 1;
        var slot = (int)TextKey.Hash(BitConverter.DoubleToUInt64Bits(number)) & mask;
        while (slots[slot].Count != 0 && slots[slot].Number != number)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private static (double Number, long Count)[] Grown((double Number, long Count)[] slots)
    {
        var more = new (double Number, long Count)[4 * slots.Length];
        foreach (var slot in slots)
        {
            if (slot.Count > 0)
            {
                more[SlotOf(more, slot.Number)] = slot;
            }
        }

        return more;
    }
}
