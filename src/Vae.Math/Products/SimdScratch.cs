using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>
/// Memory for packed panels. It belongs to the calling thread, so products that run at the same time never share it, and it
/// is kept, so a warm product allocates nothing.
/// </summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="TUse">The use; each has memory of its own.</typeparam>
internal static unsafe class SimdScratch<T, TUse>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int CacheLine = 64;

    [ThreadStatic]
    private static T[]? _memory;

    /// <summary>Memory for some numbers, at the start of a cache line, valid until this thread's next call.</summary>
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
