namespace Vae.Math;

/// <summary>The logistic function and its relatives of one number, in double, without overflow.</summary>
internal static class Logistic
{
    /// <summary>s(x) = 1 / (1 + exp(-x)).</summary>
    public static double Of(double x) => SimdElementary<Scalar<double>, double, double>.Sigmoid(x);

    /// <summary>softplus(x) = log(1 + exp(x)).</summary>
    public static double Softplus(double x) => SimdElementary<Scalar<double>, double, double>.Softplus(x);

    /// <summary>The x whose softplus is a number above 0: <c>log(exp(y) - 1) = y + log(1 - exp(-y))</c>.</summary>
    public static double InverseSoftplus(double y)
        => y + double.Log(SimdElementary<Scalar<double>, double, double>.OneMinusExpMinus(y));

    /// <summary>The x whose s(x) is p, <c>log(p / (1 - p))</c>.</summary>
    public static double Logit(double p) => double.Log(p / (1 - p));
}
