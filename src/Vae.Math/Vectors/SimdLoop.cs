using System.Numerics;
using System.Runtime.Intrinsics;

namespace Vae.Math;

/// <summary>An element-wise loop, written once for every width of vector.</summary>
/// <typeparam name="T">The number.</typeparam>
internal interface ISimdLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Processes as many whole vectors as fit between two indices.</summary>
    /// <returns>The first unprocessed index.</returns>
    int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : struct;
}

/// <summary>Runs an element-wise loop: the widest vectors first, then the rest one by one.</summary>
internal static class SimdLoop
{
    /// <summary>Elements in one part of threaded element-wise work: enough to outweigh the fork, and a constant, so that
    /// vectors begin at the same places for any number of threads.</summary>
    public const int PartLength = 16 * 1024;

    public static void Run<TLoop, T>(ref TLoop loop, int count)
        where TLoop : struct, ISimdLoop<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Run<TLoop, T>(ref loop, 0, count);

    public static void Run<TLoop, T>(ref TLoop loop, int start, int end)
        where TLoop : struct, ISimdLoop<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var done = SimdWidth.Bits switch
        {
            512 => loop.Run<Simd512<T>, Vector512<T>>(start, end),
            256 => loop.Run<Simd256<T>, Vector256<T>>(start, end),
            128 => loop.Run<Simd128<T>, Vector128<T>>(start, end),
            _ => start,
        };
        if (done < end)
        {
            loop.Run<Scalar<T>, T>(done, end);
        }
    }

    /// <summary>Shares a loop out in parts of <see cref="PartLength"/>.</summary>
    public static void Run<TLoop, T>(TLoop loop, int count, WorkerTeam team)
        where TLoop : struct, ISimdLoop<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => team.Run(new InParts<TLoop, T>(loop, count), Parts(count, PartLength));

    /// <summary>The number of columns in a part, for a number of rows.</summary>
    public static int ColumnsInPart(int rows) => int.Max(1, PartLength / rows);

    /// <summary>The number of parts of a length in a number of elements.</summary>
    public static int Parts(int count, int length) => (count + length - 1) / length;

    private readonly ref struct InParts<TLoop, T>(TLoop loop, int count) : IParallelWork
        where TLoop : struct, ISimdLoop<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TLoop _loop = loop;

        public void DoPart(int part)
        {
            var loop = _loop;
            Run<TLoop, T>(ref loop, part * PartLength, int.Min((part + 1) * PartLength, count));
        }
    }
}
