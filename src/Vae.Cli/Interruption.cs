using System.Runtime.InteropServices;

namespace Vae.Cli;

/// <summary>Turns the first Ctrl+C or SIGTERM into a request to stop; the second ends the process at once. A file that may
/// not grow (ulimit -f) becomes a failed write instead of the end of the process.</summary>
internal sealed class Interruption : IDisposable
{
    private const PosixSignal FileTooLarge = (PosixSignal)25;     // SIGXFSZ, of Linux and macOS alike

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signal;

    public Interruption()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            .. OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
                ? [PosixSignalRegistration.Create(FileTooLarge, context => context.Cancel = true)]
                : Array.Empty<PosixSignalRegistration>(),
        ];
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

    // Runs on a thread of its own, possibly during another call or after Dispose: the source is never disposed.
    private void Stop(PosixSignalContext context)
    {
        context.Cancel = Interlocked.CompareExchange(ref _signal, context.Signal == PosixSignal.SIGINT ? 2 : 15, 0) == 0;
        _source.Cancel();
    }
}
