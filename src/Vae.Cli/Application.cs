using System.CommandLine;
using System.Runtime.InteropServices;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The <c>vae</c> command: arguments in, exit code out. Every failure is one line, never a stack trace.</summary>
/// <param name="output">Results.</param>
/// <param name="error">Progress and failures.</param>
public sealed class Application(TextWriter output, TextWriter error)
{
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
            await error.WriteLineAsync($"vae: {parsed.Errors[0].Message} Try 'vae {Path(parsed)}--help'.").ConfigureAwait(false);
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
    }

    private static bool IsExpected(Exception failure)
        => failure is IOException or UnauthorizedAccessException or ArgumentException or TrainingDivergedException or OutOfMemoryException
            or NotSupportedException or HttpRequestException;

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private static string Path(ParseResult parsed)
        => parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";

    /// <summary>Turns the first Ctrl+C or SIGTERM into a request to stop; the second ends the process at once.</summary>
    private sealed class Interruption : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private readonly PosixSignalRegistration[] _registrations;

        public Interruption() => _registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

        public CancellationToken Token => _source.Token;

        public int? Signal { get; private set; }

        public void Dispose()
        {
            foreach (var registration in _registrations)
            {
                registration.Dispose();
            }

            _source.Dispose();
        }

        private void Stop(PosixSignalContext context)
        {
            context.Cancel = Signal is null;
            Signal ??= context.Signal == PosixSignal.SIGINT ? 2 : 15;
            _source.Cancel();
        }
    }
}

/// <summary>The arguments parse, but do not go together: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
