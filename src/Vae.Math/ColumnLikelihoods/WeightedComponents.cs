using System.Buffers;

namespace Vae.Math;

/// <summary>A weighted mixture of Gaussians or Student-t distributions, for its quantiles.</summary>
/// <param name="most">The largest number of components.</param>
internal struct WeightedComponents(int most) : IDisposable
{
    private const int MostSteps = 300;                                // bisection alone needs some 60, after doublings

    private readonly Component[] _components = ArrayPool<Component>.Shared.Rent(most);
    private int _count;

    /// <summary>Adds a component. One whose weight is 0 has no influence.</summary>
    /// <param name="weight">The weight, not below 0.</param>
    /// <param name="location">The mean or the location.</param>
    /// <param name="scale">The deviation of a Gaussian, the scale of a Student-t; above 0.</param>
    /// <param name="degreesOfFreedom">Those of a Student-t; infinity for a Gaussian.</param>
    public void Add(double weight, double location, double scale, double degreesOfFreedom = double.PositiveInfinity)
    {
        if (weight != 0)                                              // NaN is not 0
        {
            _components[_count++] = new(weight, location, scale, degreesOfFreedom);
        }
    }

    /// <summary>Computes the x at which the distribution function has a value.</summary>
    /// <param name="probability">Above 0 and below 1.</param>
    /// <returns>x, right to about 1e-12 of its magnitude or of the least scale; NaN where a number of a component is NaN.</returns>
    public readonly double Quantile(double probability)
    {
        var (low, high, least) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity);
        foreach (var component in _components.AsSpan(0, _count))
        {
            low = double.Min(low, component.Location);
            high = double.Max(high, component.Location);              // NaN stays
            least = double.Min(least, component.Scale);
        }

        // Every component is symmetric: the median lies among the locations. Other quantiles may lie beyond.
        for (var step = least; Below(low, out _) > probability; step *= 2)
        {
            low -= step;
        }

        for (var step = least; Below(high, out _) < probability; step *= 2)
        {
            high += step;
        }

        return Root(low, high, least, probability);
    }

    /// <summary>Returns the memory.</summary>
    public readonly void Dispose() => ArrayPool<Component>.Shared.Return(_components);

    // Newton's method, and a bisection wherever it leaves the bracket.
    private readonly double Root(double low, double high, double least, double probability)
    {
        var x = low + ((high - low) / 2);
        for (var i = 0; i < MostSteps && high - low > 1e-13 * double.Max(double.Abs(x), least); i++)
        {
            var excess = Below(x, out var density) - probability;
            if (double.Abs(excess) <= 1e-15)
            {
                break;
            }

            (low, high) = excess > 0 ? (low, x) : (x, high);
            var next = x - (excess / density);                        // NaN or infinite where there is no density
            next = next > low && next < high ? next : low + ((high - low) / 2);
            if (double.Abs(next - x) <= 1e-14 * double.Max(double.Abs(x), least))
            {
                break;
            }

            x = next;
        }

        return x;
    }

    private readonly double Below(double x, out double density)
    {
        var sum = density = 0.0;
        foreach (var component in _components.AsSpan(0, _count))
        {
            var t = (x - component.Location) / component.Scale;
            var nu = component.DegreesOfFreedom;
            if (double.IsInfinity(nu))
            {
                sum += component.Weight * NumberDistributions.Normal(t);
                density += component.Weight * NumberDistributions.NormalDensity(t) / component.Scale;
            }
            else
            {
                sum += component.Weight * NumberDistributions.StudentT(t, nu);
                density += component.Weight * NumberDistributions.StudentTDensity(t, nu) / component.Scale;
            }
        }

        return sum;
    }

    private readonly record struct Component(double Weight, double Location, double Scale, double DegreesOfFreedom);
}
