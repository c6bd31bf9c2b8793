using System.Numerics;

namespace Vae.Math.Tests;

/// <summary>A number <c>mantissa 2^exponent</c> of 256 bits: the reference for the elementary functions in double.</summary>
/// <remarks>Slow and simple; every step is right to 2^-250 or so, so that 2^-200 of a result can be relied on.</remarks>
internal readonly record struct BigNumber(BigInteger Mantissa, int Exponent)
{
    private const int Precision = 256;

    private static readonly BigNumber One = From(1);

    // ln 2 = 2 atanh(1/3) = 2 (1/3 + 1/(3 27) + 1/(5 243) + ...)
    private static readonly BigNumber Ln2 = Sum(k => From(2) / (From((2 * k) + 1) * Power(From(3), (2 * k) + 1)));

    // The whole part of the logarithm to the base 2.
    private int Magnitude => (int)Mantissa.GetBitLength() - 1 + Exponent;

    public static BigNumber From(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var field = (int)((bits >> 52) & 0x7FF);
        var fraction = bits & 0xF_FFFF_FFFF_FFFF;
        var mantissa = field == 0 ? fraction : fraction | (1L << 52);
        return new BigNumber(value < 0 ? -mantissa : mantissa, int.Max(field, 1) - 1075);
    }

    public static BigNumber operator +(BigNumber a, BigNumber b)
    {
        var exponent = int.Min(a.Exponent, b.Exponent);
        return new BigNumber((a.Mantissa << (a.Exponent - exponent)) + (b.Mantissa << (b.Exponent - exponent)), exponent).Cut();
    }

    public static BigNumber operator -(BigNumber a) => new(-a.Mantissa, a.Exponent);

    public static BigNumber operator -(BigNumber a, BigNumber b) => a + -b;

    public static BigNumber operator *(BigNumber a, BigNumber b)
        => new BigNumber(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent).Cut();

    public static BigNumber operator /(BigNumber a, BigNumber b)
    {
        var places = int.Max(0, Precision + (int)b.Mantissa.GetBitLength() - (int)a.Mantissa.GetBitLength());
        return new BigNumber((a.Mantissa << places) / b.Mantissa, a.Exponent - b.Exponent - places).Cut();
    }

    // exp(-2000) is nothing even beside the smallest double, and numbers beyond it would only be longer.
    public static BigNumber Exp(double x) => Exp(From(double.Max(x, -2000)));

    public static BigNumber Log(double x) => LogFrom(double.Log(x), From(x));

    public static BigNumber Log1p(double x) => Log1p(From(x), x);

    public static BigNumber Sigmoid(double x)
    {
        var e = Exp(-double.Abs(x));
        return (x > 0 ? One : e) / (One + e);
    }

    public static BigNumber Softplus(double x)
    {
        var log = Log1p(Exp(-double.Abs(x)), double.Exp(-double.Abs(x)));
        return x > 0 ? From(x) + log : log;
    }

    public static BigNumber Tanh(double x)
    {
        var a = From(double.Clamp(x, -1000, 1000));                   // so far out it is 1 to 800 digits
        if (double.Abs(x) < 1e-12)
        {
            return a - (a * a * a / From(3));                         // the next term is 1e-48 of it
        }

        var e = Exp(a + a);
        return (e - One) / (e + One);
    }

    /// <summary>How far a result is from this, in units of the last place that a double has here.</summary>
    public double Ulps(double actual)
    {
        var unit = int.Max(Magnitude - 52, -1074);
        if (Mantissa.IsZero || double.IsInfinity(actual))             // infinity represents 2^1024 and everything beyond
        {
            return Mantissa.IsZero ? double.Abs(actual) / double.Epsilon
                : Magnitude >= 1024 ? 0
                : (new BigNumber(1, 1024) - this).Ratio(unit);
        }

        return double.Abs((From(actual) - this).Ratio(unit));
    }

    // x = n ln 2 + r, exp(x) = 2^n (1 + r + r^2 / 2! + ...).
    private static BigNumber Exp(BigNumber x)
    {
        var n = (int)double.Round(x.Ratio(0) / double.Log(2));
        var r = x - (From(n) * Ln2);
        var term = One;
        var sum = Sum(k => term = k == 0 ? term : term * r / From(k));
        return sum with { Exponent = sum.Exponent + n };
    }

    // A step of Halley's from a guess with a relative error of 1e-16 leaves the cube of that.
    private static BigNumber LogFrom(double guess, BigNumber x)
    {
        var e = Exp(guess);
        return From(guess) + (From(2) * (x - e) / (x + e));
    }

    private static BigNumber Log1p(BigNumber x, double near)
    {
        if (double.Abs(near) < 1e-20)
        {
            return x - (x * x / From(2)) + (x * x * x / From(3));     // the next term is 1e-60 of it
        }

        var u = 1 + near;
        return LogFrom(u == 1 ? near : double.Log(u) * (near / (u - 1)), One + x); // the quotient corrects the rounding of u
    }

    private static BigNumber Sum(Func<int, BigNumber> term)
    {
        var (sum, next) = (term(0), term(1));
        for (var k = 2; !next.Mantissa.IsZero && next.Magnitude > sum.Magnitude - Precision; k++)
        {
            sum += next;
            next = term(k);
        }

        return sum;
    }

    private static BigNumber Power(BigNumber x, int n) => n == 1 ? x : x * Power(x, n - 1);

    private double Ratio(int unit)
    {
        var few = int.Max(0, (int)Mantissa.GetBitLength() - 60);
        return double.ScaleB((double)(Mantissa >> few), Exponent + few - unit);
    }

    private BigNumber Cut()
    {
        var surplus = (int)Mantissa.GetBitLength() - Precision;
        return surplus > 0 ? new BigNumber(Mantissa >> surplus, Exponent + surplus) : this;
    }
}
