using System.Diagnostics;

namespace Vae.Tests;

/// <summary>
/// A test that needs a disk of its own; skipped where this process may not mount one, which takes Linux and root.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(TryMount);

    public SmallDiskFactAttribute()
        => Skip = MayMount.Value ? null : "Needs a disk of its own, and this process may not mount one.";

    private static bool TryMount()
    {
        try
        {
            using var disk = new SmallDisk("size=64k");
            return true;
        }
        // Win32Exception: there is no command of that name.
        catch (Exception failure) when (failure is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A disk in memory with a size that a test chooses; mounted until it is disposed of.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string options)
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", options, "vaecore-test", FullPath);
        }
        catch
        {
            Directory.Delete(FullPath);
            throw;
        }
    }

    public string FullPath { get; } = Directory.CreateTempSubdirectory("vae-disk-").FullName;

    /// <summary>Changes the disk's size, or makes it read-only while no file is open for writing.</summary>
    public void Remount(string options) => Run("mount", "-o", $"remount,{options}", FullPath);

    /// <summary>
    /// Mounts a read-only view over the disk, as the system does after errors of a disk. Open files stay open.
    /// </summary>
    public void BecomeReadOnly()
    {
        // Another mount point becomes read-only first: in place, somebody could open a file in between.
        var view = Directory.CreateTempSubdirectory("vae-disk-").FullName;
        Run("mount", "--bind", FullPath, view);
        Run("mount", "-o", "remount,bind,ro", view);
        Run("mount", "--bind", view, FullPath);
        Run("umount", view);
        Directory.Delete(view);
    }

    /// <summary>Takes the read-only view away.</summary>
    public void BecomeWritable() => Run("umount", FullPath);

    /// <summary>Unmounts the disk while processes use it, as a network share can vanish.</summary>
    public void Vanish() => Run("umount", "-l", FullPath);

    public void Dispose()
    {
        while (File.ReadLines("/proc/mounts").Any(line => line.Split(' ')[1] == FullPath))
        {
            Vanish();
        }

        Directory.Delete(FullPath, recursive: true);
    }

    private static void Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)}: {error}");
        }
    }
}
