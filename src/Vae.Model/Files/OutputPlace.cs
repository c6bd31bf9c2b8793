using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Vae.Model;

/// <summary>The place that the bytes written to a path go to, after its symbolic links.</summary>
/// <param name="Path">The file or the device.</param>
/// <param name="IsFile">Whether it is a file or nothing yet: then it can be replaced. Otherwise bytes go through it.</param>
/// <param name="Descriptor">The number of the open file that the path names, as 1 for <c>/dev/stdout</c>; else null.</param>
internal readonly record struct OutputPlace(string Path, bool IsFile, int? Descriptor = null)
{
    /// <summary>The path of the standard output, on every system.</summary>
    public const string StandardOutput = "/dev/stdout";

    private const int MostLinks = 40;                                 // Linux's own limit
    private const int BufferSize = 1 << 16;

    /// <summary>Follows the links of a path.</summary>
    /// <param name="path">The path; what it names need not exist.</param>
    /// <exception cref="IOException">Links lead in a circle, or through a folder that does not exist.</exception>
    public static OutputPlace Of(string path)
    {
        if (path == StandardOutput)
        {
            return new OutputPlace(path, IsFile: false, Descriptor: 1);
        }

        var full = System.IO.Path.GetFullPath(path);
        if (OperatingSystem.IsWindows())
        {
            var link = new FileInfo(full);
            var target = link.LinkTarget is null ? full : link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
            return new OutputPlace(target, IsFile: !target.StartsWith(@"\\.\", StringComparison.Ordinal)); // NUL, a named pipe
        }

        for (var links = 0; links <= MostLinks; links++)
        {
            if (new FileInfo(full).LinkTarget is not { } target)
            {
                return new OutputPlace(full, IsFile: FileStatus.Of(full) is not { IsSpecial: true });
            }

            var folder = RealFolder(full);
            if (IsOfProcesses(folder))                                // such a link opens; its text is no path: pipe:[1234]
            {
                return new OutputPlace(full, IsFile: false, OwnDescriptor(folder, System.IO.Path.GetFileName(full)));
            }

            // Links in the folders are followed here, as the system does: for .NET, a/.. is always nothing.
            full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.Combine(folder, target));
            full = System.IO.Path.Combine(RealFolder(full), System.IO.Path.GetFileName(full));
        }

        throw new IOException($"{path}: its symbolic links lead in a circle");
    }

    /// <summary>Opens a place that is no file, to write through it. A FIFO waits for its reader.</summary>
    /// <returns>A stream, which may be unable to seek.</returns>
    /// <exception cref="OperationCanceledException">A signal to stop came while a FIFO waited.</exception>
    public Stream OpenThrough() => Descriptor switch
    {
        // By the console's stream, which moves the position that the descriptor's other writers share.
        1 => new BufferedStream(Console.OpenStandardOutput(), BufferSize),
        2 => new BufferedStream(Console.OpenStandardError(), BufferSize),
        { } other => new FileStream(new SafeFileHandle(other, ownsHandle: false), FileAccess.Write, BufferSize),
        null when FileStatus.Of(Path) is { IsFifo: true } => Fifo.Open(Path, BufferSize),
        null => new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, BufferSize), // shared: without a lock
    };

    private static string RealFolder(string path)
        => OperatingSystem.IsWindows() ? "" : FileStatus.RealPath(System.IO.Path.GetDirectoryName(path) ?? "/");

    private static bool IsOfProcesses(string folder) => folder.StartsWith("/proc/", StringComparison.Ordinal);

    private static int? OwnDescriptor(string folder, string name)
        => folder.StartsWith($"/proc/{Environment.ProcessId}/", StringComparison.Ordinal)
            && folder.EndsWith("/fd", StringComparison.Ordinal)
            && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
}
