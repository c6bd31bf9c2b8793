namespace Vae.Mnist;

/// <summary>The places of pictures, titles and labels of an <see cref="ImageGrid"/>, in pixels.</summary>
/// <param name="Left">The left edge of the grid.</param>
/// <param name="Top">The top edge of the grid.</param>
/// <param name="PitchX">From the left edge of a picture to that of the next one.</param>
/// <param name="PitchY">From the top edge of a picture to that of the one below.</param>
/// <param name="GridWidth">The width of all pictures with the lines between them.</param>
/// <param name="GridHeight">The height of all pictures with the lines between them.</param>
/// <param name="Width">The width of the whole figure.</param>
/// <param name="Height">The height of the whole figure.</param>
internal readonly record struct GridLayout(
    int Left, int Top, int PitchX, int PitchY, int GridWidth, int GridHeight, int Width, int Height)
{
    /// <summary>Dots between a label and its neighbour.</summary>
    public const int Gap = 3;

    /// <summary>Computes the layout of a grid.</summary>
    /// <exception cref="OverflowException">The figure is too large.</exception>
    public static GridLayout Of(ImageGrid grid)
    {
        var gap = Gap * grid.Scale;
        var letter = DotFont.Height * grid.Scale;
        var pitchX = checked((grid.TileColumns * grid.Scale) + grid.Separator);
        var pitchY = checked((grid.TileRows * grid.Scale) + grid.Separator);
        var gridWidth = checked((grid.Columns * pitchX) - grid.Separator);
        var gridHeight = checked((grid.Rows * pitchY) - grid.Separator);

        var leftTitle = WidthOf(grid.LeftTitle);
        var leftLabels = grid.LeftLabels?.Max(WidthOf);
        var hasLeft = grid.LeftTitle is not null || leftLabels is not null;
        var hasTop = grid.TopTitle is not null || grid.TopLabels is not null;
        var left = (hasLeft ? gap : 0)
            + (grid.LeftTitle is null ? 0 : leftTitle + gap)
            + (leftLabels is { } width ? width + gap : 0);
        var top = (hasTop ? gap : 0) + (grid.TopTitle is null ? 0 : letter + gap) + (grid.TopLabels is null ? 0 : letter + gap);
        var beyond = hasLeft || hasTop ? gap : 0;                     // a little paper on the other two sides

        // Text wider or higher than the grid enlarges the paper.
        var widest = int.Max(WidthOf(grid.TopTitle), grid.TopLabels?.Max(WidthOf) ?? 0);
        return new GridLayout(
            left, top, pitchX, pitchY, gridWidth, gridHeight,
            Width: checked(int.Max(left + gridWidth + beyond, hasTop ? widest + (2 * gap) : 0)),
            Height: checked(top + int.Max(gridHeight, hasLeft ? letter : 0) + beyond));

        int WidthOf(string? text) => text is null ? 0 : DotFont.WidthOf(text) * grid.Scale;
    }
}
