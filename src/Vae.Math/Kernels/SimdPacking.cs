using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Vae.Math;

/// <summary>Copies a panel of A into the order in which the innermost kernel reads it: height x inner, column by column.</summary>
/// <typeparam name="T">The number.</typeparam>
internal static unsafe class SimdPacking<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A transposed panel is packed in stretches of so many columns, which stay in the first-level cache until all rows
    // of them are written.
    private const int Stretch = 64;

    /// <summary>Packs one panel.</summary>
    /// <param name="a">A from the panel's first row on, rows x inner.</param>
    /// <param name="rows">The rows there are.</param>
    /// <param name="height">The rows of the packed panel, at least <paramref name="rows"/>; those beyond are zero.</param>
    /// <param name="inner">The columns.</param>
    /// <param name="packed">height x inner numbers; overwritten.</param>
    public static void Pack(SimdView<T> a, int rows, int height, int inner, T* packed)
    {
        if (rows < height)
        {
            new Span<T>(packed, height * inner).Clear();
        }

        if (a.RowStep == 1)
        {
            CopyColumns(a, rows, height, inner, packed);
            return;
        }

        for (var k = 0; k < inner; k += Stretch)
        {
            TransposeRows(a.From(0, k), rows, height, int.Min(Stretch, inner - k), packed + (nint)k * height);
        }
    }

    private static void CopyColumns(SimdView<T> a, int rows, int height, int inner, T* packed)
    {
        for (var k = 0; k < inner; k++)
        {
            new ReadOnlySpan<T>(a.Start + k * a.ColumnStep, rows).CopyTo(new Span<T>(packed + (nint)k * height, rows));
        }
    }

    private static void TransposeRows(SimdView<T> a, int rows, int height, int inner, T* packed)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var k = 0; k < inner; k++)
            {
                packed[(nint)k * height + i] = a.Start[i * a.RowStep + k];
            }
        }
    }
}
