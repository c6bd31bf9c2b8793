using System.Runtime.InteropServices;

namespace Vae.Model;

/// <summary>Opens a FIFO for writing: waits for its reader, but not beyond a signal to stop.</summary>
/// <remarks>.NET's own opening is deaf to signals that the application handles: the process could not be stopped.</remarks>
internal static partial class Fifo
{
    private const int WriteOnly = 1;                                  // O_WRONLY
    private const int NoReader = 6;                                   // ENXIO
    private const int PollMilliseconds = 20;

    /// <summary>Opens a FIFO.</summary>
    /// <exception cref="OperationCanceledException">SIGINT or SIGTERM came while there was no reader.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path, int bufferSize)
    {
        var isStopped = false;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Volatile.Write(ref isStopped, true));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Volatile.Write(ref isStopped, true));
        int probe;
        while ((probe = OpenHandle(path, WriteOnly | AtOnce)) < 0 && Marshal.GetLastPInvokeError() == NoReader)
        {
            var stop = Volatile.Read(ref isStopped);
            Thread.Sleep(PollMilliseconds);                           // the application's own handler runs meanwhile
            if (stop)
            {
                throw new OperationCanceledException($"{path}: nobody read the FIFO before the signal to stop.");
            }
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize);
        }
        finally
        {
            _ = probe < 0 ? 0 : Close(probe);                         // kept open until now, so that the reader sees no end
        }
    }

    private static int AtOnce => OperatingSystem.IsMacOS() ? 4 : 0x800; // O_NONBLOCK

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenHandle(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
