namespace Vae.Cli.Tests;

/// <summary>Wrong arguments end with exit code 2 and one line that names the expected and the given value.</summary>
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
    [InlineData(
        "train --likelihood poisson",
        "--likelihood wants one of bernoulli, gaussian, gaussian-variance, gaussian-pixel-variance, continuous-bernoulli, "
        + "but got 'poisson'.")]
    [InlineData(
        "train --product cuda",
        "--product wants one of simd, mathnet, openblas, blis, mkl, accelerate, reference or the path of a CBLAS library, "
        + "but got 'cuda'.")]
    [InlineData("train --threads 0", "--threads wants a whole number from 1 to 1024")]
    [InlineData("train --threads 100000", "--threads wants a whole number from 1 to 1024")]
    [InlineData("train --activation gelu", "--activation wants one of relu, tanh, softplus, leaky-relu, but got 'gelu'.")]
    [InlineData(
        "train --decoder-activation Relu",
        "--decoder-activation wants one of relu, tanh, softplus, leaky-relu, but got 'Relu'.")]
    [InlineData("train --free-bits -1", "--free-bits wants a number of 0 or above, but got '-1'.")]
    [InlineData("train --bound vae", "--bound wants one of elbo, iwae, dreg, but got 'vae'.")]
    [InlineData("train --draws 0", "--draws wants a whole number from 1 to 100000, but got '0'.")]
    [InlineData("train --pixels colour", "--pixels wants one of grey, threshold, dynamic, but got 'colour'.")]
    [InlineData("train --labels 3", "one argument too many, '3'")]
    [InlineData("train --schedule linear", "--schedule wants one of constant, step, cosine, burda, but got 'linear'.")]
    [InlineData("train --step-epochs 0", "--step-epochs wants a whole number of at least 1, but got '0'.")]
    [InlineData("train --step-factor 0", "--step-factor wants a number above 0, at most 1, but got '0'.")]
    [InlineData("train --step-factor 1.5", "--step-factor wants a number above 0, at most 1, but got '1.5'.")]
    [InlineData("train --clip-norm -1", "--clip-norm wants a number of 0 or above, but got '-1'.")]
    [InlineData("train --clip-norm Infinity", "--clip-norm wants a number of 0 or above, but got 'Infinity'.")]
    [InlineData("train --weight-decay -1", "--weight-decay wants a number of 0 or above, but got '-1'.")]
    [InlineData("train --adam-epsilon 0", "--adam-epsilon wants a number above 0, but got '0'.")]
    [InlineData("train --patience -1", "--patience wants a whole number of at least 0, but got '-1'.")]
    [InlineData("train --kl-warmup-epochs x", "--kl-warmup-epochs wants a whole number of at least 0, but got 'x'.")]
    [InlineData("evaluate run --samples -1", "--samples wants a whole number from 0 to 1000000, but got '-1'.")]
    [InlineData("sample run --label 256", "--label wants a whole number from 0 to 255, but got '256'.")]
    [InlineData("sweep run --label x", "--label wants a whole number from 0 to 255, but got 'x'.")]
    [InlineData("check --labels 257", "--labels wants a whole number from 0 to 256, but got '257'.")]
    [InlineData(
        "report --only figure-9",
        "--only wants one of latent-1, latent-2, reconstruction-only, dimensions, but got 'figure-9'.")]
    [InlineData("train --kind a", "--kind wants NAME=KIND, such as zip=category, with one of real, positive")]
    [InlineData("schema x.csv --kind a=text", "but got 'a=text'")]
    [InlineData("schema x.csv --delimiter ab", "--delimiter wants one character, such as ';', or tab or space, but got 'ab'.")]
    [InlineData("schema x.csv --most-levels 1", "--most-levels wants a whole number of at least 2, but got '1'.")]
    [InlineData("schema x.csv --header --no-header", "--header and --no-header contradict each other.")]
    [InlineData("evaluate", "RUN|evaluate")]
    [InlineData("evaluate a b", "one argument too many, 'b'")]
    [InlineData("evaluate run --split all", "--split wants one of test, train, but got 'all'.")]
    [InlineData("sweep run --step 0", "--step wants a number above 0, but got '0'.")]
    [InlineData("sweep run --from 3 --to 1", "--from must be below --to")]
    [InlineData("sample run --scale 65", "--scale wants a whole number from 1 to 64")]
    [InlineData("interpolate run --steps 1", "--steps wants a whole number from 2")]
    [InlineData("train --resume run --out other", "--out cannot be given")]
    [InlineData("train --accept-changes", "--accept-changes goes with --resume")]
    [InlineData("train --checkpoint-steps -1", "--checkpoint-steps")]
    [InlineData("train --checkpoint-minutes NaN", "--checkpoint-minutes")]
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
    [InlineData("schema")]
    [InlineData("evaluate")]
    [InlineData("sample")]
    [InlineData("sweep")]
    [InlineData("reconstruct")]
    [InlineData("interpolate")]
    [InlineData("encode")]
    [InlineData("export")]
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
    public void The_help_of_a_training_is_in_groups()
    {
        var help = CommandLine.Execute("train", "--help").Output.ReplaceLineEndings("\n");

        Assert.DoesNotContain("\nOptions:", help, StringComparison.Ordinal);
        Assert.Contains("\n\nThe model:\n  --hidden ", help, StringComparison.Ordinal);
        Assert.Contains("\n\nIts training:\n  --epochs ", help, StringComparison.Ordinal);
        Assert.Contains("\n\nThe run:\n  --data ", help, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_of_choices_is_in_the_description_and_leaves_the_column_of_names_narrow()
        => Assert.Contains(
            "--likelihood <NAME>          what the decoder's output means: bernoulli, gaussian,",
            CommandLine.Execute("train", "--help").Output,
            StringComparison.Ordinal);

    [Fact]
    public void The_examples_in_the_help_parse()
    {
        string[] commands =
        [
            "report", "train", "schema", "evaluate", "sample", "sweep", "reconstruct",
            "interpolate", "encode", "export", "check", "data", "info",
        ];
        var examples = commands
            .SelectMany(command => CommandLine.Execute(command, "--help").Output.Split("Examples:")[1].Split('\n'))
            .Select(line => line.Trim()).Where(line => line.StartsWith("vae ", StringComparison.Ordinal)).ToArray();

        Assert.True(examples.Length >= 15, $"{examples.Length} examples");
        Assert.All(
            examples,
            example => Assert.Empty(Commands.Root(TextWriter.Null, TextWriter.Null).Parse(example["vae ".Length..]).Errors));
    }
}
