using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Vae.Parquet;

/// <summary>The values of a page or of a dictionary, missing ones left out: eight bytes each, and the bytes to which those of
/// byte arrays refer.</summary>
/// <param name="element">The column.</param>
/// <param name="budget">The memory for pages.</param>
internal sealed class StoredValues(SchemaElement element, MemoryBudget budget)
{
    private const int Plain = 0;
    private const int PlainDictionary = 2;
    private const int Runs = 3;
    private const int Deltas = 5;
    private const int DeltaLengths = 6;
    private const int DeltaPrefixes = 7;
    private const int DictionaryNumbers = 8;
    private const int Split = 9;
    private const int MostFixedLength = 1 << 20;

    private ulong[] _values = [];
    private int[] _numbers = [];
    private long _held;

    /// <summary>The number of values.</summary>
    public int Count { get; private set; }

    /// <summary>Whether each value is the number of a value in the dictionary.</summary>
    public bool IsIndexed { get; private set; }

    /// <summary>The bytes of the page.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>A value.</summary>
    public ulong this[int index] => _values[index];

    /// <summary>Makes room for a page, whose bytes are then to be written.</summary>
    /// <param name="bytes">The bytes of the page.</param>
    /// <param name="values">The most values in it.</param>
    public Span<byte> Prepare(int bytes, int values)
    {
        var needed = bytes + ((long)values * sizeof(ulong));
        budget.Take(needed - _held);
        _held = needed;
        (Count, IsIndexed) = (0, false);
        Bytes = Bytes.Length >= bytes && Bytes.Length / 2 <= bytes ? Bytes : new byte[bytes];
        _values = _values.Length >= values ? _values : new ulong[values];
        return Bytes.AsSpan(0, bytes);
    }

    /// <summary>Decodes the values of a page.</summary>
    /// <param name="encoding">How they are encoded: the format's number.</param>
    /// <param name="page">The page's bytes, a part of <see cref="Bytes"/>.</param>
    /// <param name="start">Where the values begin in it.</param>
    /// <param name="count">Their number.</param>
    /// <param name="dictionary">The number of values in the dictionary; -1 where there is none.</param>
    public void Decode(int encoding, ReadOnlySpan<byte> page, int start, int count, int dictionary)
    {
        Count = count;
        IsIndexed = encoding is PlainDictionary or DictionaryNumbers && dictionary >= 0;
        var values = _values.AsSpan(0, count);
        if (count == 0)
        {
            return;                                                   // all are missing, and there need be no bytes
        }

        switch (encoding, element.Type!.Value)
        {
            case (Plain, _):
                PlainValues.Decode(element.Type.Value, FixedLength, page, start, values);
                break;
            case (PlainDictionary or DictionaryNumbers, _):
                DecodeNumbers(page[(start + 1)..], page[start], values, dictionary);
                break;
            case (Runs, PhysicalType.Boolean):
                var length = BinaryPrimitives.ReadInt32LittleEndian(page[start..]);
                DecodeNumbers(page.Slice(start + sizeof(int), length), bits: 1, values, most: 2);
                break;
            case (Deltas, PhysicalType.Int32 or PhysicalType.Int64):
                DeltaNumbers.Decode(page[start..], MemoryMarshal.Cast<ulong, long>(values));
                Narrow(values);
                break;
            case (DeltaLengths, PhysicalType.ByteArray):
                DeltaTexts.DecodeLengths(page, start, values);
                break;
            case (DeltaPrefixes, PhysicalType.ByteArray or PhysicalType.FixedByteArray):
                Bytes = DeltaTexts.DecodePrefixes(page, start, values, more => Hold(more));
                break;
            case (Split, PhysicalType.Int32 or PhysicalType.Float):
                DecodeSplit(page[start..], sizeof(int), values);
                break;
            case (Split, PhysicalType.Int64 or PhysicalType.Double):
                DecodeSplit(page[start..], sizeof(long), values);
                break;
            case (Split, PhysicalType.FixedByteArray):
                DecodeSplit(page[start..], FixedLength, values);
                break;
            default:
                throw new NotSupportedException(
                    $"values of type {(int)element.Type} are encoded by method {encoding}, which is not supported");
        }
    }

    private int FixedLength => element.Type != PhysicalType.FixedByteArray || element.TypeLength is > 0 and <= MostFixedLength
        ? element.TypeLength : throw new InvalidDataException($"values have a fixed length of {element.TypeLength} bytes");

    private void Hold(long more)
    {
        budget.Take(more);
        _held += more;
    }

    private void DecodeNumbers(ReadOnlySpan<byte> bytes, int bits, Span<ulong> values, int most)
    {
        if (_numbers.Length < values.Length)
        {
            Hold((values.Length - _numbers.Length) * (long)sizeof(int));
            _numbers = new int[values.Length];
        }

        var numbers = _numbers.AsSpan(0, values.Length);
        RunLength.Decode(bytes, bits, numbers);
        for (var i = 0; i < numbers.Length; i++)
        {
            values[i] = (uint)numbers[i] < most ? (uint)numbers[i]
                : throw new InvalidDataException($"a value is number {(uint)numbers[i]} of a dictionary of {int.Max(most, 0)}");
        }
    }

    private void DecodeSplit(ReadOnlySpan<byte> streams, int width, Span<ulong> values)
    {
        var length = checked(width * values.Length);
        _ = streams[..length];                                        // throws where they are not there
        Hold(length);
        var joined = new byte[length];
        SplitStreams.Join(streams, width, joined);
        PlainValues.Decode(element.Type!.Value, width, joined, 0, values);
        Bytes = joined;
    }

    // Differences wrap around in 32 bits where the column has as many.
    private void Narrow(Span<ulong> values)
    {
        for (var i = 0; element.Type == PhysicalType.Int32 && i < values.Length; i++)
        {
            values[i] = (ulong)(int)values[i];
        }
    }
}
