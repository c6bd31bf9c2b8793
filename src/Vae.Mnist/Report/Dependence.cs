using MathNet.Numerics.LinearRegression;
using MathNet.Numerics.Statistics;

namespace Vae.Mnist;

/// <summary>The linear dependence of a property of images on two latents.</summary>
/// <param name="First">Pearson's correlation with the first latent (across the figure).</param>
/// <param name="Second">Pearson's correlation with the second latent (up the figure).</param>
/// <param name="Best">The correlation with the direction in the plane that fits best; not negative.</param>
/// <param name="Direction">That direction, degrees from the first latent towards the second, -180 to 180.</param>
internal readonly record struct Dependence(double First, double Second, double Best, double Direction)
{
    /// <summary>Measures the dependence by least squares.</summary>
    /// <param name="first">The first latent.</param>
    /// <param name="second">The second latent.</param>
    /// <param name="property">The property, such as the slant.</param>
    /// <remarks>
    /// The prior is the same in all directions, so the axes of a latent plane point anywhere, and the best direction says more
    /// than the axes.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="first"/> or <paramref name="second"/> is null.</exception>
    public static Dependence Of(double[] first, double[] second, double[] property)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var slopes = MultipleRegression.QR(
            [.. first.Zip(second, (a, b) => new[] { a, b })], property, intercept: true);
        var fitted = first.Zip(second, (a, b) => (slopes[1] * a) + (slopes[2] * b));
        return new Dependence(
            Correlation.Pearson(first, property),
            Correlation.Pearson(second, property),
            Correlation.Pearson(fitted, property),
            double.RadiansToDegrees(double.Atan2(slopes[2], slopes[1])));
    }
}
