namespace Vae.Math;

/// <summary>The derivative of a loss by one number, from the loss alone.</summary>
/// <param name="parameter">The parameter whose numbers are moved; each is always put back.</param>
/// <param name="loss">The loss, computed from the parameter's values.</param>
internal sealed class CentralDifferences(Parameter<double> parameter, Func<double> loss)
{
    private const double FirstStep = 2e-3;
    private const double StepRatio = 2;
    private const int Steps = 10;

    // The least relative difference between the slopes of a corner's sides: at these steps a smooth loss's differ by the
    // cube of the step.
    private const double LeastCorner = 1e-3;
    private static readonly double[] _cornerSteps = [1e-5, 1e-4];

    /// <summary>The derivative by Ridders' method: central differences, extrapolated to a step of zero; NaN where the loss
    /// is not finite.</summary>
    /// <param name="index">The number's place, column by column.</param>
    public double Derivative(int index)
    {
        // Row i holds the difference quotient with step h / 2^i; each further entry of a row cancels one more even
        // power of the step.
        Span<double> previous = stackalloc double[Steps];
        Span<double> current = stackalloc double[Steps];
        var best = double.NaN;
        var leastDoubt = double.PositiveInfinity;
        var step = FirstStep;
        for (var i = 0; i < Steps; i++, step /= StepRatio)
        {
            (current[0], var rounding) = Difference(index, step);
            if (double.IsNaN(current[0]))
            {
                return double.NaN;
            }

            var power = StepRatio * StepRatio;
            for (var j = 1; j <= i; j++, power *= StepRatio * StepRatio)
            {
                current[j] = ((power * current[j - 1]) - previous[j - 1]) / (power - 1);
                var doubt = rounding + double.Max(
                    double.Abs(current[j] - current[j - 1]), double.Abs(current[j] - previous[j - 1]));
                if (doubt < leastDoubt)
                {
                    (leastDoubt, best) = (doubt, current[j]);
                }
            }

            current.CopyTo(previous);
        }

        return best;
    }

    /// <summary>Looks for a corner: slopes from the left and from the right that are not the same.</summary>
    /// <param name="index">The number's place, column by column.</param>
    /// <returns>The two slopes; null where they agree, so that the loss is smooth there.</returns>
    public (double Left, double Right)? Corner(int index)
    {
        foreach (var step in _cornerSteps)
        {
            var here = loss();
            var (above, below) = Around(index, step);
            var (nearAbove, nearBelow) = Around(index, step / 2);
            var right = ((4 * nearAbove) - (3 * here) - above) / step;   // L'(w+) up to h^2
            var left = ((3 * here) - (4 * nearBelow) + below) / step;    // L'(w-) up to h^2
            var rounding = 8 * Ulp(here) / step;                         // eight numbers of the loss's size, each rounded
            var scale = double.Max(double.Max(double.Abs(left), double.Abs(right)), GradientCheck.Floor);
            if (double.Abs(right - left) > (LeastCorner * scale) + (100 * rounding))
            {
                return (left, right);
            }
        }

        return null;
    }

    // The second value is the part of the difference that the loss's rounding alone may cause: a short step's quotients are
    // so coarse that two of them may agree to the last bit and both be wrong.
    private (double Difference, double Rounding) Difference(int index, double step)
    {
        var (above, below) = Around(index, step);
        return ((above - below) / (2 * step), Ulp(above) / step);        // (L(w + h) - L(w - h)) / 2h
    }

    private (double Above, double Below) Around(int index, double step)
    {
        var values = parameter.Value.AsSpan();
        var value = values[index];
        try
        {
            values[index] = value + step;
            var above = loss();
            values[index] = value - step;
            return (above, loss());
        }
        finally
        {
            values[index] = value;
        }
    }

    private static double Ulp(double value) => double.BitIncrement(double.Abs(value)) - double.Abs(value);
}
