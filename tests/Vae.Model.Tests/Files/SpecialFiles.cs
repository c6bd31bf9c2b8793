using System.ComponentModel;
using System.Diagnostics;

namespace Vae.Model.Tests;

/// <summary>A test of links, modes and FIFOs, which Windows does not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
        => Skip = OperatingSystem.IsWindows() ? "Windows has no FIFOs, modes and links for everybody." : null;
}

/// <summary>A test of other users' files, which takes Linux and root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
        => Skip = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? null : "Needs Linux and root.";
}

/// <summary>A test that makes a device; skipped where this process may make none, or its disk has none (nodev).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DeviceFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMake = new(() =>
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("null");
        return OperatingSystem.IsLinux()
            && SpecialFiles.TryRun("mknod", path, "c", "1", "3")
            && SpecialFiles.TryRun("dd", "if=/dev/zero", $"of={path}", "count=1");
    });

    public DeviceFactAttribute() => Skip = MayMake.Value ? null : "Needs a device, and this process may not make one (mknod).";
}

/// <summary>A test that mounts a file on another; skipped where this process may not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(() =>
    {
        using var folder = new TemporaryFolder();
        var (path, over) = (folder.Write("file", 1), folder.Write("over", 1));
        return OperatingSystem.IsLinux()
            && SpecialFiles.TryRun("mount", "--bind", over, path)
            && SpecialFiles.TryRun("umount", path);
    });

    public MountFactAttribute() => Skip = MayMount.Value ? null : "Needs to mount a file, which this process may not.";
}

internal static class SpecialFiles
{
    /// <summary>Runs a command of the system, as mkfifo.</summary>
    /// <returns>Whether it succeeded.</returns>
    public static bool TryRun(params string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)                                        // there is no such command
        {
            return false;
        }
    }

    /// <summary>Runs a command of the system that must succeed.</summary>
    public static void Run(params string[] command) => Assert.True(TryRun(command), string.Join(' ', command));
}
