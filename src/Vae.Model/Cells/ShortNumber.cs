using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Model;

/// <summary>Reads numbers of few digits, all digits at once.</summary>
internal static class ShortNumber
{
    /// <summary>The longest field, bytes.</summary>
    public const int MostBytes = 8;

    /// <summary>The decimals of a number without a decimal point.</summary>
    public const int Whole = -1;

    private const ulong AllOnes = 0x0101_0101_0101_0101;
    private const ulong HighBits = 0x8080_8080_8080_8080;
    private const ulong AllZeros = 0x3030_3030_3030_3030;             // eight characters '0'
    private const ulong AllSixes = 0x0606_0606_0606_0606;
    private const ulong HighHalves = 0xF0F0_F0F0_F0F0_F0F0;

    /// <summary>Reads a field of 1 to 8 digits, or of up to 7 with a decimal point.</summary>
    /// <param name="field">The field, of 1 to 8 bytes.</param>
    /// <param name="point">The character before decimals.</param>
    /// <param name="number">The number.</param>
    /// <param name="decimals">The digits after the decimal point; <see cref="Whole"/> where there is none.</param>
    /// <returns>False where the field is anything else.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> field, byte point, out double number, out int decimals)
    {
        // A byte for each character, the first in the lowest bits; the lowest byte that is the point is marked.
        var text = TextKey.Packed(field);
        var others = text ^ (AllOnes * point);
        var marks = (others - AllOnes) & ~others & HighBits;
        var place = BitOperations.TrailingZeroCount(marks) >> 3;      // 8 where none is marked
        var hasPoint = marks != 0;
        var before = hasPoint ? (1UL << (8 * place)) - 1 : ulong.MaxValue;
        var length = field.Length - (hasPoint ? 1 : 0);
        decimals = hasPoint ? length - place : Whole;
        if (length == 0 || !TryReadDigits((text & before) | ((text >> 8) & ~before), length, out var digits))
        {
            number = 0;
            return false;
        }

        number = hasPoint ? digits / NumberField.ExactPowers[decimals] : digits;      // rounded once
        return true;
    }

    // '0' is 0x30 and '9' 0x39. The missing digits before the first are '0'.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadDigits(ulong text, int length, out int number)
    {
        var missing = 8 * (MostBytes - length);
        var digits = (text << missing) | (missing == 0 ? 0 : AllZeros >> (64 - missing));
        if (((digits & HighHalves) ^ AllZeros) != 0 || (((digits + AllSixes) & HighHalves) ^ AllZeros) != 0)
        {
            number = 0;
            return false;
        }

        digits -= AllZeros;
        digits = ((digits * 10) + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;             // pairs of digits
        digits = ((digits * 100) + (digits >> 16)) & 0x0000_FFFF_0000_FFFF;           // fours
        number = (int)(uint)((digits * 10_000) + (digits >> 32));                     // eight
        return true;
    }
}
