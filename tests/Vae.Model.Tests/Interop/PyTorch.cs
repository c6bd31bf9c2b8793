using System.Diagnostics;

namespace Vae.Model.Tests;

/// <summary>A Python with PyTorch, where the machine has one, and the scripts in <c>interop/pytorch</c>.</summary>
internal static class PyTorch
{
    /// <summary>The environment variable that names the Python to use.</summary>
    public const string Variable = "VAE_PYTHON";

    private static readonly Lazy<string?> FoundPython = new(() => Candidates().FirstOrDefault(HasTorch));

    /// <summary>The Python's path or name; null where none has PyTorch.</summary>
    public static string? Python => FoundPython.Value;

    /// <summary>Runs one of the scripts, which must succeed.</summary>
    /// <returns>The output of the script.</returns>
    public static string Run(string script, params string[] arguments)
    {
        var (code, output, error) = Start(Python!, [Path.Combine(Folder(), script), .. arguments]);
        Assert.True(code == 0, error);
        return output;
    }

    private static string[] Candidates()
        => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? [named] : ["/usr/bin/python3", "python3"];

    private static bool HasTorch(string python)
    {
        try
        {
            return Start(python, ["-c", "import torch, numpy"]).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)                  // there is no such program
        {
            return false;
        }
    }

    private static (int Code, string Output, string Error) Start(string python, string[] arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private static string Folder() => Solution.PathOf("interop", "pytorch");
}
