using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>
/// Memory for packed panels. It belongs to the thread that asks for it, so products running at the same time never
/// share any, and it is kept, so a warm product allocates nothing.
/// </summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="TUse">What it is for; each use has memory of its own.</typeparam>
internal static unsafe class SimdScratch<T, TUse>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int CacheLine = 64;

    [ThreadStatic]
    private static T[]? _memory;

    /// <summary>Memory for so many numbers, at the start of a cache line; it lasts until this thread's next call.</summary>
    public static T* Rent(int count)
    {
        var memory = _memory;
        if (memory is null || memory.Length < count + CacheLine / sizeof(T))
        {
            memory = GC.AllocateUninitializedArray<T>(count + CacheLine / sizeof(T), pinned: true);
            _memory = memory;
        }

        var start = (nint)Unsafe.AsPointer(ref memory[0]);
        return (T*)((start + CacheLine - 1) & ~(CacheLine - 1));
    }
}
