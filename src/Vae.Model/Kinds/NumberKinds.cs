using static System.FormattableString;

namespace Vae.Model;

/// <summary>Infers the kind of a column whose values are numbers.</summary>
/// <param name="column">The column.</param>
/// <param name="words">The words of its name.</param>
internal sealed class NumberKinds(ColumnProfile column, ColumnWords words)
{
    private const int FewDifferent = 12;                              // more different whole numbers are measured or counted
    private const int MostInOrder = 31;                               // steps of an ordinal whose name says that it is one
    private const int RowsForEach = 3;                                // rows for each of few different numbers
    private const int FewestRowsThatRise = 8;
    private const double FewestInnerSkew = 0.75;
    private const double Border = 0.15;                               // about the former
    private const double MostOfCount = 100_000;
    private const double OldestAge = 130;
    private const double FewestSkewOfMoney = 0.25;
    private const int MostSteps = 5;                                  // of evenly spaced numbers that are not whole
    private const double FewestZeros = 0.05;                          // a spike at zero has as large a share of the rows

    private readonly NumberProfile _numbers = column.Numbers;

    private int Different => _numbers.Different?.Count ?? int.MaxValue;

    /// <summary>The kind of the column.</summary>
    public KindDecision Decide() => Id() ?? Dates() ?? Constant() ?? Flag() ?? Padded() ?? Coded() ?? Year()
        ?? new WholeKinds(column, words).Decide()?.With(Asked()) ?? Steps() ?? Many();

    private KindDecision? Id()
    {
        var areAllDifferent = _numbers.AllDifferent && _numbers.Count > 1;
        if (!_numbers.AllWhole || column.HasDates)
        {
            return null;
        }

        var isUnnamed = words.IsAnonymous || (words.MayBeAnonymous && _numbers.RisesByOne && _numbers.Least is 0 or 1);
        if (isUnnamed && column.Place == 0 && areAllDifferent && column.Holes == 0)
        {
            return new KindDecision(
                ColumnKind.Id, _numbers.RisesByOne ? "an unnamed first column that counts the rows"
                    : "an unnamed first column, all different");
        }

        if (words.IsId && areAllDifferent)
        {
            return new KindDecision(ColumnKind.Id, "named as an ID, all different");
        }

        if (words.IsId && Different > 2 && !(words.IsOneLetterId && Different <= FewDifferent && IsGrouping))
        {
            return IsGrouping
                ? new KindDecision(ColumnKind.Category,
                    Invariant($"named as an ID, {Different} different in {_numbers.Count} rows"))
                    .With($"groups of rows? otherwise {Advice(ColumnKind.Id)}")
                : new KindDecision(ColumnKind.Id, "named as an ID")
                    .With($"some are repeated: groups of rows? {Advice(ColumnKind.Category)}");
        }

        var isNumbering = words.IsSerial || (words.IsRank && _numbers.RisesByOne);
        return isNumbering && areAllDifferent && !words.IsCount && _numbers.Count > FewDifferent
            && _numbers.Largest >= _numbers.Count
            ? new KindDecision(ColumnKind.Id, "named as a number of each row, all different")
            : null;
    }

    // Few groups with many rows each.
    private bool IsGrouping => Different <= 100 && _numbers.Count >= 4 * (long)Different;

    private KindDecision? Dates() => !column.HasDates ? null
        : new KindDecision(ColumnKind.Date, $"dates written {Printable.Cut(column.Notation.DateFormat)}")
            .With(Different == 1 ? ColumnNotes.Constant : null);

    private KindDecision? Constant() => Different != 1 || _numbers.Count < 2 ? null
        : new KindDecision(_numbers.Least is 0 or 1 ? ColumnKind.Flag : ColumnKind.Real, "one number in all rows")
            .With(ColumnNotes.Constant);

    private KindDecision? Flag()
    {
        if (Different != 2)
        {
            return null;
        }

        var (least, largest) = (_numbers.Least, _numbers.Largest);
        var isUsual = (least, largest) is (0, 1) or (1, 2) or (-1, 1) or (-1, 0);
        return isUsual && _numbers.Count > 2 || (least, largest) is (0, 1) || _numbers.Count >= 4 * RowsForEach
            ? new KindDecision(ColumnKind.Flag, Invariant($"two numbers, {least} and {largest}"))
            : null;
    }

    private KindDecision? Padded() => column.Notation.Width < 2 ? null
        : _numbers.AllDifferent && _numbers.Count > FewDifferent
            ? new KindDecision(ColumnKind.Id, $"all different, and written with zeros in front to {column.Notation.Width} digits")
            : new KindDecision(Pooled, $"written with zeros in front to {column.Notation.Width} digits, as codes are")
                .With($"codes? otherwise {Advice(ColumnKind.Real)}");

    private ColumnKind Pooled => _numbers.Different is null ? ColumnKind.Id : ColumnKind.Category;

    private KindDecision? Coded()
    {
        if (!_numbers.AllWhole || words.IsCount || words.IsDuration
            || !(words.IsCode || IsIndividual || (words.IsLabel && Different <= MostInOrder))
            || AreSizes)
        {
            return null;
        }

        if (words.IsCode)
        {
            return _numbers.AllDifferent && _numbers.Count > FewDifferent
                ? new KindDecision(ColumnKind.Id, "named as a code, all different")
                : new KindDecision(Pooled, "named as a code").With($"codes? otherwise {Advice(ColumnKind.Real)}");
        }

        if (IsIndividual && Different is > 2 and < int.MaxValue && _numbers.Count >= 2L * Different && !words.IsMeasure)
        {
            return new KindDecision(ColumnKind.Category,
                Invariant($"{Different} different whole numbers, named as groups of rows"))
                .With($"groups of rows? otherwise {Advice(ColumnKind.Id)}");
        }

        return AreFewLabels
            ? new KindDecision(ColumnKind.Category, Invariant($"{Different} different whole numbers, named as labels"))
                .With($"labels without an order? otherwise {Advice(ColumnKind.Ordinal)}")
            : null;
    }

    // A few numbers from 0 on count; school numbers that are not larger are years at school.
    private bool IsIndividual => (words.IsIndividual && (_numbers.Least > 0 || Different > FewDifferent))
        || (words.Has("school") && Different > MostInOrder);

    // "zip density", "code length"
    private bool AreSizes => words.IsMeasure && !words.IsCode;

    private bool AreFewLabels => !words.IsOrder && _numbers.Count >= RowsForEach * (long)Different && _numbers.Largest < 1000;

    private KindDecision? Year() => !_numbers.AllWhole || _numbers.Least < 1000 || _numbers.Largest > 2200
        || !(words.IsYear || (_numbers.Least >= 1700 && _numbers.Largest <= 2100 && Different > FewDifferent && !words.IsMeasure
            && !words.IsCount
            && _numbers.Deviation < 100))
        ? null
        : new KindDecision(ColumnKind.Real, Invariant($"years from {_numbers.Least} to {_numbers.Largest}"))
            .With($"years as numbers? otherwise {Advice(ColumnKind.Ordinal)}");

    // 0, 0.5, 1
    private KindDecision? Steps()
    {
        if (_numbers.AllWhole || words.IsMeasure || Different is < 3 or > MostSteps
            || _numbers.Count < RowsForEach * (long)Different)
        {
            return null;
        }

        var different = _numbers.Different!;
        var step = (_numbers.Largest - _numbers.Least) / (Different - 1);
        var isEven = different.Zip(different.Skip(1))
            .All(pair => double.Abs(pair.Second.Number - pair.First.Number - step) < 1e-6 * step);
        return !isEven ? null
            : new KindDecision(
                ColumnKind.Ordinal,
                Invariant($"{Different} numbers at even distances from {_numbers.Least} to {_numbers.Largest}"))
                .With($"steps in order? otherwise {Advice(ColumnKind.Real)}");
    }

    private KindDecision Many()
    {
        if (_numbers.Least >= 0 && IsSkewed)
        {
            var zeros = _numbers.Different?[0] is (0, var count) ? count : 0;
            var spike = zeros * 20 >= _numbers.Count ? Invariant($", {100 * zeros / _numbers.Count} % zeros") : "";
            return new KindDecision(
                ColumnKind.Positive,
                Invariant($"{(_numbers.Least > 0 ? "above 0" : "0 or above")} and skewed ({_numbers.Skewness:0.0}){spike}"))
                    .With(Asked() ?? (IsNearlyEven ? $"nearly even: {Advice(ColumnKind.Real)}?"
                        : MayCount ? $"a count? {Advice(ColumnKind.Count)}" : null));
        }

        return new KindDecision(ColumnKind.Real, _numbers.AllWhole ? "whole numbers, not skewed" : _numbers.Least < 0
            ? "numbers of both signs" : "numbers, not skewed")
            .With(Asked() ?? (MayCount ? $"a count? {Advice(ColumnKind.Count)}"
                : _numbers.Least >= 0 && IsWide && IsNearlyEven ? $"somewhat skewed: {Advice(ColumnKind.Positive)}?"
                : null));
    }

    // Whole numbers that begin near 0 and have none of the other marks of counts.
    private bool MayCount => _numbers is { AllWhole: true, Least: >= 0, Largest: < MostOfCount }
        && 4 * _numbers.Least <= _numbers.Largest && !words.IsMeasure;

    private bool IsAge => words.IsAge && _numbers is { AllWhole: true, Largest: <= OldestAge };

    private bool IsWide => _numbers.Largest >= 2 * _numbers.Least;

    // Neither the one side of the border nor the other.
    private bool IsNearlyEven => !words.IsMoney && !HasSpikeAtZero && _numbers.Skewness > 1
        && double.Abs(InnerSkewness - FewestInnerSkew) < Border;

    // The moment of all numbers would be moved by one far number, that of the sample without its ends by a lump in the middle.
    private bool IsSkewed => _numbers.Skewness > 1 && IsWide && !IsAge
        && (HasSpikeAtZero || InnerSkewness > (words.IsMoney ? FewestSkewOfMoney : FewestInnerSkew));

    private bool HasSpikeAtZero => _numbers.Quantile(FewestZeros) == 0;

    // The skewness of the sample whose lowest and highest hundredth are drawn in to the numbers beside them.
    private double InnerSkewness
    {
        get
        {
            var (low, high) = (_numbers.Quantile(0.01), _numbers.Quantile(0.99));
            var inner = new NumberMoments();
            inner.Add([.. _numbers.Sample.Select(number => double.Clamp(number, low, high))]);
            return inner.Skewness;
        }
    }

    private string? Asked()
    {
        var digits = _numbers.AllWhole && _numbers.Least > 0 ? DigitsOf(_numbers.Least) : 0;
        return _numbers.RisesByOne && _numbers.Count >= FewestRowsThatRise
                ? $"rises by 1 from row to row: the row's number? {Advice(ColumnKind.Id)}"
            : digits == 8 && AreDays ? "days such as 20240131? TableOptions.DateFormat = \"yyyyMMdd\""
            : digits >= 4 && digits == DigitsOf(_numbers.Largest) && !words.IsMeasure && !words.IsCount
                && _numbers.Different is not null
                && IsSpread
                ? Invariant($"whole numbers of {digits} digits: codes? {Advice(ColumnKind.Category)}")
            : (words.IsId || words.IsSerial) && _numbers.AllWhole && Different > _numbers.Count / 2
                ? $"codes? {Advice(ColumnKind.Id)}"
            : null;
    }

    private bool IsSpread => _numbers.Largest > 2 * _numbers.Least;

    private bool AreDays
        => _numbers.Sample.All(number => (int)number / 100 % 100 is >= 1 and <= 12 && (int)number % 100 is >= 1 and <= 31
        && number is > 1800_00_00 and < 2200_00_00);

    private static int DigitsOf(double whole) => whole < 1 ? 1 : (int)double.Floor(double.Log10(whole) + 1e-12) + 1;

    private string Advice(ColumnKind kind) => KindAdvice.Set(column.Name, kind);
}
