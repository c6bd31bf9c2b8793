using Vae.Model;

namespace Vae.Mnist;

/// <summary>Reconstruction errors of predictors without a model on the test images, to compare a model's error with.</summary>
/// <param name="Perfect">
/// Nats per image if every pixel is given back exactly: the cross-entropy of grey pixels is not zero even then.
/// </param>
/// <param name="MeanImage">
/// Nats per image if the mean training image is given for every image: the error of a collapsed model.
/// </param>
internal readonly record struct Yardstick(double Perfect, double MeanImage)
{
    // Mean squared error per test pixel of MNIST from as many principal components of its training images.
    private static readonly Dictionary<int, double> Components = new()
    {
        [1] = 0.060733, [2] = 0.055669, [5] = 0.044526, [10] = 0.034074, [20] = 0.023538,
    };

    /// <summary>Measures the test images.</summary>
    /// <param name="data">The images.</param>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    public static Yardstick Of(ImageData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var size = data.Train.Rows * data.Train.Columns;
        var (train, test) = (MeanOf(data.Train, size), MeanOf(data.Test, size));
        var perfect = 0.0;
        foreach (var piece in data.Test.Samples.Pieces())
        {
            foreach (var pixel in piece.Span)
            {
                perfect += CrossEntropy(pixel / 255.0, pixel / 255.0);
            }
        }

        // The cross-entropy is linear in the image, so the mean over images is that of the mean image.
        var meanImage = Enumerable.Range(0, size).Sum(pixel => CrossEntropy(test[pixel], train[pixel]));
        return new Yardstick(perfect / data.Test.Count, meanImage);
    }

    /// <summary>
    /// The squared error per pixel of principal components on the official MNIST; null for other images or numbers.
    /// </summary>
    /// <param name="components">The number of components.</param>
    /// <param name="data">The images.</param>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    public static double? PrincipalComponents(int components, ImageData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.IsMnist && Components.TryGetValue(components, out var error) ? error : null;
    }

    private static double[] MeanOf(ImageSet images, int size)
    {
        var sums = new long[size];
        foreach (var piece in images.Samples.Pieces())
        {
            var pixels = piece.Span;
            for (var i = 0; i < pixels.Length; i++)
            {
                sums[i % size] += pixels[i];
            }
        }

        return [.. sums.Select(sum => sum / (255.0 * images.Count))];
    }

    // -x log p - (1 - x) log(1 - p), where 0 log 0 = 0; p is kept 1e-7 away from 0 and 1, for pixels that only test images have
    private static double CrossEntropy(double x, double p)
        => x == p ? Term(x, p) + Term(1 - x, 1 - p) : Term(x, Clamped(p)) + Term(1 - x, 1 - Clamped(p));

    private static double Clamped(double p) => double.Clamp(p, 1e-7, 1 - 1e-7);

    private static double Term(double weight, double probability) => weight == 0 ? 0 : -weight * double.Log(probability);
}
