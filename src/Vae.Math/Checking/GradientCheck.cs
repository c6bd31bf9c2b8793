namespace Vae.Math;

/// <summary>
/// Compares a hand-derived backward pass with central differences of the loss, entry by entry, in double.
/// </summary>
/// <remarks>
/// The differences are extrapolated to a step of zero by Ridders' method (Ridders 1982, "Accurate computation of F'(x) and
/// F'(x) F''(x)"), which chooses its own step and never looks at the gradient under test. A loss with a corner (ReLU) is
/// fine unless the corner lies within about 1e-4 of where the check stands.
/// </remarks>
public static class GradientCheck
{
    /// <summary>What a correct gradient stays below, relative: differences in double reach it with room to spare.</summary>
    public const double Tolerance = 1e-7;

    /// <summary>Where both gradients are smaller than this, their difference is divided by it instead: a loss of about 10 is
    /// rounded at 1e-15, which no difference quotient can tell from a gradient of 1e-11.</summary>
    public const double Floor = 1e-3;

    private const double FirstStep = 2e-3;
    private const double StepRatio = 2;
    private const int Steps = 10;

    /// <summary>Runs the backward pass once, then compares every entry of every parameter.</summary>
    /// <param name="loss">Computes the loss from the parameters' values; must be deterministic, so noise is fixed.</param>
    /// <param name="backward">Computes all gradients (after a forward pass of its own, if it needs one).</param>
    /// <param name="parameters">What to check. An input counts, too: wrap it in a <see cref="Parameter{T}"/>.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>The worst error of each parameter. Values are left as they were.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="loss"/>, <paramref name="backward"/> or <paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">There is nothing to check.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static GradientReport Run(
        Func<double> loss, Action backward, IReadOnlyList<Parameter<double>> parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(backward);
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count == 0)
        {
            throw new ArgumentException("There must be at least one parameter to check.", nameof(parameters));
        }

        backward();
        return new GradientReport([.. parameters.Select(parameter => Check(parameter, loss, cancellationToken))]);
    }

    private static ParameterCheck Check(Parameter<double> parameter, Func<double> loss, CancellationToken cancellationToken)
    {
        var worst = new ParameterCheck(parameter.Name, parameter.Count, 0, 0, 0, 0, -1);
        var values = parameter.Value.AsSpan();
        var gradients = parameter.Gradient.AsSpan().ToArray();        // a copy: the loss may write gradients, too
        for (var i = 0; i < values.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var expected = Derivative(parameter, i, loss);
            var error = RelativeError(gradients[i], expected);
            if (!(error <= worst.RelativeError))                      // NaN is worse than anything
            {
                var row = i % parameter.Value.RowCount;
                var column = i / parameter.Value.RowCount;
                worst = new ParameterCheck(parameter.Name, parameter.Count, row, column, gradients[i], expected, error);
            }

            if (double.IsNaN(error))
            {
                break;
            }
        }

        return worst;
    }

    private static double RelativeError(double gradient, double expected)
        => double.Abs(gradient - expected) / double.Max(double.Max(double.Abs(gradient), double.Abs(expected)), Floor);

    // Row i holds the difference quotient with step h / 2^i; each further entry of a row cancels one more even power of the step.
    private static double Derivative(Parameter<double> parameter, int index, Func<double> loss)
    {
        Span<double> previous = stackalloc double[Steps];
        Span<double> current = stackalloc double[Steps];
        var best = double.NaN;
        var leastDoubt = double.PositiveInfinity;
        var step = FirstStep;
        for (var i = 0; i < Steps; i++, step /= StepRatio)
        {
            (current[0], var rounding) = CentralDifference(parameter, index, loss, step);
            if (double.IsNaN(current[0]))
            {
                return double.NaN;
            }

            var power = StepRatio * StepRatio;
            for (var j = 1; j <= i; j++, power *= StepRatio * StepRatio)
            {
                current[j] = ((power * current[j - 1]) - previous[j - 1]) / (power - 1);
                var doubt = rounding + double.Max(double.Abs(current[j] - current[j - 1]), double.Abs(current[j] - previous[j - 1]));
                if (doubt < leastDoubt)
                {
                    (leastDoubt, best) = (doubt, current[j]);
                }
            }

            current.CopyTo(previous);
        }

        return best;
    }

    // Beside the difference, what the loss's rounding alone may make of it: a short step's quotients are so coarse that two of
    // them may agree to the last bit and both be wrong.
    private static (double Difference, double Rounding) CentralDifference(Parameter<double> parameter, int index, Func<double> loss, double step)
    {
        var values = parameter.Value.AsSpan();
        var value = values[index];
        try
        {
            values[index] = value + step;
            var above = loss();
            values[index] = value - step;
            var below = loss();
            var rounding = double.BitIncrement(double.Abs(above)) - double.Abs(above);
            return ((above - below) / (2 * step), rounding / step);   // (L(w + h) - L(w - h)) / 2h
        }
        finally
        {
            values[index] = value;
        }
    }
}
