namespace Vae.Model;

/// <summary>Recognises the numbers, dates and missing values of one column, and remembers how they are written.</summary>
/// <remarks>The numbers of a column are plain numbers or dates, never both: the first that is found decides, and the others
/// are texts.</remarks>
internal sealed class CellParser
{
    private readonly byte _point;
    private readonly byte _separator;
    private readonly string? _dateFormat;
    private Numbers _numbers;
    private bool _hasGivenFormat;
    private DatePattern _pattern;
    private int _decimals;
    private int _digits;                                              // -1 where they differ
    private bool _beginWithZero;

    /// <summary>Makes a parser.</summary>
    /// <param name="point">The character before decimals.</param>
    /// <param name="separator">The character between groups of three digits; 0 for none.</param>
    /// <param name="dateFormat">The pattern of dates beside those of ISO 8601; null for none.</param>
    /// <param name="known">The column in a schema that is to be applied; null for none.</param>
    public CellParser(byte point = (byte)'.', byte separator = 0, string? dateFormat = null, ColumnSchema? known = null)
    {
        _point = point;
        _separator = separator;
        _dateFormat = known?.DateFormat ?? dateFormat;
        _numbers = known is null ? Numbers.None
            : known.DateFormat is not null ? Numbers.Dates
            : known.Kind is ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count ? Numbers.Plain
            : Numbers.None;
        if (known?.DateFormat is { } written && DatePattern.TryParse(written, out _pattern))
        {
            _dateFormat = dateFormat;                                 // the known one is read as ISO 8601
        }
        else
        {
            _hasGivenFormat = known?.DateFormat is not null;
        }
    }

    private enum Numbers
    {
        None,
        Plain,
        Dates,
    }

    /// <summary>How the numbers so far are written.</summary>
    public CellNotation Notation => _numbers == Numbers.Dates
        ? new CellNotation(0, 0, _hasGivenFormat ? _dateFormat : _pattern.ToString())
        : new CellNotation(_decimals, _beginWithZero && _digits > 0 ? _digits : 0, null);

    /// <summary>The most decimals so far.</summary>
    public int Decimals => _decimals;

    /// <summary>Recognises a field; false where it is a text.</summary>
    /// <param name="field">The field in UTF-8, without spaces around it.</param>
    /// <param name="cell">The cell.</param>
    public bool TryParse(ReadOnlySpan<byte> field, out Cell cell)
    {
        cell = Cell.Hole;
        if (field.IsEmpty)
        {
            return true;
        }

        var first = field[0];
        if (field.Length <= ShortNumber.MostBytes && _numbers == Numbers.Plain && _dateFormat is null
            && ShortNumber.TryRead(field, _point, out var number, out var decimals))
        {
            var isWhole = decimals == ShortNumber.Whole;
            _beginWithZero |= isWhole && first == '0' && field.Length > 1;
            _digits = isWhole && (_digits == field.Length || _digits == 0) ? field.Length : -1;
            _decimals = int.Max(_decimals, decimals);
            cell = Cell.OfNumber(number);
            return true;
        }

        if (first - (uint)'0' <= 9 || first is (byte)'-' or (byte)'+' || first == _point)
        {
            return TryParseDigits(field, out cell);
        }

        var mayBeWord = first is (byte)'N' or (byte)'n' or (byte)'?' or (byte)'#' or (byte)'<' or (byte)'i' or (byte)'I';
        return (mayBeWord && (HoleWords.Contains(field) || HoleWords.IsInfinite(field)))
            || (_dateFormat is not null && TryParseGivenDate(field, out cell));
    }

    /// <summary>Makes a cell of a number that is no text; false where the column's numbers are dates.</summary>
    /// <param name="number">The number; an infinite one and NaN are holes.</param>
    /// <param name="decimals">Its digits after the decimal point.</param>
    /// <param name="cell">The cell.</param>
    public bool TryNumber(double number, int decimals, out Cell cell)
    {
        cell = double.IsFinite(number) ? Cell.OfNumber(number + 0.0) : Cell.Hole;
        if (_numbers == Numbers.Dates && !cell.IsHole)
        {
            return false;
        }

        _numbers = cell.IsHole ? _numbers : Numbers.Plain;
        _decimals = int.Max(_decimals, int.Min(decimals, NumberField.MostDecimals));
        _digits = -1;
        return true;
    }

    /// <summary>Makes a cell of a moment; false where the column's numbers are none.</summary>
    /// <param name="moment">The date and time.</param>
    /// <param name="pattern">How it is written.</param>
    /// <param name="cell">The cell.</param>
    public bool TryDate(DateTime moment, DatePattern pattern, out Cell cell)
    {
        cell = Cell.Hole;
        if (_numbers == Numbers.Plain)
        {
            return false;
        }

        var isFirst = _numbers == Numbers.None;
        _numbers = Numbers.Dates;
        if (!_hasGivenFormat && (isFirst || pattern != _pattern))
        {
            _pattern = isFirst || _pattern == default ? pattern : _pattern.With(pattern);
        }

        // All moments of the column are told by one clock: the first one's.
        var minutes = pattern.Offset is { } offset ? (_pattern.Offset ?? 0) - offset : 0;
        var ticks = moment.Ticks + (minutes * TimeSpan.TicksPerMinute) - DateTime.UnixEpoch.Ticks;
        cell = Cell.OfNumber((double)ticks / TimeSpan.TicksPerDay);
        return true;
    }

    private bool TryParseDigits(ReadOnlySpan<byte> field, out Cell cell)
    {
        if (_dateFormat is not null && TryParseGivenDate(field, out cell))
        {
            return true;
        }

        cell = Cell.Hole;
        switch (NumberField.Read(field, _point, _separator, out var number, out var shape))
        {
            case NumberReading.Finite when _numbers != Numbers.Dates:
                _numbers = Numbers.Plain;
                Remember(shape);
                cell = Cell.OfNumber(number);
                return true;
            case NumberReading.None:
                return DateField.TryRead(field, out var moment, out var pattern)
                    ? TryDate(moment, pattern, out cell)
                    : HoleWords.IsInfinite(field);
            case NumberReading.TooLarge:
                return true;
            default:
                return false;
        }
    }

    private bool TryParseGivenDate(ReadOnlySpan<byte> field, out Cell cell)
    {
        cell = Cell.Hole;
        if (_numbers == Numbers.Plain || !DateField.TryRead(field, _dateFormat!, out var moment))
        {
            return false;
        }

        _hasGivenFormat |= _numbers == Numbers.None;
        return TryDate(moment, DatePattern.Of(moment, null), out cell);
    }

    private void Remember(NumberShape shape)
    {
        _decimals = int.Max(_decimals, shape.Decimals);
        _beginWithZero |= shape.BeginsWithZero;
        _digits = _digits == 0 ? shape.Digits : _digits == shape.Digits ? _digits : -1;
    }
}
