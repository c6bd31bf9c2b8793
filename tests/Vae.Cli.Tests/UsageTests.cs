namespace Vae.Cli.Tests;

/// <summary>Wrong arguments: one line that says what was wanted and what came, and exit code 2.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("", "A command is wanted: report, train")]
    [InlineData("trian", "There is no command 'trian', only report, train")]
    [InlineData("--verison", "There is no option '--verison'. Try 'vae --help'.")]
    [InlineData("train --epoch 3", "There is no option '--epoch'. Try 'vae train --help'.")]
    [InlineData("train extra", "one argument too many, 'extra'")]
    [InlineData("train --epochs x", "--epochs wants a whole number of at least 1, but got 'x'.")]
    [InlineData("train --epochs 99999999999", "--epochs wants a whole number of at least 1, but got '99999999999'.")]
    [InlineData("train --epochs 0", "--epochs wants")]
    [InlineData("train --epochs 1 --epochs 2", "--epochs")]
    [InlineData("train --latent 1.5", "--latent wants a whole number of at least 1, but got '1.5'.")]
    [InlineData("train --hidden 3,a", "--hidden wants sizes of at least 1 such as 400,400, but got '3,a'.")]
    [InlineData("train --hidden 3,,4", "--hidden wants")]
    [InlineData("train --hidden", "--hidden")]
    [InlineData("train --seed -1", "--seed wants a whole number from 0")]
    [InlineData("train --learning-rate 0", "--learning-rate wants a number above 0, but got '0'.")]
    [InlineData("train --learning-rate fast", "--learning-rate wants a number above 0, but got 'fast'.")]
    [InlineData("train --kl-weight -1", "--kl-weight wants a number of 0 or above, but got '-1'.")]
    [InlineData("train --kl-weight NaN", "--kl-weight wants")]
    [InlineData("train --likelihood poisson", "--likelihood wants one of bernoulli, gaussian, but got 'poisson'.")]
    [InlineData("train --product cuda", "--product wants one of simd, mathnet, openblas, blis, mkl, accelerate, reference or the path of a CBLAS library, but got 'cuda'.")]
    [InlineData("train --threads 0", "--threads wants a whole number from 1 to 1024")]
    [InlineData("train --threads 100000", "--threads wants a whole number from 1 to 1024")]
    [InlineData("report --only figure-9", "--only wants one of latent-1, latent-2, reconstruction-only, dimensions, but got 'figure-9'.")]
    [InlineData("evaluate", "RUN|evaluate")]
    [InlineData("evaluate a b", "one argument too many, 'b'")]
    [InlineData("evaluate run --split all", "--split wants one of test, train, but got 'all'.")]
    [InlineData("sweep run --step 0", "--step wants a number above 0, but got '0'.")]
    [InlineData("sweep run --from 3 --to 1", "--from must be below --to")]
    [InlineData("sample run --scale 65", "--scale wants a whole number from 1 to 64")]
    [InlineData("interpolate run --steps 1", "--steps wants a whole number from 2")]
    [InlineData("train --resume run --epochs 3", "--epochs cannot be given")]
    [InlineData("check --tolerance -1", "--tolerance wants a number above 0")]
    public void Wrong_arguments_are_one_line_and_exit_code_2(string line, string wanted)
    {
        var result = CommandLine.Execute(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        result.RequireFailure(2, [.. wanted.Split('|').Take(1).Where(_ => !wanted.Contains('|'))]);
        Assert.Contains(wanted.Split('|'), word => result.Error.Contains(word, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("train --data")]
    [InlineData("train --out")]
    [InlineData("encode run --out")]
    public void An_empty_path_is_a_wrong_argument(string line)
        => CommandLine.Execute([.. line.Split(' '), ""]).RequireFailure(2, "wants");

    [Theory]
    [InlineData("report")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("sample")]
    [InlineData("sweep")]
    [InlineData("reconstruct")]
    [InlineData("interpolate")]
    [InlineData("encode")]
    [InlineData("check")]
    [InlineData("data")]
    [InlineData("info")]
    public void Every_command_has_help_with_examples_and_a_line_in_the_list(string command)
    {
        var help = CommandLine.Execute(command, "--help");
        var list = CommandLine.Execute("--help");

        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.Contains($"Examples:\n  vae {command}", help.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"\n  {command}", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_shows_layers_as_they_are_given()
        => Assert.Contains("[default: 400,400]", CommandLine.Execute("train", "--help").Output, StringComparison.Ordinal);

    [Fact]
    public void The_examples_in_the_help_parse()
    {
        var examples = new[] { "report", "train", "evaluate", "sample", "sweep", "reconstruct", "interpolate", "encode", "check", "data", "info" }
            .SelectMany(command => CommandLine.Execute(command, "--help").Output.Split("Examples:")[1].Split('\n'))
            .Select(line => line.Trim()).Where(line => line.StartsWith("vae ", StringComparison.Ordinal)).ToArray();

        Assert.True(examples.Length >= 15, $"{examples.Length} examples");
        Assert.All(examples, example => Assert.Empty(Commands.Root(TextWriter.Null, TextWriter.Null).Parse(example["vae ".Length..]).Errors));
    }
}
