using System.CommandLine;

namespace Vae.Cli;

/// <summary>The command line as a whole; each command has a file of its own.</summary>
internal static partial class Commands
{
    public static RootCommand Root(TextWriter output, TextWriter error) => DocumentedCommand.ShowExamples(new(
        """
        Variational autoencoders: train, evaluate and draw them.

        Examples:
          vae report                                     the report's experiments, figures and numbers
          vae train --latent 20 --hidden 400 --out run   train a model
          vae evaluate run --json                        measure it on the test images
          vae sample run --count 64 --out samples.png    draw new digits
          vae check --hidden 8,6 --latent 2              check every hand-derived gradient

        Results go to standard output, progress and failures to standard error. Exit codes: 0 done, 1 failed, 2 wrong
        arguments, 130 or 143 stopped by Ctrl+C or SIGTERM with everything saved.
        """)
    {
        Report(output, error),
        Train(output, error),
        Evaluate(output, error),
        Sample(output),
        Sweep(output),
        Reconstruct(output, error),
        Interpolate(output, error),
        Encode(output, error),
        Export(output),
        Score(output, error),
        Check(output),
        Data(output, error),
        Info(output, error),
    });
}
