using System.CommandLine;

namespace Vae.Cli;

/// <summary>What a person wrote, as against what stands where nothing was written.</summary>
internal static class GivenOptions
{
    /// <summary>Whether an option was written.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>What was written; null where nothing was.</summary>
    public static TValue? GivenOrNull<TValue>(this ParseResult parsed, Option<TValue> option)
        where TValue : class => parsed.IsGiven(option) ? parsed.GetValue(option) : null;

    /// <summary>An option's value: what was written, else that of the run that is resumed, else its default.</summary>
    public static TValue ValueOr<TValue>(this ParseResult parsed, Option<TValue> option, TValue? begun)
        where TValue : struct
        => parsed.IsGiven(option) || begun is null ? parsed.GetValue(option) : begun.Value;

    /// <summary>The same for an option that is written by name.</summary>
    public static TValue ValueOr<TValue>(this ParseResult parsed, Option<string> option, IReadOnlyDictionary<string, TValue> names, TValue? begun)
        where TValue : struct
        => parsed.IsGiven(option) || begun is null ? names[parsed.GetValue(option)!] : begun.Value;
}
