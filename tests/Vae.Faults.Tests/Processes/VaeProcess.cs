using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Vae.Faults.Tests;

/// <summary>The <c>vae</c> command as a process of its own, which can be killed.</summary>
internal sealed partial class VaeProcess : IDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    // Whatever happens, no process outlives its test.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private VaeProcess(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>The text written to standard error until now.</summary>
    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Starts <c>vae</c>.</summary>
    public static VaeProcess Start(params string[] arguments) => StartUnder([], arguments);

    /// <summary>Starts <c>vae</c> under another command, such as <c>strace</c> with its options.</summary>
    public static VaeProcess StartUnder(string[] command, string[] arguments)
    {
        string[] line = [.. command, Dotnet, Path.Combine(AppContext.BaseDirectory, "vae.dll"), .. arguments];
        return new VaeProcess(new ProcessStartInfo(line[0], line[1..]));
    }

    /// <summary>Runs <c>vae</c> to its end, which must be a success.</summary>
    public static void Run(params string[] arguments)
    {
        using var process = Start(arguments);
        var (code, error) = process.End();
        Assert.True(code == 0, $"exit code {code}: {error}");
    }

    /// <summary>Sends a signal; nothing where the process has ended already.</summary>
    public void Send(int signal)
    {
        if (!_process.HasExited)
        {
            _ = Send(_process.Id, signal);
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>
    /// The exit code, 128 and the signal's number where a signal ended it, and what it wrote on standard error.
    /// </returns>
    public (int Code, string Error) End()
    {
        if (!_process.WaitForExit(Longest))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"the process did not end within {Longest}: {Error}");
        }

        _process.WaitForExit();                                       // until the streams are read, too
        return (_process.ExitCode, Error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static string Dotnet
        => Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";

    private static void Add(StringBuilder text, string? line)
    {
        lock (text)
        {
            _ = line is null ? text : text.AppendLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
