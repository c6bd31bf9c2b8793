namespace Vae.Model;

/// <summary>A cell of a table in eight bytes: a number, a text, or nothing.</summary>
/// <remarks>A number is its double, finite. All else is a NaN with a payload: nothing is the NaN of payload 0, a text the NaN
/// whose payload has its code in the column's list of texts, or its place among the table's long tail of texts. A file of
/// cells is thus a file of doubles, whose numbers any program can read.</remarks>
internal readonly struct Cell : IEquatable<Cell>
{
    private const ulong Nan = 0x7FF8_0000_0000_0000;
    private const ulong ListedText = 1UL << 48;                       // the tags stand above the payload's 48 bits
    private const ulong OtherText = 2UL << 48;
    private const ulong Tags = 3UL << 48;
    private const ulong Payload = (1UL << 48) - 1;

    private readonly ulong _bits;

    private Cell(ulong bits) => _bits = bits;

    /// <summary>A missing value.</summary>
    public static Cell Hole => new(Nan);

    /// <summary>A finite number.</summary>
    public static Cell OfNumber(double number) => new(BitConverter.DoubleToUInt64Bits(number));

    /// <summary>A text of the column's list.</summary>
    /// <param name="code">Its place in the list.</param>
    public static Cell OfText(int code) => new(Nan | ListedText | (uint)code);

    /// <summary>A text that is not in its column's list.</summary>
    /// <param name="place">Its place among the table's other texts.</param>
    public static Cell OfOtherText(long place) => new(Nan | OtherText | ((ulong)place & Payload));

    /// <summary>Whether the value is missing.</summary>
    public bool IsHole => _bits == Nan;

    /// <summary>Whether this is a number.</summary>
    public bool IsNumber => (_bits & Nan) != Nan;

    /// <summary>Whether this is a text of the column's list.</summary>
    public bool IsText => (_bits & (Nan | Tags)) == (Nan | ListedText);

    /// <summary>Whether this is a text that is not in the list.</summary>
    public bool IsOtherText => (_bits & (Nan | Tags)) == (Nan | OtherText);

    /// <summary>The number; NaN where this is none.</summary>
    public double Number => IsNumber ? BitConverter.UInt64BitsToDouble(_bits) : double.NaN;

    /// <summary>The text's place in the column's list, never negative.</summary>
    public int TextCode => (int)ulong.Min(_bits & Payload, int.MaxValue);

    /// <summary>The text's place among the other texts.</summary>
    public long TextPlace => (long)(_bits & Payload);

    /// <summary>Whether a table writes such a cell: a finite number, nothing, or a text that is there.</summary>
    /// <param name="texts">The number of texts in the column's list.</param>
    /// <param name="others">The number of bytes of the table's other texts.</param>
    public bool IsOfTable(int texts, long others)
        => IsNumber ? double.IsFinite(Number)
            : IsHole || (TextCode < texts && Equals(OfText(TextCode)))
                || (TextPlace < others && Equals(OfOtherText(TextPlace)));

    /// <summary>The eight bytes as a number, for messages.</summary>
    public ulong Bits => _bits;

    /// <inheritdoc/>
    public bool Equals(Cell other) => _bits == other._bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cell other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _bits.GetHashCode();
}
