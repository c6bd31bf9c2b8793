namespace Vae.Formats;

/// <summary>The form of a field, as far as it says how a table writes its numbers.</summary>
internal enum NumberForm
{
    /// <summary>No number.</summary>
    None,

    /// <summary>A whole number, such as <c>12</c> or <c>1e3</c>.</summary>
    Whole,

    /// <summary>A number with a decimal point, such as <c>0.5</c>.</summary>
    Point,

    /// <summary>A number with a decimal comma, such as <c>0,5</c>.</summary>
    Comma,

    /// <summary>A number with a point before three digits, which may be a decimal point or separate thousands:
    /// <c>1.234</c>.</summary>
    PointOrGroup,

    /// <summary>A number with a comma before three digits, which may be a decimal comma or separate thousands:
    /// <c>1,234</c>.</summary>
    CommaOrGroup,

    /// <summary>A number with points between thousands, such as <c>1.234,5</c> or <c>1.234.567</c>.</summary>
    PointGroups,

    /// <summary>A number with commas between thousands, such as <c>1,234.5</c> or <c>1,234,567</c>.</summary>
    CommaGroups,
}

/// <summary>Finds the form of a field.</summary>
internal static class NumberForms
{
    private const int GroupLength = 3;

    /// <summary>The form of a field without blanks around it.</summary>
    public static NumberForm Of(ReadOnlySpan<char> field)
    {
        var text = field is ['+' or '-', ..] ? field[1..] : field;
        if (text.IsEmpty || !(char.IsAsciiDigit(text[0]) || text[0] is '.' or ','))
        {
            return NumberForm.None;                                   // most texts
        }

        var exponent = text.IndexOfAny('e', 'E');
        var mantissa = exponent < 0 ? text : text[..exponent];
        if (exponent >= 0 && !IsExponent(text[(exponent + 1)..]))
        {
            return NumberForm.None;
        }

        var (points, commas, digits) = (0, 0, 0);
        foreach (var character in mantissa)
        {
            points += character == '.' ? 1 : 0;
            commas += character == ',' ? 1 : 0;
            digits += char.IsAsciiDigit(character) ? 1 : 0;
        }

        return digits == 0 || digits + points + commas != mantissa.Length ? NumberForm.None
            : (points, commas) switch
            {
                (0, 0) => NumberForm.Whole,
                (1, 0) when exponent < 0 && IsGrouped(mantissa, '.') => NumberForm.PointOrGroup,
                (1, 0) => NumberForm.Point,
                (0, 1) when exponent < 0 && IsGrouped(mantissa, ',') => NumberForm.CommaOrGroup,
                (0, 1) => NumberForm.Comma,
                (_, 0) => IsGrouped(mantissa, '.') ? NumberForm.PointGroups : NumberForm.None,
                (0, _) => IsGrouped(mantissa, ',') ? NumberForm.CommaGroups : NumberForm.None,
                (_, 1) when IsGroupedBefore(mantissa, ',', '.') => NumberForm.PointGroups,
                (1, _) when IsGroupedBefore(mantissa, '.', ',') => NumberForm.CommaGroups,
                _ => NumberForm.None,
            };
    }

    private static bool IsExponent(ReadOnlySpan<char> text)
    {
        var digits = text is ['+' or '-', ..] ? text[1..] : text;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsGroupedBefore(ReadOnlySpan<char> number, char decimalPoint, char group)
    {
        var at = number.IndexOf(decimalPoint);
        return !number[at..].Contains(group) && IsGrouped(number[..at], group);
    }

    // One to three digits, the first not 0, then groups of three.
    private static bool IsGrouped(ReadOnlySpan<char> number, char group)
    {
        var first = number.IndexOf(group);
        if (first is < 1 or > GroupLength || number[0] == '0')
        {
            return false;
        }

        for (var rest = number[first..]; !rest.IsEmpty; rest = rest[(GroupLength + 1)..])
        {
            if (rest.Length <= GroupLength || rest[0] != group || rest[1..(GroupLength + 1)].Contains(group))
            {
                return false;
            }
        }

        return true;
    }
}
