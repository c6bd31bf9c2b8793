using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options that several commands have. Each is checked while parsing: a wrong value is a usage error.</summary>
internal static class CommonOptions
{
    private const int MostThreads = 1024;
    private const int MostCharactersOfChoices = 16;

    public static Option<string?> Data() => new("--data")
    {
        Description =
            "auto (VAE_MNIST_DIR, cache, download, else drawn digits), mnist, drawn, a folder of IDX files, or a table: "
            + "a .csv, .csv.gz or .parquet file, or - for standard input",
        CustomParser = result => NotEmpty(result, "auto, mnist, drawn, a folder, a .csv or .parquet file or -"),
        HelpName = "D",
    };

    public static Option<bool> Json() => new("--json") { Description = "print one JSON object and nothing else" };

    public static Option<bool> Quiet() => new("--quiet") { Description = "no progress, only results and failures" };

    public static Option<string> Product()
    {
        var option = OneOf(
            "--product",
            "the matrix product: the path of a CBLAS library, or a name",
            ChosenProduct.Names[0],
            ChosenProduct.Names);
        option.CustomParser = result => ChosenProduct.IsPath(Text(result))
            ? Text(result)
            : Choice(result, ChosenProduct.Names, " or the path of a CBLAS library");
        return option;
    }

    public static Option<int?> Threads() => new("--threads")
    {
        Description = "threads to use; all processors unless told",
        CustomParser = result => WholeNumber(result, 1, MostThreads),
        HelpName = "T",
    };

    public static Option<ulong> Seed(string description = "the seed of everything random") => new("--seed")
    {
        Description = description,
        DefaultValueFactory = _ => new TrainingOptions().Seed,
        CustomParser = result => ulong.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Refuse<ulong>(result, $"a whole number from 0 to {ulong.MaxValue}"),
        HelpName = "S",
    };

    public static Option<string> Split() => OneOf("--split", "which images", "test", ["test", "train"]);

    public static Option<string> OneOf(string name, string description, string value, IReadOnlyList<string> choices) => new(name)
    {
        Description = Described(description, choices),
        DefaultValueFactory = _ => value,
        CustomParser = result => Choice(result, choices),
        CompletionSources = { _ => choices.Select(choice => new CompletionItem(choice)) },
        HelpName = HelpNameOf(choices),
    };

    /// <summary>An option whose values have names.</summary>
    public static Option<string> OneOf<TValue>(
        string name, string description, TValue value, IReadOnlyDictionary<string, TValue> names)
        where TValue : notnull => OneOf(name, description, names.NameOf(value), [.. names.Keys]);

    public static Option<string?> OneOfIfAny(string name, string description, IReadOnlyList<string> choices) => new(name)
    {
        Description = Described(description, choices),
        CustomParser = result => Choice(result, choices),
        CompletionSources = { _ => choices.Select(choice => new CompletionItem(choice)) },
        HelpName = HelpNameOf(choices),
    };

    public static Option<string[]> SomeOf(string name, string description, IReadOnlyList<string> choices) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
            result.Tokens.FirstOrDefault(token => !choices.Contains(token.Value)) is { } wrong
                ? Refuse<string[]>(result, $"one of {string.Join(", ", choices)}", wrong.Value)
                : [.. result.Tokens.Select(token => token.Value)],
        CompletionSources = { _ => choices.Select(choice => new CompletionItem(choice)) },
        AllowMultipleArgumentsPerToken = true,
        HelpName = string.Join('|', choices),
    };

    /// <summary>An option that takes several texts.</summary>
    public static Option<string[]> Texts(string name, string description, string helpName) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
        HelpName = helpName,
    };

    public static Option<int> Whole(
        string name, string description, int value, int least = 1, int most = int.MaxValue) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result => WholeNumber(result, least, most),
        HelpName = "N",
    };

    public static Option<int> Scale() => Whole("--scale", "the side of the square that shows a pixel", 2, most: 64);

    public static Option<double> Number(string name, string description, double value, Func<double, bool> isValid, string wanted)
        => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => value,
            CustomParser = result =>
                double.TryParse(Text(result), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && isValid(number)
                    ? number
                    : Refuse<double>(result, wanted),
            HelpName = "X",
        };

    /// <summary>An option that takes a finite number above 0.</summary>
    public static Option<double> NumberAboveZero(string name, string description, double value)
        => Number(name, description, value, number => number > 0 && double.IsFinite(number), "a number above 0");

    /// <summary>An option that takes a finite number of 0 or above.</summary>
    public static Option<double> NumberFromZero(string name, string description, double value)
        => Number(name, description, value, number => number >= 0 && double.IsFinite(number), "a number of 0 or above");

    public static Option<LayerSizes> Hidden(IReadOnlyList<int> value) => new("--hidden")
    {
        Description = "the encoder's hidden layers, such as 400,400; the decoder mirrors them",
        DefaultValueFactory = _ => new LayerSizes(value),
        CustomParser = Sizes,
        HelpName = "H,H",
    };

    public static Option<int?> Label(string description) => new("--label")
    {
        Description = $"{description} (for a model trained with --labels)",
        CustomParser = result => WholeNumber(result, 0, 255),
        HelpName = "L",
    };

    public static Option<string> Out(string description, string value) => new("--out")
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result => NotEmpty(result, "a path"),
        HelpName = "PATH",
    };

    public static Argument<string?> RunIfAny()
        => new("RUN") { Description = "the folder of a run", Arity = ArgumentArity.ZeroOrOne };

    public static Argument<string> Run() => new("RUN") { Description = "the folder of a run, made by vae train --out" };

    /// <summary>Adds options and arguments to a command.</summary>
    public static TCommand With<TCommand>(this TCommand command, params Symbol[] symbols)
        where TCommand : Command
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else
            {
                command.Options.Add((Option)symbol);
            }
        }

        return command;
    }

    // Many choices would make the column of names as wide as a terminal.
    private static bool AreFew(IReadOnlyList<string> choices) => string.Join('|', choices).Length <= MostCharactersOfChoices;

    private static string HelpNameOf(IReadOnlyList<string> choices) => AreFew(choices) ? string.Join('|', choices) : "NAME";

    private static string Described(string description, IReadOnlyList<string> choices)
        => AreFew(choices) ? description : $"{description}: {string.Join(", ", choices)}";

    private static string Choice(ArgumentResult result, IReadOnlyList<string> choices, string orElse = "")
        => choices.Contains(Text(result))
            ? Text(result)
            : Refuse<string>(result, $"one of {string.Join(", ", choices)}{orElse}")!;

    public static string NotEmpty(ArgumentResult result, string wanted)
        => Text(result).Trim().Length > 0 ? Text(result) : Refuse<string>(result, wanted)!;

    private static int WholeNumber(ArgumentResult result, int least, int most)
        => int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : Refuse<int>(
                result, most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}");

    private static LayerSizes? Sizes(ArgumentResult result)
    {
        var sizes = Text(result).Split(',')
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0)
            .ToArray();
        return sizes.All(size => size >= 1)
            ? new LayerSizes(sizes)
            : Refuse<LayerSizes>(result, "sizes of at least 1 such as 400,400");
    }

    private static string Text(ArgumentResult result) => string.Join(' ', result.Tokens.Select(token => token.Value));

    public static TValue? Refuse<TValue>(ArgumentResult result, string wanted, string? found = null)
    {
        var name = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError($"{name} wants {wanted}, but got '{found ?? Text(result)}'.");
        return default;
    }
}
