using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Statistics;
using Vae.Math;

namespace Vae.Mnist;

/// <summary>
/// The continuity of a sweep: distances between neighbouring images, beside the mean distance of any two images.
/// </summary>
/// <param name="MedianStep">The median distance between neighbours: root of the mean squared difference of pixels.</param>
/// <param name="LargestStep">The largest distance between neighbours.</param>
/// <param name="AnyTwo">The mean distance between two images of the sweep.</param>
internal readonly record struct Continuity(double MedianStep, double LargestStep, double AnyTwo)
{
    /// <summary>Measures a sweep.</summary>
    /// <param name="images">Pixels x images, in the order of the sweep; at least 2.</param>
    /// <exception cref="ArgumentNullException"><paramref name="images"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2.</exception>
    public static Continuity Of(Matrix<float> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(images.ColumnCount, 2);
        var steps = new List<double>();
        var all = new List<double>();
        for (var first = 0; first < images.ColumnCount; first++)
        {
            for (var second = first + 1; second < images.ColumnCount; second++)
            {
                var distance = TensorPrimitives.Distance<float>(images.ColumnSpan(first), images.ColumnSpan(second))
                    / double.Sqrt(images.RowCount);
                all.Add(distance);
                if (second == first + 1)
                {
                    steps.Add(distance);
                }
            }
        }

        return new Continuity(steps.Median(), steps.Max(), all.Average());
    }
}
