using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Vae.Math;

/// <summary>
/// A CBLAS library on this machine: OpenBLAS, BLIS, Intel's MKL, Apple's Accelerate, or any other by its path. It is loaded
/// once and kept until the process ends, because such libraries keep threads of their own.
/// </summary>
/// <remarks>
/// Functions are found by name and called through pointers instead of static bindings, because several libraries may be in
/// use in one process, such as in a benchmark that compares them.
/// </remarks>
internal sealed unsafe partial class CblasLibrary
{
    // As CBLAS numbers them. Reference: the Netlib CBLAS header.
    public const int ColumnMajor = 102, NotTransposed = 111, Transposed = 112;

    private static readonly Dictionary<string, CblasLibrary> Loaded = [];

    private readonly delegate* unmanaged[Cdecl]<int, void> _setThreads;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _setThreadsLong;
    private int _threads;

    private CblasLibrary(string name, string path, nint handle)
    {
        (Name, Path) = (name, path);
        Float =
            (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(handle, "cblas_sgemm");
        Double =
            (delegate* unmanaged[Cdecl]<
                int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)
            NativeLibrary.GetExport(handle, "cblas_dgemm");
        _setThreads = (delegate* unmanaged[Cdecl]<int, void>)Find(handle, "openblas_set_num_threads", "MKL_Set_Num_Threads");
        _setThreadsLong = (delegate* unmanaged[Cdecl]<nint, void>)Find(handle, "bli_thread_set_num_threads");
        Version = VersionOf(handle);
    }

    /// <summary>The names of libraries that are found without a path.</summary>
    public static IReadOnlyList<string> Names { get; } = ["openblas", "blis", "mkl", "accelerate"];

    /// <summary>The requested name of the library, or its full path.</summary>
    public string Name { get; }

    /// <summary>The file of the library, as requested from the system's loader.</summary>
    public string Path { get; }

    /// <summary>The library's own description, including its kernels; empty where it has none.</summary>
    public string Version { get; }

    /// <summary>C = alpha op(A) op(B) + beta C in float.</summary>
    public delegate* unmanaged[Cdecl]<
        int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> Float { get; }

    /// <summary>C = alpha op(A) op(B) + beta C in double.</summary>
    public delegate* unmanaged[Cdecl]<
        int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> Double { get; }

    /// <summary>Loads a library, or finds one that is loaded.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or a file.</param>
    /// <param name="library">The library.</param>
    /// <param name="problem">The attempts in one line, where no library was found; else null.</param>
    public static bool TryLoad(
        string nameOrPath, [NotNullWhen(true)] out CblasLibrary? library, [NotNullWhen(false)] out string? problem)
    {
        lock (Loaded)
        {
            problem = null;
            var isName = Names.Contains(nameOrPath);
            var name = isName ? nameOrPath : System.IO.Path.GetFullPath(nameOrPath);
            if (Loaded.TryGetValue(name, out library))
            {
                return true;
            }

            var tried = isName ? Files(name) : [name];
            foreach (var file in tried)
            {
                if (TryLoad(name, file, ref problem) is { } found)
                {
                    library = Loaded[name] = found;
                    return true;
                }
            }

            problem ??= !isName && !File.Exists(name)
                ? $"there is no file {name}"
                : $"none of these could be loaded: {string.Join(", ", tried)}";
            return false;
        }
    }

    /// <summary>Tells the library how many threads to use; the setting holds for the whole process.</summary>
    public void UseThreads(int threads)
    {
        if (Interlocked.Exchange(ref _threads, threads) == threads)
        {
            return;
        }

        if (_setThreads != null)
        {
            _setThreads(threads);
        }
        else if (_setThreadsLong != null)
        {
            _setThreadsLong(threads);
        }
    }

    private static CblasLibrary? TryLoad(string name, string file, ref string? problem)
    {
        if (!NativeLibrary.TryLoad(file, typeof(CblasLibrary).Assembly, null, out var handle))
        {
            return null;
        }

        if (!NativeLibrary.TryGetExport(handle, "cblas_sgemm", out _)
            || !NativeLibrary.TryGetExport(handle, "cblas_dgemm", out _))
        {
            problem = $"{file} was loaded but has no cblas_sgemm and cblas_dgemm";
            NativeLibrary.Free(handle);
            return null;
        }

        if (NativeLibrary.TryGetExport(handle, "MKL_Set_Threading_Layer", out var setLayer))
        {
            ChooseThreadsOfMkl((delegate* unmanaged[Cdecl]<int, int>)setLayer);
        }

        return new CblasLibrary(name, file, handle);
    }

    // The file names of a library on each system; the plain name is a developer's link, the numbered one is what users have.
    private static string[] Files(string name) => (name, OperatingSystem.IsWindows(), OperatingSystem.IsMacOS()) switch
    {
        ("accelerate", _, _) => ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
        ("mkl", true, _) => ["mkl_rt.2.dll", "mkl_rt.1.dll", "mkl_rt.dll"],
        ("mkl", _, true) => ["libmkl_rt.2.dylib", "libmkl_rt.1.dylib", "libmkl_rt.dylib"],
        ("mkl", _, _) => ["libmkl_rt.so.2", "libmkl_rt.so.1", "libmkl_rt.so"],
        ("blis", true, _) => ["libblis.4.dll", "libblis.dll", "blis.dll"],
        ("blis", _, true) => ["libblis.4.dylib", "libblis.dylib", "/opt/homebrew/opt/blis/lib/libblis.dylib"],
        ("blis", _, _) => ["libblis.so.4", "libblis.so.3", "libblis.so"],
        (_, true, _) => ["libopenblas.dll", "openblas.dll"],
        (_, _, true) => ["libopenblas.0.dylib", "libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib"],
        _ => ["libopenblas.so.0", "libopenblas.so"],
    };

    // MKL ends the process where it finds no runtime for its threads, and looks for Intel's by default. Before its first
    // product it is told to use GNU's where Intel's is not available, or else no threads.
    private static void ChooseThreadsOfMkl(delegate* unmanaged[Cdecl]<int, int> setLayer)
    {
        const int sequential = 1, gnu = 3;
        if (!OperatingSystem.IsLinux()
            || Environment.GetEnvironmentVariable("MKL_THREADING_LAYER") is { Length: > 0 }
            || OpenForAll("libiomp5.so"))
        {
            return;
        }

        _ = setLayer(OpenForAll("libgomp.so.1") ? gnu : sequential);
    }

    // MKL's own files expect the runtime's functions among the process's global ones, where .NET does not put them.
    private static bool OpenForAll(string file)
    {
        const int lazyAndGlobal = 0x101;
        try
        {
            return DlOpen(file, lazyAndGlobal) != 0;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;                                             // a C library of another kind
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DlOpen(string file, int flags);

    private static nint Find(nint handle, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryGetExport(handle, name, out var function))
            {
                return function;
            }
        }

        return 0;
    }

    private static string VersionOf(nint handle)
    {
        if (Find(handle, "openblas_get_config", "bli_info_get_version_str") is var say and not 0)
        {
            return Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)say)())?.Trim() ?? "";
        }

        if (Find(handle, "MKL_Get_Version_String") is var tell and not 0)
        {
            const int length = 200;
            var text = stackalloc byte[length];
            ((delegate* unmanaged[Cdecl]<byte*, int, void>)tell)(text, length - 1);
            text[length - 1] = 0;
            return Marshal.PtrToStringUTF8((nint)text)?.Trim() ?? "";
        }

        return "";
    }
}
