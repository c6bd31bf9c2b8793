using System.Diagnostics;

namespace Vae.Mnist.Tests;

/// <summary>A fact that needs a disk of its own, skipped where this process may not mount one (that takes Linux and root).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(TryMount);

    public SmallDiskFactAttribute()
    {
        if (!MayMount.Value)
        {
            Skip = "Needs a disk of its own, and this process may not mount one.";
        }
    }

    private static bool TryMount()
    {
        using var folder = new TemporaryFolder();
        return SmallDisk.Run("mount", "-t", "tmpfs", "-o", "size=64k", "vaecore-test", folder.FullPath) && SmallDisk.Run("umount", folder.FullPath);
    }
}

/// <summary>A disk in memory of a size that a test chooses.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder place = new();

    public SmallDisk(string options) => Require("mount", "-t", "tmpfs", "-o", options, "vaecore-test", place.FullPath);

    public string FullPath => place.FullPath;

    public void Remount(string options) => Require("mount", "-o", $"remount,{options}", place.FullPath);

    public void Dispose()
    {
        Require("umount", place.FullPath);
        place.Dispose();
    }

    internal static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;                                             // there is no such command
        }
    }

    private static void Require(string command, params string[] arguments) =>
        Assert.True(Run(command, arguments), $"{command} {string.Join(' ', arguments)} failed");
}
