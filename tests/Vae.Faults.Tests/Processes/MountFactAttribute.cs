using System.Diagnostics;

namespace Vae.Faults.Tests;

/// <summary>A test that mounts a small file system of its own, which takes a Linux and its root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> May = new(TryMount);

    public MountFactAttribute() => Skip = May.Value ? null : "Needs a Linux on which this process may mount a file system (root).";

    private static bool TryMount()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return false;
        }

        var folder = Directory.CreateTempSubdirectory("vae-mount-").FullName;
        try
        {
            using var disk = new SmallDisk(folder, "64k");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}

/// <summary>A file system in memory of a given size, mounted for as long as this lives.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder, string size)
    {
        _folder = folder;
        Run("mount", "-t", "tmpfs", "-o", $"size={size}", "vae-faults", folder);
    }

    /// <summary>Makes room.</summary>
    public void Grow(string size) => Run("mount", "-o", $"remount,size={size}", _folder);

    /// <summary>Puts a read-only view of it in its place, as when a disk's errors make the system mount it so. Those that have files open keep them.</summary>
    public void BecomeReadOnly()
    {
        Run("mount", "--bind", _folder, _folder);
        Run("mount", "-o", "remount,bind,ro", _folder);
    }

    /// <summary>Takes the read-only view away.</summary>
    public void BecomeWritable() => Run("umount", _folder);

    /// <summary>Lets it vanish under those that use it, as a network share does.</summary>
    public void Vanish() => Run("umount", "-l", _folder);

    public void Dispose()
    {
        while (File.ReadLines("/proc/mounts").Any(line => line.Split(' ')[1] == _folder))
        {
            Run("umount", "-l", _folder);
        }
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
