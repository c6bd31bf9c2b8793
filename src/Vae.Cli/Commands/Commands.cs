using System.CommandLine;

namespace Vae.Cli;

/// <summary>The command line as a whole; each command has a file of its own.</summary>
internal static partial class Commands
{
    private const string Description =
        """
        Variational autoencoders: train, evaluate and draw them.

        Examples:
          vae report                                     the report's experiments, figures and numbers
          vae train --latent 20 --hidden 400 --out run   train a model
          vae evaluate run --json                        measure it on the test images
          vae sample run --count 64 --out samples.png    draw new digits
          vae schema sales.csv                           the columns of a table, and their kinds
          vae train --data sales.csv --out sales         a model of a table, whatever its columns are
          vae impute sales --data holes.csv              fill in missing values
          vae check --hidden 8,6 --latent 2              check every hand-derived gradient

        Results go to standard output, progress and failures to standard error. Exit codes: 0 done, 1 failed, 2 wrong
        arguments, 130 or 143 stopped by Ctrl+C or SIGTERM with everything saved.
        """;

    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="standardInput">Opens standard input; null for the process's.</param>
    public static RootCommand Root(TextWriter output, TextWriter error, Func<Stream>? standardInput = null)
    {
        var input = standardInput ?? Console.OpenStandardInput;
        return DocumentedCommand.ShowExamples(new(Description)
        {
            Report(output, error),
            Train(output, error, input),
            Schema(output, error, input),
            Evaluate(output, error, input),
            Sample(output, error),
            Sweep(output),
            Reconstruct(output, error, input),
            Interpolate(output, error, input),
            Encode(output, error, input),
            Export(output),
            Score(output, error, input),
            Impute(output, error, input),
            Check(output),
            Data(output, error),
            Info(output, error),
        });
    }
}
