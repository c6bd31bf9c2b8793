using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vae.Model;

/// <summary>The kind and the owner of an existing file, by the system's C library: .NET does not tell a device or a FIFO from a
/// file.</summary>
/// <param name="Kind">The kind's bits of the mode.</param>
/// <param name="Owner">The user's number.</param>
/// <param name="Group">The group's number.</param>
internal sealed partial record FileStatus(int Kind, uint Owner, uint Group)
{
    private const int KindMask = 0xF000;                              // S_IFMT
    private const int RegularFile = 0x8000;                           // S_IFREG
    private const int Folder = 0x4000;                                // S_IFDIR
    private const int NamedPipe = 0x1000;                             // S_IFIFO
    private const int WorkingFolder = -100;                           // AT_FDCWD
    private const uint TypeAndOwner = 1 | 8 | 0x10;                   // STATX_TYPE, STATX_UID, STATX_GID
    private const int LongestPath = 4096 + 1;

    /// <summary>Whether it is a file that can be replaced by another.</summary>
    public bool IsRegular => Kind == RegularFile;

    /// <summary>Whether it is a device, a FIFO or a socket: bytes go through it, and it must stay.</summary>
    public bool IsSpecial => Kind is not (RegularFile or Folder);

    /// <summary>Whether it is a FIFO, which cannot be opened for writing before it has a reader.</summary>
    public bool IsFifo => Kind == NamedPipe;

    /// <summary>Reads the status of a file, or of the target of a link.</summary>
    /// <returns>The status; null where there is no file, it cannot be reached, or the system does not say.</returns>
    public static FileStatus? Of(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? OnLinux(path) : OperatingSystem.IsMacOS() ? OnMacOS(path) : null;
        }
        catch (EntryPointNotFoundException)                           // a C library before 2018
        {
            return null;
        }
    }

    /// <summary>Gives a file this owner and group, where this process may; where it may not, the file stays its own.</summary>
    [UnsupportedOSPlatform("windows")]
    public void GiveOwnerTo(SafeFileHandle file) => _ = ChangeOwner(file, Owner, Group);

    /// <summary>The path of an existing folder without links and without <c>..</c>.</summary>
    /// <exception cref="IOException">There is no such folder, or it cannot be reached.</exception>
    [UnsupportedOSPlatform("windows")]
    public static string RealPath(string folder)
    {
        var room = new byte[LongestPath];
        return RealPath(folder, room) != 0
            ? Encoding.UTF8.GetString(room.AsSpan(0, room.IndexOf((byte)0)))
            : throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    // struct statx is the same on every architecture: stx_uid, stx_gid, stx_mode at bytes 20, 24 and 28.
    private static FileStatus? OnLinux(string path)
    {
        var status = new byte[256];
        return StatX(WorkingFolder, path, 0, TypeAndOwner, status) == 0
            ? new FileStatus(
                BitConverter.ToUInt16(status, 28) & KindMask,
                BitConverter.ToUInt32(status, 20),
                BitConverter.ToUInt32(status, 24))
            : null;
    }

    // struct stat with inodes of 64 bits: st_mode, st_uid, st_gid at bytes 4, 16 and 20.
    private static FileStatus? OnMacOS(string path)
    {
        var status = new byte[256];
        var isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        return (isArm ? Stat(path, status) : StatOnIntel(path, status)) == 0
            ? new FileStatus(
                BitConverter.ToUInt16(status, 4) & KindMask, BitConverter.ToUInt32(status, 16), BitConverter.ToUInt32(status, 20))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint wanted, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatOnIntel(string path, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, [Out] byte[] real);

    [LibraryImport("libc", EntryPoint = "fchown")]
    private static partial int ChangeOwner(SafeFileHandle file, uint owner, uint group);
}
