namespace Vae.Math.Tests;

/// <summary>A span of numbers to a span of results.</summary>
internal delegate void SpanFunction<T>(ReadOnlySpan<T> source, Span<T> destination);

/// <summary>A function of <see cref="Elementwise"/>: how to call it, its right result, and its stated error.</summary>
internal sealed record ElementaryFunction(
    SpanFunction<float> InFloat, double FloatUlps, Func<double, double> Expected,
    SpanFunction<double> InDouble, double DoubleUlps, Func<double, BigNumber> Exact)
{
    public static IReadOnlyDictionary<string, ElementaryFunction> All { get; } = new Dictionary<string, ElementaryFunction>
    {
        ["Exp"] = new(Elementwise.Exp, 1, double.Exp, Elementwise.Exp, 1, BigNumber.Exp),
        ["Log"] = new(Elementwise.Log, 1.1, double.Log, Elementwise.Log, 1.1, BigNumber.Log),
        ["Log1p"] = new(Elementwise.Log1p, 1.1, Log1p, Elementwise.Log1p, 1.1, BigNumber.Log1p),
        ["Sigmoid"] = new(Elementwise.Sigmoid, 2.5, Sigmoid, Elementwise.Sigmoid, 2.5, BigNumber.Sigmoid),
        ["Softplus"] = new(Elementwise.Softplus, 2, Softplus, Elementwise.Softplus, 2, BigNumber.Softplus),
        ["Tanh"] = new(Elementwise.Tanh, 3, double.Tanh, Elementwise.Tanh, 3, BigNumber.Tanh),
    };

    /// <summary>Units in the last place of the right result that a float is off; infinity represents 2^128 and more.</summary>
    /// <param name="expected">Computed in double: right to a billionth of a float's unit.</param>
    public static double Ulps(double expected, float actual)
    {
        if (double.IsNaN(expected) || double.IsNaN(actual))
        {
            return double.IsNaN(expected) && double.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        const double Beyond = 340282366920938463463374607431768211456.0;
        var difference = double.Clamp(expected, -Beyond, Beyond) - double.Clamp(actual, -Beyond, Beyond);
        var exponent = expected == 0 ? -127 : double.ILogB(double.Clamp(expected, -float.MaxValue, float.MaxValue));
        return double.Abs(difference) / double.ScaleB(1, int.Max(exponent - 23, -149));
    }

    // double.LogP1 is only log(x + 1); the quotient corrects the rounding of the sum.
    private static double Log1p(double x)
    {
        var u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(u) ? x : double.Log(u) * (x / (u - 1));
    }

    private static double Sigmoid(double x)
    {
        var e = double.Exp(-double.Abs(x));
        return (x > 0 ? 1 : e) / (1 + e);
    }

    private static double Softplus(double x) => double.Max(x, 0) + Log1p(double.Exp(-double.Abs(x)));
}
