using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>
/// The innermost kernel alone, with its factors in the first-level cache: the upper bound of a product's speed on this machine.
/// </summary>
internal static unsafe class KernelPeak
{
    private const int Inner = 128;                                    // 48 x 128 and 128 x 8 floats: 28 KB
    private const int Columns = 8;

    private static readonly int Lanes = int.Max(1, SimdWidth.Bits / 32);
    private static readonly int Rows = 3 * Lanes;
    private static readonly float* Memory = Filled((Rows + Columns) * (Inner + Rows));

    /// <summary>Multiplications and additions of a call.</summary>
    public static double Operations => 2.0 * Rows * (EightFit ? 8 : 4) * Inner * Repetitions;

    private const int Repetitions = 100;

    private static bool EightFit => SimdWidth.Bits == 512;

    public static void Do() => Run(Memory);

    /// <summary>
    /// The same work on every thread of a team, each on memory of its own: the time of all of it over the number of threads.
    /// </summary>
    public static void DoOn(WorkerTeam team)
    {
        for (var i = 0; i < 2 / team.Threads; i++)                    // two pieces of work, at once or one after the other
        {
            team.Run(default(Work), team.Threads);
        }
    }

    private static void Run(float* memory)
    {
        float* a = memory, b = a + (Rows * Inner), c = b + (Columns * Inner);
        for (var i = 0; i < Repetitions; i++)
        {
            if (EightFit)
            {
                SimdTile<Simd512<float>, Vector512<float>, float, Three, Eight, Zero>.Multiply(
                    a, Rows, b, 1, Inner, c, Rows, Inner, add: false);
            }
            else
            {
                SimdTile<Simd256<float>, Vector256<float>, float, Three, Four, Zero>.Multiply(
                    a, Rows, b, 1, Inner, c, Rows, Inner, add: false);
            }
        }
    }

    private static readonly float* Second = Filled((Rows + Columns) * (Inner + Rows));

    private readonly struct Work : IParallelWork
    {
        public void DoPart(int part) => Run(part == 0 ? Memory : Second);
    }

    private static float* Filled(int count)
    {
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)(sizeof(float) * count), 64);
        new RandomDraws(1, 0, 0).FillNormal(new Span<float>(memory, count));
        return memory;
    }
}
