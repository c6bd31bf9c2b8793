using System.CommandLine;

namespace Vae.Cli;

/// <summary>Tells options on the command line from defaults.</summary>
internal static class GivenOptions
{
    /// <summary>Whether an option is on the command line.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>An option's value on the command line; null without one.</summary>
    public static TValue? GivenOrNull<TValue>(this ParseResult parsed, Option<TValue> option)
        where TValue : class => parsed.IsGiven(option) ? parsed.GetValue(option) : null;

    /// <summary>An option's value on the command line, or else its value in the starting options: a library's
    /// defaults, or a run's.</summary>
    public static TValue ValueOr<TValue>(this ParseResult parsed, Option<TValue> option, TValue start)
        => parsed.IsGiven(option) ? parsed.GetValue(option)! : start;

    /// <summary>The value of an option whose values have names, or else its value in the starting options.</summary>
    public static TValue ValueOr<TValue>(
        this ParseResult parsed, Option<string> option, IReadOnlyDictionary<string, TValue> names, TValue start)
        => parsed.IsGiven(option) ? names[parsed.GetValue(option)!] : start;

    /// <summary>The name of a value.</summary>
    public static string NameOf<TValue>(this IReadOnlyDictionary<string, TValue> names, TValue value)
        where TValue : notnull => names.Single(pair => pair.Value.Equals(value)).Key;
}
