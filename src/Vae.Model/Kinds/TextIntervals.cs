using System.Globalization;
using System.Text.RegularExpressions;

namespace Vae.Model;

/// <summary>The order of levels that are ranges of numbers: <c>25-34</c>, <c>&lt;20</c>, <c>65+</c>, <c>(10,20]</c>, <c>40
/// mg</c>.</summary>
internal static partial class TextIntervals
{
    private const int MostCharacters = 40;
    private const double Beside = 1e-9;                               // puts "<20" before 20, and ">65" behind 65

    /// <summary>A number for each level that rises in the order of the levels; null where one of them is no range.</summary>
    /// <param name="levels">The levels.</param>
    public static double[]? Places(IReadOnlyList<string> levels)
    {
        var places = new double[levels.Count];
        var unit = "";
        for (var i = 0; i < levels.Count; i++)
        {
            if (levels[i].Length > MostCharacters || Place(levels[i], ref unit) is not { } place)
            {
                return null;
            }

            places[i] = place;
        }

        return places;
    }

    private static double? Place(string level, ref string unit)
    {
        var match = Range().Match(level.Trim().ToLowerInvariant());
        if (!match.Success
            || Number(match.Groups["from"].ValueSpan) is not { } from
            || !IsSameUnit(match.Groups["unit"].Value, ref unit)
            || !IsSameUnit(match.Groups["unit2"].Value, ref unit))
        {
            return null;
        }

        var step = Beside * double.Max(1, double.Abs(from));
        return match.Groups["to"] is { Success: true, ValueSpan: var end }
            ? match.Groups["below"].Success || match.Groups["above"].Success || !(Number(end) >= from) ? null : from
            : match.Groups["below"].Success ? from - step
            : match.Groups["above"].Success || match.Groups["more"].Success ? from + step
            : from;
    }

    private static bool IsSameUnit(string found, ref string unit)
    {
        found = found.Trim().TrimEnd('s');
        unit = unit.Length == 0 ? found : unit;
        return found.Length == 0 || found == unit;
    }

    private static double? Number(ReadOnlySpan<char> text)
        => double.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    [GeneratedRegex(
        @"^(?:(?<below><=?|≤|under|below|less than|up to|fewer than|younger than|at most|lt)"
        + @"|(?<above>>=?|≥|over|above|more than|older than|at least|from|gt))?\s*"
        + @"[\[(]?\s*[$€£]?(?<from>-?\d[\d,]*(?:\.\d+)?|-?\.\d+)(?<unit>\s?[a-z%/]{1,10})??"
        + @"(?:\s*(?:-|–|—|to|,|;|\.\.+)\s*[$€£]?(?<to>-?\d[\d,]*(?:\.\d+)?|-?\.\d+)(?<unit2>\s?[a-z%/]{1,10})??)?"
        + @"\s*[\])]?\s*(?<more>\+|(?:and|or) (?:over|above|more|older|up|greater|higher)|plus)?(?<unit2>\s?[a-z%/]{1,10})?$",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Range();
}
