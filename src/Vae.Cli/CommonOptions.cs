using System.CommandLine;
using System.CommandLine.Parsing;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>Options that several commands have, each made in one place, checked while parsing: a wrong one is a usage error.</summary>
internal static class CommonOptions
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "auto (VAE_MNIST_DIR, cache, download, else drawn digits), mnist, drawn, or a folder of IDX files",
        HelpName = "D",
    };

    public static Option<bool> Json() => new("--json") { Description = "print one JSON object and nothing else" };

    public static Option<bool> Quiet() => new("--quiet") { Description = "no progress, only results and failures" };

    public static Option<string> Product()
    {
        var option = new Option<string>("--product") { Description = "what multiplies matrices", DefaultValueFactory = _ => "simd" };
        option.AcceptOnlyFromAmong([.. ChosenProduct.Names]);
        return option;
    }

    public static Option<int?> Threads() => AtLeast(new Option<int?>("--threads")
    {
        Description = "threads to use; all processors unless told",
        HelpName = "T",
    }, 1);

    public static Option<ulong> Seed(ulong value = 1) => new("--seed")
    {
        Description = "the seed of everything random",
        DefaultValueFactory = _ => value,
        HelpName = "S",
    };

    public static Option<string> Split() => OneOf("--split", "which images", "test", ["test", "train"]);

    public static Option<string> OneOf(string name, string description, string value, string[] choices)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => value };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }

    public static Option<int> Whole(string name, string description, int value, int least = 1)
        => AtLeast(new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" }, least);

    public static Option<double> Number(string name, string description, double value, Func<double, bool> isValid, string wanted)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "X" };
        option.Validators.Add(result => Require(result, isValid(result.GetValueOrDefault<double>()), wanted));
        return option;
    }

    public static Option<int[]> Hidden(int[] value) => new("--hidden")
    {
        Description = $"the encoder's hidden layers, such as 400,400; the decoder mirrors them",
        DefaultValueFactory = _ => value,
        CustomParser = result => Sizes(result),
        HelpName = "H,H",
    };

    public static Option<string> Out(string description, string value) => new("--out")
    {
        Description = description,
        DefaultValueFactory = _ => value,
        HelpName = "PATH",
    };

    public static Argument<string> Run() => new("RUN") { Description = "the folder of a run, made by vae train --out" };

    /// <summary>Adds all options and arguments to a command.</summary>
    public static Command With(this Command command, params Symbol[] symbols)
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

    private static Option<TNumber> AtLeast<TNumber>(Option<TNumber> option, int least)
    {
        option.Validators.Add(result => Require(
            result, result.GetValueOrDefault<TNumber>() is not int value || value >= least, $"a whole number of at least {least}"));
        return option;
    }

    private static int[] Sizes(ArgumentResult result)
    {
        var sizes = result.Tokens.SelectMany(token => token.Value.Split(','))
            .Select(text => int.TryParse(text, out var size) ? size : 0).ToArray();
        if (sizes.Length == 0 || sizes.Any(size => size < 1))
        {
            result.AddError($"--hidden wants sizes of at least 1 such as 400,400, but got '{string.Join(' ', result.Tokens.Select(token => token.Value))}'.");
        }

        return sizes;
    }

    private static void Require(OptionResult result, bool holds, string wanted)
    {
        if (!holds)
        {
            result.AddError($"{result.Option.Name} wants {wanted}, but got '{string.Join(' ', result.Tokens.Select(token => token.Value))}'.");
        }
    }
}
