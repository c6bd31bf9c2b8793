using System.Numerics;

namespace Vae.Math;

/// <summary>A block of B for the tiles: in place, or packed into panels of eight columns.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="first">The first panel.</param>
/// <param name="panelStep">The step from a panel to the next.</param>
internal readonly unsafe struct SimdColumns<T>(SimdView<T> first, nint panelStep)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Columns of a panel, and of the widest tile.</summary>
    public const int PanelColumns = 8;

    private readonly SimdView<T> _first = first;

    /// <summary>B in its own memory.</summary>
    public static SimdColumns<T> InPlace(SimdView<T> b) => new(b, PanelColumns * b.ColumnStep);

    /// <summary>The view that begins at this column and reaches to the end of its panel.</summary>
    public SimdView<T> From(int column)
    {
        var (panel, within) = int.DivRem(column, PanelColumns);
        return new(_first.Start + panel * panelStep + within * _first.ColumnStep, _first.RowStep, _first.ColumnStep);
    }
}
