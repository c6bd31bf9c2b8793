using System.CommandLine;
using System.Runtime.InteropServices;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The <c>vae</c> command: arguments in, exit code out. Every failure is one line, never a stack trace.</summary>
/// <param name="output">Results.</param>
/// <param name="error">Progress and failures.</param>
public sealed class Application(TextWriter output, TextWriter error)
{
    private const string TraceVariable = "VAE_TRACE";
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 128;                              // plus the signal's number, as shells do

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">What stands behind <c>vae</c>.</param>
    /// <returns>0; 1 for what went wrong; 2 for wrong arguments; 130 or 143 after Ctrl+C or SIGTERM.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Commands.Root(output, error).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync($"vae: {OneLine(WhatIsWrong(parsed))} Try 'vae {Path(parsed)}--help'.").ConfigureAwait(false);
            return WrongUsage;
        }

        using var interruption = new Interruption();
        try
        {
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                interruption.Token).ConfigureAwait(false);
            return interruption.Signal is { } signal ? Interrupted + signal : code;
        }
        catch (OperationCanceledException) when (interruption.Signal is not null)
        {
            await error.WriteLineAsync("vae: stopped.").ConfigureAwait(false);
            return Interrupted + interruption.Signal.Value;
        }
        catch (UsageException failure)
        {
            await error.WriteLineAsync($"vae: {failure.Message}").ConfigureAwait(false);
            return WrongUsage;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            await error.WriteLineAsync($"vae: {OneLine(failure.Message)}").ConfigureAwait(false);
            return Failed;
        }
        catch (OutOfMemoryException)
        {
            await error.WriteLineAsync("vae: there is not enough memory for that. Try smaller layers, batches or pictures.").ConfigureAwait(false);
            return Failed;
        }
#pragma warning disable CA1031 // Whatever it is, a user gets a line and not a stack trace.
        catch (Exception failure) when (Environment.GetEnvironmentVariable(TraceVariable) is null)
#pragma warning restore CA1031
        {
            await error.WriteLineAsync(
                $"vae: this should not happen, please report it: {failure.GetType().Name}: {OneLine(failure.Message)} ({TraceVariable}=1 shows where.)")
                .ConfigureAwait(false);
            return Failed;
        }
    }

    // What was not understood says more than what is missing because of it.
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
            or NotSupportedException or HttpRequestException;

    // A message may hold a path out of a file: nothing in it shall be a command to the terminal.
    private static string OneLine(string message) => string.Concat(message.ReplaceLineEndings(" ").Select(sign => char.IsControl(sign) ? '?' : sign));

    private static string Path(ParseResult parsed)
        => parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";

    /// <summary>Turns the first Ctrl+C or SIGTERM into a request to stop; the second ends the process at once. A file that may not grow
    /// (ulimit -f) is a failure to write like any other, not the end of the process.</summary>
    private sealed class Interruption : IDisposable
    {
        private const PosixSignal FileTooLarge = (PosixSignal)25;     // SIGXFSZ, of Linux and macOS alike

        private readonly CancellationTokenSource _source = new();
        private readonly PosixSignalRegistration[] _registrations;
        private int _signal;

        public Interruption()
        {
            _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
            if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
            {
                _registrations = [.. _registrations, PosixSignalRegistration.Create(FileTooLarge, context => context.Cancel = true)];
            }
        }

        public CancellationToken Token => _source.Token;

        public int? Signal => _signal == 0 ? null : _signal;

        public void Dispose()
        {
            foreach (var registration in _registrations)
            {
                registration.Dispose();
            }

        }

        // On a thread of its own, of which the second may come before the first is done, and either after Dispose: the source stays.
        private void Stop(PosixSignalContext context)
        {
            context.Cancel = Interlocked.CompareExchange(ref _signal, context.Signal == PosixSignal.SIGINT ? 2 : 15, 0) == 0;
            _source.Cancel();
        }
    }
}

/// <summary>The arguments parse, but do not go together: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Checks what options must be to each other.</summary>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new UsageException(message);
        }
    }

    /// <summary>Checks options that all come from the command line.</summary>
    public static TOptions Unless<TOptions>(Func<TOptions> validate)
    {
        try
        {
            return validate();
        }
        catch (ArgumentException failure)
        {
            throw new UsageException(failure.Message);
        }
    }
}
