using System.CommandLine;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The <c>vae</c> command: arguments in, exit code out. Every failure is one line instead of a stack trace.</summary>
/// <param name="output">The writer for results.</param>
/// <param name="error">The writer for progress and failures.</param>
/// <param name="input">Opens standard input, for <c>--data -</c>; null for the process's.</param>
public sealed class Application(TextWriter output, TextWriter error, Func<Stream>? input = null)
{
    private const string TraceVariable = "VAE_TRACE";
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 128;                              // plus the signal's number, as shells do

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">The arguments after <c>vae</c>.</param>
    /// <returns>0; 1 for a failure; 2 for wrong arguments; 130 or 143 after Ctrl+C or SIGTERM.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Commands.Root(output, error, input).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            var problem = OneLine(WhatIsWrong(parsed));
            return await FailAsync($"{problem} Try 'vae {Path(parsed)}--help'.", WrongUsage).ConfigureAwait(false);
        }

        using var interruption = new Interruption();
        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            var code = await parsed.InvokeAsync(configuration, interruption.Token).ConfigureAwait(false);
            return interruption.Signal is { } signal ? Interrupted + signal : code;
        }
        catch (OperationCanceledException) when (interruption.Signal is not null)
        {
            return await FailAsync("stopped.", Interrupted + interruption.Signal.Value).ConfigureAwait(false);
        }
        catch (UsageException failure)
        {
            return await FailAsync(failure.Message, WrongUsage).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            return await FailAsync(OptionNames.In(OneLine(failure.Message)), Failed).ConfigureAwait(false);
        }
        catch (OutOfMemoryException)
        {
            return await FailAsync("there is not enough memory for that. Try smaller layers, batches or pictures.", Failed)
                .ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A user gets a line and not a stack trace.
        catch (Exception failure) when (Environment.GetEnvironmentVariable(TraceVariable) is null)
#pragma warning restore CA1031
        {
            var what = $"{failure.GetType().Name}: {OneLine(failure.Message)}";
            return await FailAsync($"this should not happen, please report it: {what} ({TraceVariable}=1 shows where.)", Failed)
                .ConfigureAwait(false);
        }
    }

    private async Task<int> FailAsync(string message, int code)
    {
        await error.WriteLineAsync($"vae: {message}").ConfigureAwait(false);
        return code;
    }

    // An unknown token says more than the arguments that are missing because of it.
    private static string WhatIsWrong(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        if (command is RootCommand root && (unknown is null || !unknown.StartsWith('-')))
        {
            var names = string.Join(", ", root.Subcommands.Select(subcommand => subcommand.Name));
            return unknown is null ? $"A command is wanted: {names}." : $"There is no command '{unknown}', only {names}.";
        }

        return unknown is null ? parsed.Errors[0].Message
            : unknown.StartsWith('-') ? $"There is no option '{unknown}'."
            : $"There is one argument too many, '{unknown}'.";
    }

    private static bool IsExpected(Exception failure)
        => failure is IOException or UnauthorizedAccessException or ArgumentException or TrainingDivergedException
            or NotSupportedException or HttpRequestException or InvalidDataException;

    // A message may quote a path from a file, so commands to a terminal in it are escaped.
    private static string OneLine(string message)
        => string.Concat(message.ReplaceLineEndings(" ").Select(sign => char.IsControl(sign) ? '?' : sign));

    private static string Path(ParseResult parsed)
        => parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";
}
