using System.Numerics;

namespace Vae.Mnist;

/// <summary>
/// Many pictures of one size side by side with thin grey lines between them, and numbers or words along the top and the
/// left where wanted.
/// </summary>
public sealed class ImageGrid
{
    private const byte Paper = 255;
    private const byte Line = 128;
    private const byte Letter = 0;
    private const int Gap = 3;                                        // dots between a label and what is beside it

    private readonly byte[] tiles;

    /// <summary>Makes a grid of black pictures.</summary>
    /// <param name="rows">Pictures from top to bottom, at least 1.</param>
    /// <param name="columns">Pictures from left to right, at least 1.</param>
    /// <param name="tileRows">Pixels of a picture from top to bottom, at least 1.</param>
    /// <param name="tileColumns">Pixels of a picture from left to right, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1, or all of it is too large for an array.</exception>
    public ImageGrid(int rows, int columns, int tileRows = 28, int tileColumns = 28)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileColumns, 1);
        var length = (UInt128)rows * (UInt128)columns * (UInt128)tileRows * (UInt128)tileColumns;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, (UInt128)Array.MaxLength, nameof(rows));
        (Rows, Columns, TileRows, TileColumns) = (rows, columns, tileRows, tileColumns);
        tiles = new byte[(int)length];
    }

    /// <summary>Pictures from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Pictures from left to right.</summary>
    public int Columns { get; }

    /// <summary>Pixels of a picture from top to bottom.</summary>
    public int TileRows { get; }

    /// <summary>Pixels of a picture from left to right.</summary>
    public int TileColumns { get; }

    /// <summary>The side of the square that a pixel of a picture (and a dot of a label) becomes, at least 1.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>Pixels between two pictures, 0 or more.</summary>
    public int Separator { get; init; } = 1;

    /// <summary>A word above everything, such as a title or the name of the axis along the top; null for none.</summary>
    public string? TopTitle { get; init; }

    /// <summary>A word to the left of everything, such as the name of the axis along the left; null for none.</summary>
    public string? LeftTitle { get; init; }

    /// <summary>A label above each column, or null. Where they would touch, only every second (third, ...) is drawn.</summary>
    public IReadOnlyList<string>? TopLabels { get; init; }

    /// <summary>A label left of each row, or null. Where they would touch, only every second (third, ...) is drawn.</summary>
    public IReadOnlyList<string>? LeftLabels { get; init; }

    /// <summary>Sets a picture.</summary>
    /// <param name="row">From the top, 0 to <see cref="Rows"/> less one.</param>
    /// <param name="column">From the left, 0 to <see cref="Columns"/> less one.</param>
    /// <param name="pixels">Row by row, 0 black to 255 white; copied.</param>
    /// <exception cref="ArgumentException">There are more or fewer pixels than a picture has.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public void SetTile(int row, int column, ReadOnlySpan<byte> pixels)
    {
        RequireTileLength(pixels.Length);
        pixels.CopyTo(Tile(row, column));
    }

    /// <summary>Sets a picture from numbers, such as a model's means.</summary>
    /// <param name="row">From the top, 0 to <see cref="Rows"/> less one.</param>
    /// <param name="column">From the left, 0 to <see cref="Columns"/> less one.</param>
    /// <param name="pixels">Row by row, 0 black to 1 white; what is outside is drawn black or white; copied.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">There are more or fewer pixels than a picture has, or one is not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public void SetTile<T>(int row, int column, ReadOnlySpan<T> pixels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireTileLength(pixels.Length);
        var tile = Tile(row, column);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (T.IsNaN(pixels[i]))
            {
                throw new ArgumentException(
                    $"Must be numbers from 0 to 1, but pixel {i} of the picture at row {row}, column {column} is NaN. "
                    + "Has the training diverged?",
                    nameof(pixels));
            }

            var grey = T.Clamp(pixels[i], T.Zero, T.One) * T.CreateChecked(255);
            tile[i] = byte.CreateSaturating(T.Round(grey, MidpointRounding.AwayFromZero));
        }
    }

    /// <summary>Draws the grid.</summary>
    /// <returns>A new picture.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The scale is below 1, or the separator negative.</exception>
    /// <exception cref="InvalidOperationException">There are not as many labels as columns or rows.</exception>
    public GreyImage Render()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Scale, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Separator);
        RequireLabels(TopLabels, Columns, nameof(TopLabels));
        RequireLabels(LeftLabels, Rows, nameof(LeftLabels));

        var layout = MakeLayout();
        var image = new GreyImage(layout.Width, layout.Height);
        image.Fill(0, 0, image.Width, image.Height, Paper);
        image.Fill(layout.Left, layout.Top, layout.GridWidth, layout.GridHeight, Line);
        DrawTiles(image, layout);
        DrawTitles(image, layout);
        DrawTopLabels(image, layout);
        DrawLeftLabels(image, layout);
        return image;
    }

    private Layout MakeLayout()
    {
        var gap = Gap * Scale;
        var letter = DotFont.Height * Scale;
        var pitchX = checked((TileColumns * Scale) + Separator);
        var pitchY = checked((TileRows * Scale) + Separator);
        var gridWidth = checked((Columns * pitchX) - Separator);
        var gridHeight = checked((Rows * pitchY) - Separator);

        var hasLeft = LeftTitle is not null || LeftLabels is not null;
        var hasTop = TopTitle is not null || TopLabels is not null;
        var left = (hasLeft ? gap : 0) + (LeftTitle is null ? 0 : WidthOf(LeftTitle) + gap)
            + (LeftLabels is null ? 0 : LeftLabels.Max(WidthOf) + gap);
        var top = (hasTop ? gap : 0) + (TopTitle is null ? 0 : letter + gap) + (TopLabels is null ? 0 : letter + gap);
        var beyond = hasLeft || hasTop ? gap : 0;                     // a little paper beyond the grid, too

        // What is written may be larger than the grid; the paper then is.
        var widest = int.Max(TopTitle is null ? 0 : WidthOf(TopTitle), TopLabels is null ? 0 : TopLabels.Max(WidthOf));
        return new Layout(
            left, top, pitchX, pitchY, gridWidth, gridHeight,
            Width: checked(int.Max(left + gridWidth + beyond, hasTop ? widest + (2 * gap) : 0)),
            Height: checked(top + int.Max(gridHeight, hasLeft ? letter : 0) + beyond));
    }

    private void DrawTiles(GreyImage image, Layout layout)
    {
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var tile = Tile(row, column);
                image.Blit(tile, TileColumns, layout.Left + (column * layout.PitchX), layout.Top + (row * layout.PitchY), Scale);
            }
        }
    }

    private void DrawTitles(GreyImage image, Layout layout)
    {
        if (TopTitle is not null)
        {
            DrawCentred(image, TopTitle, layout.Left + (layout.GridWidth / 2), Gap * Scale);
        }

        if (LeftTitle is not null)
        {
            var y = layout.Top + ((layout.GridHeight - (DotFont.Height * Scale)) / 2);
            DotFont.Draw(image, LeftTitle, Gap * Scale, Within(y, DotFont.Height * Scale, image.Height), Letter, Scale);
        }
    }

    private void DrawTopLabels(GreyImage image, Layout layout)
    {
        if (TopLabels is null)
        {
            return;
        }

        var y = layout.Top - ((DotFont.Height + Gap) * Scale);
        var every = Every(TopLabels.Max(WidthOf) + (Gap * Scale), layout.PitchX);
        for (var column = 0; column < Columns; column += every)
        {
            DrawCentred(image, TopLabels[column], layout.Left + (column * layout.PitchX) + (TileColumns * Scale / 2), y);
        }
    }

    private void DrawLeftLabels(GreyImage image, Layout layout)
    {
        if (LeftLabels is null)
        {
            return;
        }

        var height = DotFont.Height * Scale;
        var every = Every(height + (Gap * Scale), layout.PitchY);
        for (var row = 0; row < Rows; row += every)
        {
            var x = layout.Left - (Gap * Scale) - WidthOf(LeftLabels[row]);
            var y = layout.Top + (row * layout.PitchY) + (((TileRows * Scale) - height) / 2);
            DotFont.Draw(image, LeftLabels[row], x, Within(y, height, image.Height), Letter, Scale);
        }
    }

    private Span<byte> Tile(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns);
        var size = TileRows * TileColumns;
        return tiles.AsSpan(((row * Columns) + column) * size, size);
    }

    private void RequireTileLength(int length)
    {
        if (length != TileRows * TileColumns)
        {
            throw new ArgumentException(
                $"A picture has {TileRows} x {TileColumns} = {TileRows * TileColumns} pixels, but {length} came.");
        }
    }

    private int WidthOf(string text) => DotFont.WidthOf(text) * Scale;

    /// <summary>Every how many-th label can be drawn so that none touches the next.</summary>
    private static int Every(int length, int pitch) => (length + pitch - 1) / pitch;

    private void DrawCentred(GreyImage image, string text, int middle, int y)
    {
        var width = WidthOf(text);
        DotFont.Draw(image, text, Within(middle - (width / 2), width, image.Width), y, Letter, Scale);
    }

    private static int Within(int start, int length, int whole) => int.Clamp(start, 0, int.Max(0, whole - length));

    private static void RequireLabels(IReadOnlyList<string>? labels, int count, string name)
    {
        if (labels is not null && labels.Count != count)
        {
            throw new InvalidOperationException($"{name} must hold {count} labels, but holds {labels.Count}.");
        }
    }

    /// <summary>Where everything is, in pixels.</summary>
    private readonly record struct Layout(
        int Left, int Top, int PitchX, int PitchY, int GridWidth, int GridHeight, int Width, int Height);
}
