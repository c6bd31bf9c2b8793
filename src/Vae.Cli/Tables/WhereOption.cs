using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The option for conditions of drawn rows, such as <c>--where city=Rome</c>: it takes name and value apart, in the
/// table's notation. <see cref="Conditions"/> reads the value.</summary>
/// <param name="schema">The columns of the run's model.</param>
/// <param name="hasDecimalComma">Whether the table's numbers have decimal commas.</param>
internal sealed class WhereOption(TableSchema schema, bool hasDecimalComma)
{
    /// <summary>The name of the option.</summary>
    public const string Name = "--where";

    /// <summary>Reads the conditions.</summary>
    /// <param name="texts">The values of the option.</param>
    /// <returns>The value of each modelled column, as the schema writes it; null without conditions.</returns>
    /// <exception cref="UsageException">A column is not the model's, or cannot have the value.</exception>
    public IReadOnlyDictionary<string, string>? Read(IEnumerable<string> texts)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var (name, value) = Split(text);
            UsageException.Require(
                given.TryAdd(name, value) || given[name] == value,
                $"Column '{ColumnText.Shown(name)}' can have one value, but '{ColumnText.Shown(given[name])}' and "
                    + $"'{ColumnText.Shown(value)}' are given.");
            UsageException.Require(
                Conditions.TryRead(schema, name, Invariant(name, value), out var condition, out var wrong),
                $"{Name}: {wrong} {Remedy(name)}");
            if (condition.Feature >= 0)
            {
                values[name] = condition.Text;
            }
        }

        return values.Count > 0 ? values : null;
    }

    // A name may hold equals signs, and so may a value: the longest name that the schema knows counts.
    private (string Name, string Value) Split(string text)
    {
        for (var equals = text.LastIndexOf('='); equals > 0; equals = text.LastIndexOf('=', equals - 1))
        {
            var name = text[..equals];
            if (schema.Columns.FirstOrDefault(column => column.Name == name || column.Name == name.Trim()) is { } found)
            {
                return (found.Name, text[(equals + 1)..].Trim());
            }
        }

        UsageException.Require(
            text.Contains('=', StringComparison.Ordinal),
            $"{Name} wants NAME=VALUE, but got '{ColumnText.Shown(text)}'. Give a column and its value, such as "
                + $"{ExampleOf(schema.Modelled[0])}.");
        return (text[..text.IndexOf('=', StringComparison.Ordinal)], "");
    }

    // A number with a decimal comma, unless it is a level as it stands.
    private string Invariant(string name, string value)
    {
        var number = value.Replace(',', '.');
        var isLevel = schema.Columns.Any(
            column => column.Name == name && (column.Levels.Contains(value) || column.PooledLevels.Contains(value)));
        return hasDecimalComma && !isLevel && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? number
            : value;
    }

    private string Remedy(string name)
        => schema.Modelled.FirstOrDefault(column => column.Name == name) is { } column
            ? $"Give one of its values, such as {ExampleOf(column)}."
            : "Leave that condition out, or give one on another column.";

    private string ExampleOf(ColumnSchema column)
    {
        var value = column.Levels.Count > 0 ? column.Levels[0]
            : double.IsNaN(column.Largest) ? "1"
            : ColumnText.NumberOf(column, column.Largest);
        var isNumber = column.Kind is ColumnKind.Real or ColumnKind.Positive or ColumnKind.Count;
        var written = hasDecimalComma && isNumber ? value.Replace('.', ',') : value;
        return ShellWord.Option(Name, $"{column.Name}={written}");
    }
}
