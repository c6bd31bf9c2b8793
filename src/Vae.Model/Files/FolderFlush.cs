using System.Runtime.InteropServices;

namespace Vae.Model;

/// <summary>Flushes a folder to the disk, so that a renamed file keeps its new name through a power cut.</summary>
/// <remarks>.NET cannot open folders, so this calls the system's C library. Windows keeps names in its journal and
/// has no such call.</remarks>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0;
    private const int InvalidArgument = 22;                           // EINVAL: this file system flushes no folders

    /// <summary>Flushes a folder.</summary>
    /// <param name="folder">Its path.</param>
    /// <exception cref="IOException">The disk reports an error.</exception>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }

        var handle = Open(folder, ReadOnly);
        if (handle < 0)
        {
            return;                                                   // a folder that may be entered but not listed: not an error
        }

        var (result, error) = (FSync(handle), Marshal.GetLastPInvokeError());
        _ = Close(handle);
        if (result != 0 && error != InvalidArgument)
        {
            throw new IOException($"{folder}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
