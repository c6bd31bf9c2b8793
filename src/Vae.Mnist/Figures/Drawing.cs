using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Mnist;

/// <summary>Figures of a trained model: sweeps along one latent, planes of two latents, rows and sheets of images.</summary>
public static class Drawing
{
    private const int FewImages = 300;

    /// <summary>
    /// Draws a sweep along one latent, row by row, with the value of each row's first image at its left and the step at the top.
    /// </summary>
    /// <param name="images">Pixels x values, 0 to 1.</param>
    /// <param name="values">The latent's values.</param>
    /// <param name="columns">Images in a row of the figure.</param>
    /// <param name="imageColumns">Pixels in a row of an image.</param>
    /// <param name="scale">The side of the square that a pixel becomes; null for 2 with up to 300 images and 1 with more.</param>
    /// <returns>A new picture.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="images"/> or <paramref name="values"/> is null.</exception>
    public static GreyImage Line(
        Matrix<float> images, IReadOnlyList<double> values, int columns, int imageColumns, int? scale = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(values);
        var rows = (values.Count + columns - 1) / columns;
        var grid = new ImageGrid(rows, columns, images.RowCount / imageColumns, imageColumns)
        {
            TopTitle = values.Count > 1 ? $"z at the left, +{Label(values[1] - values[0])} to the right" : "z",
            Scale = scale ?? (values.Count <= FewImages ? 2 : 1),
            LeftLabels = [.. Enumerable.Range(0, rows).Select(row => Label(values[row * columns]))],
        };
        return Fill(grid, images).Render();
    }

    /// <summary>Draws a plane of two latents: the first grows to the right, the second upwards.</summary>
    /// <param name="images">
    /// Pixels x (first * second), 0 to 1, row by row from the top, as <see cref="Model.LatentGrid.Plane"/> orders them.
    /// </param>
    /// <param name="first">The values of the first latent.</param>
    /// <param name="second">The values of the second latent.</param>
    /// <param name="imageColumns">Pixels in a row of an image.</param>
    /// <returns>A new picture.</returns>
    /// <exception cref="ArgumentNullException">
    /// <paramref name="images"/>, <paramref name="first"/> or <paramref name="second"/> is null.
    /// </exception>
    public static GreyImage Plane(
        Matrix<float> images, IReadOnlyList<double> first, IReadOnlyList<double> second, int imageColumns)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var grid = new ImageGrid(second.Count, first.Count, images.RowCount / imageColumns, imageColumns)
        {
            TopTitle = "z1",
            LeftTitle = "z2",
            TopLabels = [.. first.Select(Label)],
            LeftLabels = [.. second.Reverse().Select(Label)],
        };
        return Fill(grid, images).Render();
    }

    /// <summary>Draws rows of images, each with a name at its left.</summary>
    /// <param name="rows">Name and images of each row, pixels x images, 0 to 1; all rows have as many images.</param>
    /// <param name="imageColumns">Pixels in a row of an image.</param>
    /// <param name="scale">The side of the square that a pixel becomes.</param>
    /// <param name="title">The title at the top; null for none.</param>
    /// <returns>A new picture.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    public static GreyImage Rows(
        IReadOnlyList<(string Name, Matrix<float> Images)> rows, int imageColumns, int scale = 1, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var images = rows[0].Images;
        var grid = new ImageGrid(rows.Count, images.ColumnCount, images.RowCount / imageColumns, imageColumns)
        {
            LeftLabels = rows.All(row => row.Name.Length == 0) ? null : [.. rows.Select(row => row.Name)],
            TopTitle = title,
            Scale = scale,
        };
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < images.ColumnCount; column++)
            {
                grid.SetTile<float>(row, column, rows[row].Images.ColumnSpan(column));
            }
        }

        return grid.Render();
    }

    /// <summary>Draws images row by row, without labels, in a figure about as wide as high.</summary>
    /// <param name="images">Pixels x images, 0 to 1.</param>
    /// <param name="imageColumns">Pixels in a row of an image.</param>
    /// <param name="scale">The side of the square that a pixel becomes.</param>
    /// <returns>A new picture.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="images"/> is null.</exception>
    public static GreyImage Sheet(Matrix<float> images, int imageColumns, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        var columns = (int)double.Ceiling(double.Sqrt(images.ColumnCount));
        var rows = (images.ColumnCount + columns - 1) / columns;
        var grid = new ImageGrid(rows, columns, images.RowCount / imageColumns, imageColumns) { Scale = scale };
        return Fill(grid, images).Render();
    }

    private static ImageGrid Fill(ImageGrid grid, Matrix<float> images)
    {
        for (var image = 0; image < images.ColumnCount; image++)
        {
            grid.SetTile<float>(image / grid.Columns, image % grid.Columns, images.ColumnSpan(image));
        }

        return grid;
    }

    private static string Label(double value)
        => (double.Abs(value) < 1e-9 ? 0 : value).ToString("0.###", CultureInfo.InvariantCulture);
}
