using System.Numerics;

namespace Vae.Mnist;

/// <summary>
/// Many pictures of one size side by side with thin grey lines between them, and optional titles and labels along the top and the
/// left.
/// </summary>
internal sealed class ImageGrid
{
    private const byte Paper = 255;
    private const byte Line = 128;
    private const byte Letter = 0;

    private readonly byte[] tiles;

    /// <summary>Makes a grid of black pictures.</summary>
    /// <param name="rows">Pictures from top to bottom, at least 1.</param>
    /// <param name="columns">Pictures from left to right, at least 1.</param>
    /// <param name="tileRows">Pixels of a picture from top to bottom, at least 1.</param>
    /// <param name="tileColumns">Pixels of a picture from left to right, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is less than 1, or the pictures are too large for an array.
    /// </exception>
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

    /// <summary>The title at the top, such as the name of the horizontal axis; null for none.</summary>
    public string? TopTitle { get; init; }

    /// <summary>The title at the left, such as the name of the vertical axis; null for none.</summary>
    public string? LeftTitle { get; init; }

    /// <summary>A label above each column, or null. If labels would touch, only every second (third, ...) is drawn.</summary>
    public IReadOnlyList<string>? TopLabels { get; init; }

    /// <summary>A label left of each row, or null. If labels would touch, only every second (third, ...) is drawn.</summary>
    public IReadOnlyList<string>? LeftLabels { get; init; }

    /// <summary>Sets a picture.</summary>
    /// <param name="row">From the top, 0 to <see cref="Rows"/> less one.</param>
    /// <param name="column">From the left, 0 to <see cref="Columns"/> less one.</param>
    /// <param name="pixels">Row by row, 0 black to 255 white; copied.</param>
    /// <exception cref="ArgumentException">The number of pixels is not a picture's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public void SetTile(int row, int column, ReadOnlySpan<byte> pixels)
    {
        RequireTileLength(pixels.Length);
        pixels.CopyTo(Tile(row, column));
    }

    /// <summary>Sets a picture from numbers, such as a model's means.</summary>
    /// <param name="row">From the top, 0 to <see cref="Rows"/> less one.</param>
    /// <param name="column">From the left, 0 to <see cref="Columns"/> less one.</param>
    /// <param name="pixels">Row by row, 0 black to 1 white; numbers outside become black or white; copied.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">The number of pixels is not a picture's, or a pixel is NaN.</exception>
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
    /// <exception cref="InvalidOperationException">The number of labels differs from that of the columns or rows.</exception>
    public GreyImage Render()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Scale, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Separator);
        RequireLabels(TopLabels, Columns, nameof(TopLabels));
        RequireLabels(LeftLabels, Rows, nameof(LeftLabels));

        var layout = GridLayout.Of(this);
        var image = new GreyImage(layout.Width, layout.Height);
        image.Fill(0, 0, image.Width, image.Height, Paper);
        image.Fill(layout.Left, layout.Top, layout.GridWidth, layout.GridHeight, Line);
        DrawTiles(image, layout);
        DrawTitles(image, layout);
        DrawTopLabels(image, layout);
        DrawLeftLabels(image, layout);
        return image;
    }

    private void DrawTiles(GreyImage image, GridLayout layout)
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

    private void DrawTitles(GreyImage image, GridLayout layout)
    {
        if (TopTitle is not null)
        {
            DrawCentred(image, TopTitle, layout.Left + (layout.GridWidth / 2), GridLayout.Gap * Scale);
        }

        if (LeftTitle is not null)
        {
            var y = layout.Top + ((layout.GridHeight - (DotFont.Height * Scale)) / 2);
            y = Within(y, DotFont.Height * Scale, image.Height);
            DotFont.Draw(image, LeftTitle, GridLayout.Gap * Scale, y, Letter, Scale);
        }
    }

    private void DrawTopLabels(GreyImage image, GridLayout layout)
    {
        if (TopLabels is null)
        {
            return;
        }

        var y = layout.Top - ((DotFont.Height + GridLayout.Gap) * Scale);
        var every = Every(TopLabels.Max(WidthOf) + (GridLayout.Gap * Scale), layout.PitchX);
        for (var column = 0; column < Columns; column += every)
        {
            DrawCentred(image, TopLabels[column], layout.Left + (column * layout.PitchX) + (TileColumns * Scale / 2), y);
        }
    }

    private void DrawLeftLabels(GreyImage image, GridLayout layout)
    {
        if (LeftLabels is null)
        {
            return;
        }

        var height = DotFont.Height * Scale;
        var every = Every(height + (GridLayout.Gap * Scale), layout.PitchY);
        for (var row = 0; row < Rows; row += every)
        {
            var x = layout.Left - (GridLayout.Gap * Scale) - WidthOf(LeftLabels[row]);
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
                $"A picture has {TileRows} x {TileColumns} = {TileRows * TileColumns} pixels, but {length} were given.");
        }
    }

    private int WidthOf(string text) => DotFont.WidthOf(text) * Scale;

    /// <summary>The smallest n for which every n-th label can be drawn without touching the next.</summary>
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
}
