using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The conditions of drawn rows: <c>--where city=Rome</c>.</summary>
/// <param name="schema">The columns of the run's model.</param>
/// <param name="hasDecimalComma">Whether the table's numbers have decimal commas.</param>
internal sealed class Conditions(TableSchema schema, bool hasDecimalComma)
{
    private const int MostNamed = 20;

    /// <summary>The name of the option.</summary>
    public const string Option = "--where";

    /// <summary>Reads the conditions.</summary>
    /// <param name="texts">The values of the option.</param>
    /// <returns>The value of each column, as the schema writes it; null without conditions.</returns>
    /// <exception cref="UsageException">A column is not the model's, or cannot have the value.</exception>
    public IReadOnlyDictionary<string, string>? Read(IEnumerable<string> texts)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var (column, value) = Split(text);
            UsageException.Require(
                given.TryAdd(column.Name, value) || given[column.Name] == value,
                $"Column '{ColumnText.Shown(column.Name)}' can have one value, but '{ColumnText.Shown(given[column.Name])}' and "
                    + $"'{ColumnText.Shown(value)}' are given.");
            if (schema.IsModelled(column))
            {
                values[column.Name] = ValueOf(column, value);
            }
            else
            {
                RequireConstant(column, value);
            }
        }

        return values.Count > 0 ? values : null;
    }

    // A name may hold equals signs, and so may a value: the longest name that the schema knows counts.
    private (ColumnSchema Column, string Value) Split(string text)
    {
        for (var equals = text.LastIndexOf('='); equals > 0; equals = text.LastIndexOf('=', equals - 1))
        {
            var (name, value) = (text[..equals], text[(equals + 1)..].Trim());
            if (schema.Columns.FirstOrDefault(column => column.Name == name || column.Name == name.Trim()) is not { } found)
            {
                continue;
            }

            UsageException.Require(
                found.Kind is not (ColumnKind.Id or ColumnKind.Ignore),
                $"Column '{ColumnText.Shown(found.Name)}' is {(found.Kind == ColumnKind.Id ? "an ID" : "left out")} and not in "
                    + $"the model, so it can be no condition. Give one of {Modelled()}.");
            UsageException.Require(
                value.Length > 0,
                $"{Option} wants a value of column '{ColumnText.Shown(found.Name)}', but got none. "
                    + $"Give one, such as {ExampleOf(found)}.");
            return (found, value);
        }

        throw new UsageException(
            text.Contains('=', StringComparison.Ordinal)
                ? $"The model has no column '{ColumnText.Shown(text.Split('=')[0])}'. Give one of {Modelled()}."
                : $"{Option} wants NAME=VALUE, but got '{ColumnText.Shown(text)}'. Give a column and its value, such as "
                    + $"{ExampleOf(schema.Modelled[0])}.");
    }

    private string ValueOf(ColumnSchema column, string value) => column.Kind switch
    {
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal => LevelOf(column, value)
            ?? throw Unfit(column, value, $"one of {LevelsOf(column)}"),
        ColumnKind.Date => DateOf(column, value)
            ?? throw Unfit(column, value, $"a date such as {ColumnText.NumberOf(column, column.Largest)}"),
        ColumnKind.Count => NumberOf(value) is { } count && double.IsInteger(count) && count >= 0
            ? Text(column, count)
            : throw Unfit(column, value, "a whole number of 0 or above"),
        ColumnKind.Positive => NumberOf(value) is { } number && (number > 0 || (number == 0 && column.Least == 0))
            ? Text(column, number)
            : throw Unfit(column, value, column.Least == 0 ? "a number of 0 or above" : "a number above 0"),
        _ => NumberOf(value) is { } number ? Text(column, number) : throw Unfit(column, value, "a number"),
    };

    private void RequireConstant(ColumnSchema column, string value)
    {
        var only = ConstantColumns.ValueOf(column);
        var isSame = value == only || (NumberOf(value) is { } number && NumberOf(only) == number);
        UsageException.Require(
            isSame,
            $"Column '{ColumnText.Shown(column.Name)}' is '{ColumnText.Shown(only)}' in every training row, so the model knows "
                + $"no '{ColumnText.Shown(value)}' there. Leave that condition out.");
    }

    private string? LevelOf(ColumnSchema column, string value)
    {
        string[] levels = [.. column.Levels, .. column.PooledLevels];
        if (levels.Contains(value))
        {
            return value;
        }

        if (column.Kind == ColumnKind.Flag && FlagWords.IndexIn(column.Levels, value) is >= 0 and var flag)
        {
            return column.Levels[flag];
        }

        return NumberOf(value) is { } number ? levels.FirstOrDefault(level => Invariant(level) == number) : null;
    }

    private static string? DateOf(ColumnSchema column, string value)
    {
        string[] patterns = [column.DateFormat ?? "yyyy-MM-dd", "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss"];
        foreach (var pattern in patterns)
        {
            if (DateTime.TryParseExact(value, pattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date.ToString(patterns[0], CultureInfo.InvariantCulture);
            }
        }

        return null;
    }

    private double? NumberOf(string text) => Invariant(hasDecimalComma ? text.Replace(',', '.') : text);

    private static double? Invariant(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;

    // As the column writes its numbers, where that changes none.
    private static string Text(ColumnSchema column, double number)
    {
        var text = CellTexts.OfNumber(number, new CellNotation(column.Decimals, column.Width, null));
        return Invariant(text) == number ? text : number.ToString("R", CultureInfo.InvariantCulture);
    }

    private UsageException Unfit(ColumnSchema column, string value, string wanted)
        => new($"{Option} wants {wanted} for column '{ColumnText.Shown(column.Name)}' ({ColumnText.KindOf(column)}), but got "
            + $"'{ColumnText.Shown(value)}'. Give one, such as {ExampleOf(column)}.");

    private string ExampleOf(ColumnSchema column)
    {
        var value = column.Levels.Count > 0 ? column.Levels[0]
            : double.IsNaN(column.Largest) ? "1"
            : ColumnText.NumberOf(column, column.Largest);
        var written = hasDecimalComma && IsNumber(column) ? value.Replace('.', ',') : value;
        return ShellWord.Option(Option, $"{column.Name}={written}");
    }

    private static bool IsNumber(ColumnSchema column)
        => column.Kind is ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count;

    private string Modelled() => Shown(schema.Modelled.Select(column => column.Name));

    private static string LevelsOf(ColumnSchema column) => Shown([.. column.Levels, .. column.PooledLevels]);

    private static string Shown(IEnumerable<string> texts)
    {
        var all = texts.ToArray();
        return string.Join(", ", all.Take(MostNamed).Select(text => $"'{ColumnText.Shown(text)}'"))
            + (all.Length > MostNamed ? $" and {all.Length - MostNamed:N0} more" : "");
    }
}
