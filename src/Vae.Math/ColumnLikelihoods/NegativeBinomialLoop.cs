using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The loss of a negative binomial with mean <c>mu = e^o</c> and size <c>r = e^rho</c>, and its gradient, in double.
/// Derivation: docs/derivations.md, Likelihoods of a table's columns.</summary>
/// <remarks>
/// <para>From r = 8 on Stirling's formula is put into the loss by hand: the large terms cancel on paper, and the rest tends to
/// the Poisson's loss term by term, however large r is. Below, x + r and r are shifted up by 8 first. At r = 8 the two agree
/// to 1e-13 of the larger of 1 and the loss.</para>
/// <para>Logarithms of ratios are <c>log(1 + y)</c> of a difference, divided: near x = mu they keep their digits.</para>
/// </remarks>
internal readonly ref struct NegativeBinomialLoop(NegativeBinomialTerms terms) : ISimdLoop<double>
{
    private const double SeriesBelow = 0.25;
    private readonly NegativeBinomialTerms _terms = terms;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        var i = start;
        for (; i <= end - TSimd.Count; i += TSimd.Count)
        {
            var entry = new Entry<TSimd, TVector>(in _terms, i);
            var eight = TSimd.Broadcast(SimdSpecial<TSimd, TVector>.Least);
            var small = TSimd.Sum(TSimd.WhereLess(entry.R, eight, TSimd.Broadcast(1), TSimd.Broadcast(0)));
            var (loss, slope) = small == 0 ? Large(entry) : Small(entry);
            if (small > 0 && small < TSimd.Count)
            {
                var (largeLoss, largeSlope) = Large(entry);
                loss = TSimd.WhereLess(entry.R, eight, loss, largeLoss);
                slope = TSimd.WhereLess(entry.R, eight, slope, largeSlope);
            }

            TSimd.Store(loss, ref _terms.Loss[i]);
            if (!_terms.RhoGradient.IsEmpty)
            {
                var share = TSimd.Divide(entry.R, entry.Sum);         // r / (r + mu)
                var minus = TSimd.Subtract(entry.Mu, entry.X);
                TSimd.Store(TSimd.Multiply(minus, share), ref _terms.OGradient[i]); // do = (mu - x) r / (r + mu)
                TSimd.Store(slope, ref _terms.RhoGradient[i]);
            }
        }

        return i;
    }

    // For r of 8 and above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Loss, TVector Slope) Large<TSimd, TVector>(in Entry<TSimd, TVector> e)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        var half = TSimd.Broadcast(0.5);
        var rest = e.RestDifference(e.R, out var restSlope);
        var xr = TSimd.Add(e.X, e.R);

        var low = TSimd.Add(e.R, TSimd.AtMost(e.Mu, e.X));
        var distance = TSimd.Abs(e.Difference);
        var q = TSimd.CopySign(Log1p<TSimd, TVector>(TSimd.Divide(distance, low)), e.Difference); // q = log((r + x) / (r + mu))
        var p = TSimd.WhereLess(
            distance, TSimd.Multiply(half, e.X), Log1p<TSimd, TVector>(TSimd.Divide(e.Difference, e.Mu)),
            TSimd.Subtract(e.LogX, e.O));                             // p = log(x / mu)
        var spread = Log1p<TSimd, TVector>(TSimd.Divide(e.X, e.R));

        // L = log x! - x log x + x + x p - (r + x) q + log(1 + x/r) / 2 - (d(x + r) - d(r))
        var loss = TSimd.Add(
            e.Rest, TSimd.Subtract(TSimd.Subtract(TSimd.Multiply(e.X, p), TSimd.Multiply(xr, q)), rest));
        loss = TSimd.MultiplyAdd(spread, half, loss);

        // drho = r (t - q) - x / (2 (x + r)) - r (d'(x + r) - d'(r)), t = (x - mu) / (r + mu), q = log(1 + t)
        var slope = TSimd.Subtract(Excess<TSimd, TVector>(e.T, q), restSlope);
        var fraction = TSimd.Divide(TSimd.Multiply(half, e.X), xr);
        return (loss, TSimd.Subtract(TSimd.Multiply(e.R, slope), fraction));
    }

    // For r below 8, with R = r + 8.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Loss, TVector Slope) Small<TSimd, TVector>(in Entry<TSimd, TVector> e)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        TVector half = TSimd.Broadcast(0.5), zero = TSimd.Broadcast(0);
        var shifted = TSimd.Add(e.R, TSimd.Broadcast(SimdSpecial<TSimd, TVector>.Least));
        var rest = e.RestDifference(shifted, out var restSlope);

        var d = TSimd.Subtract(e.O, e.Rho);
        var tail = SimdElementary<TSimd, TVector, double>.Log1pOfFraction(SimdElementary<TSimd, TVector, double>.ExpMinusAbs(d));
        var up = TSimd.Add(TSimd.AtLeast(d, zero), tail);             // softplus(o - rho)
        var down = TSimd.Add(TSimd.AtLeast(TSimd.Subtract(zero, d), zero), tail); // softplus(rho - o)

        // log of x + r, ..., x + r + 7 over r, ..., r + 7; 0 at x = 0, however small r is
        var xr = TSimd.Add(e.X, e.R);
        var above = TSimd.Multiply(xr, SimdSpecial<TSimd, TVector>.RisingRest(xr));
        var ratio = SimdElementary<TSimd, TVector, double>.Log(
            TSimd.Divide(above, SimdSpecial<TSimd, TVector>.RisingRest(e.R)));
        ratio = TSimd.WhereLess(e.X, half, zero, TSimd.Subtract(ratio, e.Rho));

        var spread = Log1p<TSimd, TVector>(TSimd.Divide(e.X, shifted));
        var narrow = Log1p<TSimd, TVector>(TSimd.Divide(shifted, TSimd.AtLeast(e.X, TSimd.Broadcast(1))));

        // L = log x! - x log x + x - x log(1 + R/x) - (R - 1/2) log(1 + x/R) - (d(x + R) - d(R)) + ratio
        //     + r softplus(o - rho) + x softplus(rho - o)
        var loss = TSimd.Add(TSimd.Subtract(e.Rest, rest), ratio);
        loss = TSimd.MultiplyAdd(e.X, TSimd.Subtract(down, narrow), loss);
        loss = TSimd.Subtract(loss, TSimd.Multiply(TSimd.Subtract(shifted, half), spread));
        loss = TSimd.MultiplyAdd(e.R, up, loss);

        // drho = r [psi(r) - psi(x + r) + softplus(o - rho) + (x - mu) / (r + mu)],
        // psi(r) - psi(x + r) = psi(R) - psi(x + R) - sums
        var sums = TSimd.Subtract(
            SimdSpecial<TSimd, TVector>.ReciprocalSum(e.R), SimdSpecial<TSimd, TVector>.ReciprocalSum(xr));
        var twice = TSimd.Multiply(shifted, TSimd.Add(e.X, shifted));
        var psi = TSimd.Add(spread, TSimd.Add(TSimd.Divide(TSimd.Multiply(half, e.X), twice), TSimd.Add(restSlope, sums)));
        return (loss, TSimd.Multiply(e.R, TSimd.Subtract(TSimd.Add(up, e.T), psi)));
    }

    // t - log(1 + t) without cancellation: with s = t / (2 + t) and z = s^2 it is 2 s^2 / (1 - s) - 2 s^3 (1/3 + z/5 + ...).
    // For |t| below 1/4, z is below 1/49 and the first omitted term below 1e-17 of the result.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Excess<TSimd, TVector>(TVector t, TVector log)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        TVector one = TSimd.Broadcast(1), two = TSimd.Broadcast(2);
        var s = TSimd.Divide(t, TSimd.Add(t, two));
        var z = TSimd.Multiply(s, s);
        var atanh = SimdPolynomial<TSimd, TVector, double>.At(
            z, 1.0 / 3, 1.0 / 5, 1.0 / 7, 1.0 / 9, 1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23);
        var series = TSimd.Subtract(TSimd.Divide(one, TSimd.Subtract(one, s)), TSimd.Multiply(s, atanh));
        series = TSimd.Multiply(TSimd.Multiply(two, z), series);
        return TSimd.WhereLess(TSimd.Abs(t), TSimd.Broadcast(SeriesBelow), series, TSimd.Subtract(t, log));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Log1p<TSimd, TVector>(TVector y)
        where TSimd : ISimd<TVector, double>
        where TVector : struct
        => SimdElementary<TSimd, TVector, double>.Log1p(y);

    // The numbers of a vector of draws that both formulas need.
    private readonly struct Entry<TSimd, TVector>
        where TSimd : ISimd<TVector, double>
        where TVector : struct
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Entry(in NegativeBinomialTerms terms, int i)
        {
            var most = TSimd.Broadcast(Counts.MostLog);
            O = TSimd.AtMost(TSimd.Load(in terms.O[i]), most);
            Rho = TSimd.AtMost(TSimd.Load(in terms.Rho[i]), most);
            X = TSimd.Load(in terms.X[i]);
            LogX = TSimd.Load(in terms.LogX[i]);
            Rest = TSimd.Load(in terms.Rest[i]);
            Mu = SimdElementary<TSimd, TVector, double>.Exp(O);       // mu = e^o
            R = SimdElementary<TSimd, TVector, double>.Exp(TSimd.AtLeast(Rho, TSimd.Broadcast(-Counts.MostLog))); // r = e^rho
            Sum = TSimd.Add(R, Mu);
            Difference = TSimd.Subtract(X, Mu);
            T = TSimd.Divide(Difference, Sum);                        // t = (x - mu) / (r + mu)
        }

        public TVector O { get; }

        public TVector Rho { get; }

        public TVector X { get; }

        public TVector LogX { get; }

        /// <summary>log x! - x log x + x.</summary>
        public TVector Rest { get; }

        public TVector Mu { get; }

        public TVector R { get; }

        public TVector Sum { get; }

        public TVector Difference { get; }

        public TVector T { get; }

        /// <summary>d(x + z) - d(z), the difference of Stirling's rests, and its derivative by z.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector RestDifference(TVector z, out TVector slope)
        {
            var above = SimdSpecial<TSimd, TVector>.StirlingRest(TSimd.Add(X, z), out var aboveSlope);
            var below = SimdSpecial<TSimd, TVector>.StirlingRest(z, out var belowSlope);
            slope = TSimd.Subtract(aboveSlope, belowSlope);
            return TSimd.Subtract(above, below);
        }
    }
}

/// <summary>The spans of <see cref="NegativeBinomialLoop"/>, a number for each draw.</summary>
internal readonly ref struct NegativeBinomialTerms
{
    public ReadOnlySpan<double> O { get; init; }

    public ReadOnlySpan<double> Rho { get; init; }

    public ReadOnlySpan<double> X { get; init; }

    /// <summary>log x, 0 at 0; see <see cref="Counts.Terms"/>.</summary>
    public ReadOnlySpan<double> LogX { get; init; }

    /// <summary>log x! - x log x + x.</summary>
    public ReadOnlySpan<double> Rest { get; init; }

    /// <summary>L; overwritten.</summary>
    public Span<double> Loss { get; init; }

    /// <summary>do; overwritten, unless <see cref="RhoGradient"/> is empty.</summary>
    public Span<double> OGradient { get; init; }

    /// <summary>drho; overwritten, unless it is empty.</summary>
    public Span<double> RhoGradient { get; init; }
}
