using static System.FormattableString;

namespace Vae.Model;

/// <summary>Infers whether a column of whole numbers has counts or steps in order.</summary>
/// <param name="column">The column.</param>
/// <param name="words">The words of its name.</param>
internal sealed class WholeKinds(ColumnProfile column, ColumnWords words)
{
    private const int FewDifferent = 12;                              // more different whole numbers are measured or counted
    private const int MostInOrder = 31;                               // steps of an ordinal whose name says that it is one
    private const int LargestStep = 20;
    private const int RowsForEach = 3;                                // rows for each of few different numbers
    private const double LargestOfUnnamedCount = 500;
    private const double LargestOfWideCount = 10_000;                 // of one without a name that begins at 0 or 1
    private const double MostUsualOfCount = 30;                       // its median
    private const double FewestStepsOfYears = 9;                      // years at school are not fewer at the most, levels are
    private const double MostYearsAtSchool = 30;
    private const double LargestExperience = 100;                     // in years; an expenditure is larger
    private const double LargestGroup = 60;
    private const double LargestSmall = 5;
    private const double Edge = 0.05;                                 // of rows and of the range: counts lie near 0
    private const double LowMedian = 0.45;                            // the median of counts by the largest, at the most
    private const double RareEnd = 0.05;                              // the share of the largest number of counts, at the most
    private const double LowHalf = 0.6;                               // the share of counts in the lower half of their range

    private readonly NumberProfile _numbers = column.Numbers;

    /// <summary>The kind; null where the numbers are neither counts nor steps.</summary>
    public KindDecision? Decide()
        => !_numbers.AllWhole || _numbers.Least < -LargestStep ? null : YearsAtSchool() ?? Few() ?? Brackets() ?? Many();

    private int Different => _numbers.Different?.Count ?? int.MaxValue;

    private bool HasRowsForEach => _numbers.Count >= RowsForEach * (long)Different;

    private string Range => Invariant($"whole numbers from {_numbers.Least} to {_numbers.Largest}");

    // The least number is small against the others.
    private bool BeginsNearZero => _numbers.Least >= 0 && 4 * _numbers.Least <= _numbers.Largest;

    private bool IsNamedAsCount => words.IsCount
        || (words.IsSale && _numbers.Largest <= LargestOfWideCount && !AreRound)
        || (words.IsGroupSize && BeginsNearZero && _numbers.Largest <= LargestGroup);

    private bool IsNamedAsDuration => words.IsDuration || (words.Has("exp") && _numbers.Largest <= LargestExperience);

    private bool IsNamedAsThings => words.IsPlural && !words.IsMeasure && !words.IsOrder;

    private KindDecision? YearsAtSchool()
        => words.IsSchooling && Different > 5
            && _numbers is { Least: >= 0, Largest: >= FewestStepsOfYears and <= MostYearsAtSchool }
            ? new KindDecision(ColumnKind.Count, $"{Range}, named as years at school")
                .With($"years? otherwise {Advice(ColumnKind.Ordinal)}")
            : null;

    private KindDecision? Few()
    {
        var areFew = Different is > 2 and <= FewDifferent && HasRowsForEach;
        var isOrder = words.IsOrder && !words.IsMeasure && Different <= MostInOrder && HasRowsForEach;
        if (!(areFew || isOrder) || _numbers.Largest > 2 * LargestStep)
        {
            return null;
        }

        var found = Invariant($"{Different} different {Range}");
        if (_numbers.Least >= 0 && (IsNamedAsCount || (IsNamedAsDuration && _numbers.Largest > LargestSmall)))
        {
            return new KindDecision(ColumnKind.Count, $"{found}, named as a count");
        }

        if (words.IsMeasure && !words.IsOrder && _numbers.Largest > LargestSmall)
        {
            return null;
        }

        if (isOrder)
        {
            return new KindDecision(ColumnKind.Ordinal, $"{found}, named as steps");
        }

        if (BeginsNearZero && _numbers.Least <= 2 && IsNamedAsThings)
        {
            return new KindDecision(ColumnKind.Count, $"{found}, named as things");
        }

        if (_numbers.Least == 0 && Different > 6)
        {
            return new KindDecision(ColumnKind.Count, found);
        }

        return _numbers.Least is 0 or 1 && !words.IsOrder && !EndsAsScale
            && (HasRareEnd || (_numbers.Least == 0 && Different > 3 && IsFalling))
            ? new KindDecision(ColumnKind.Count, $"{found}, the larger the rarer")
                .With($"a count? otherwise {Advice(ColumnKind.Ordinal)}")
            : _numbers.Largest > LargestStep ? null
            : new KindDecision(ColumnKind.Ordinal, found)
                .With($"steps in order? otherwise {Advice(_numbers.Least is 0 or 1 ? ColumnKind.Count : ColumnKind.Category)}");
    }

    // Income in classes: each whole number from 1 on, in many rows.
    private KindDecision? Brackets()
        => words.IsMoney && _numbers.Least is 0 or 1 && _numbers.Largest <= MostInOrder
            && Different == (int)(_numbers.Largest - _numbers.Least) + 1 && Different > 2 && HasRowsForEach
            ? new KindDecision(ColumnKind.Ordinal, $"{Range} without a gap, too few for an amount")
                .With($"classes of amounts? otherwise {Advice(ColumnKind.Positive)}")
            : null;

    private KindDecision? Many()
    {
        if (_numbers.Least < 0 || words.IsDated)
        {
            return null;
        }

        var name = IsNamedAsCount ? "a count"
            : !BeginsNearZero ? null
            : IsNamedAsDuration ? "a duration"
            : IsNamedAsThings && (!AreRound || _numbers.Largest < LargestOfUnnamedCount) ? "things"
            : null;
        return name is not null ? new KindDecision(ColumnKind.Count, $"{Range}, named as {name}")
                .With(words.IsSale ? $"things sold? otherwise {Advice(ColumnKind.Positive)}" : null)
            : words.IsMeasure || words.IsSchooling || !BeginsNearZero || _numbers.Least > 1 || AreRound ? null
            : _numbers.Largest <= LargestOfUnnamedCount && _numbers.Quantile(0.5) <= MostUsualOfCount
                ? new KindDecision(ColumnKind.Count, Range)
            : _numbers.Largest <= LargestOfWideCount && LeanToZero
                ? new KindDecision(ColumnKind.Count, $"{Range}, not rounded")
                    .With($"a count? otherwise {Advice(ColumnKind.Positive)}")
            : null;
    }

    // Measures such as the blood pressure lie about a mean, or between 0 for none and far from it; row numbers and angles lie
    // evenly between two ends.
    private bool LeanToZero
        => _numbers.Quantile(Edge) <= Edge * _numbers.Largest
            && _numbers.Quantile(0.5) <= LowMedian * _numbers.Largest
            && _numbers.Different is not [(0, _), ( > 2, _), ..];

    // Amounts are often given in fives, tens or hundreds.
    private bool AreRound
    {
        get
        {
            var above = _numbers.Sample.Count(number => number > 0);
            return _numbers.Sample.Count(number => number > 0 && number % 10 == 0) * 2 > above
                || (_numbers.Largest > LargestStep
                    && _numbers.Sample.Count(number => number > 0 && number % 5 == 0) * 3 > 2 * above);
        }
    }

    // 1, 2, 3 or 1 to 10 without a gap, as ratings are, or 0, 1, 2.
    private bool EndsAsScale => Different == _numbers.Largest - _numbers.Least + 1
        && (_numbers.Least == 0 ? _numbers.Largest == 2 : _numbers.Largest is 3 or 4 or 5 or 7 or 9 or 10);

    // Large values of a count are rarer than small ones.
    private bool IsFalling
    {
        get
        {
            var different = _numbers.Different!;
            var isLongTailed = different.Zip(different.Skip(1)).Skip(1).All(pair => pair.First.Count >= pair.Second.Count);
            return isLongTailed && _numbers.Skewness > 0.5;
        }
    }

    private bool HasRareEnd
    {
        get
        {
            var middle = (_numbers.Least + _numbers.Largest) / 2;
            var low = _numbers.Different!.Where(pair => pair.Number <= middle).Sum(pair => pair.Count);
            return _numbers.Skewness > 0.5
                && _numbers.Different![^1].Count <= RareEnd * _numbers.Count
                && low >= LowHalf * _numbers.Count;
        }
    }

    private string Advice(ColumnKind kind) => KindAdvice.Set(column.Name, kind);
}
