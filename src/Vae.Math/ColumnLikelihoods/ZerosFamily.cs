using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>A number that may be zero with a probability of its own: the logit a of a zero, then the outputs of the number's
/// family. x is minus infinity where the number is zero.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>The point estimate is the median. Up to 64 draws a loss allocates nothing.
/// Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class ZerosFamily<T>(INumberFamily<T> others) : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DrawsOnStack = 64;

    /// <inheritdoc/>
    public int Outputs => 1 + others.Outputs;

    /// <inheritdoc/>
    public string Formula => $"softplus(-a) at zero, else softplus(a) + {others.Formula}";

    /// <inheritdoc/>
    public string Range => $"{others.Range} or minus infinity";

    /// <inheritdoc/>
    public bool Accepts(T x) => T.IsNegativeInfinity(x) || others.Accepts(x);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        var draws = x.Length;
        var numbers = draws <= DrawsOnStack ? stackalloc T[draws] : new T[draws];
        for (var j = 0; j < draws; j++)
        {
            numbers[j] = T.IsNegativeInfinity(x[j]) ? T.Zero : x[j];
        }

        var inner = gradient.IsEmpty ? gradient : gradient[draws..];
        others.Loss(outputs[draws..], numbers, loss, inner);
        for (var row = 0; row < inner.Length; row += draws)
        {
            var clearing = new ClearLoop(x, inner.Slice(row, draws));
            SimdLoop.Run<ClearLoop, T>(ref clearing, draws);
        }

        var loop = new LossLoop(outputs, x, loss, gradient);
        SimdLoop.Run<LossLoop, T>(ref loop, draws);
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var draws = weights.Length;
        var zero = 0.0;
        for (var j = 0; j < draws; j++)
        {
            zero += weights[j] * ProbabilityOfZero(outputs[j]);       // P(zero) = sum of w sigmoid(a)
        }

        if (zero >= 0.5 || double.IsNaN(zero))
        {
            return double.IsNaN(zero) ? double.NaN : double.NegativeInfinity;
        }

        var rest = draws <= DrawsOnStack ? stackalloc double[draws] : new double[draws];
        for (var j = 0; j < draws; j++)
        {
            rest[j] = weights[j] * (1 - ProbabilityOfZero(outputs[j])) / (1 - zero);
        }

        // P(zero) + (1 - P(zero)) F(x) = 1/2
        return others.Quantile(outputs[draws..], rest, (0.5 - zero) / (1 - zero));
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        var zero = ProbabilityOfZero(outputs[0]);
        var isZero = random.Uniform() < zero;
        return double.IsNaN(zero) ? zero : isZero ? double.NegativeInfinity : others.Draw(outputs[1..], ref random);
    }

    /// <inheritdoc/>
    /// <remarks>Half a zero and half another number are added to what was counted, so that the logit is finite.</remarks>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        outputs.Clear();
        double[] numbers = [.. values.ToArray().Where(double.IsFinite)];
        outputs[0] = double.Log((values.Length - numbers.Length + 0.5) / (numbers.Length + 0.5));
        others.Start(numbers, outputs[1..]);
    }

    private static double ProbabilityOfZero(T logit)
        => SimdElementary<Scalar<double>, double, double>.Sigmoid(double.CreateTruncating(logit));

    // The terms of the logit: the number's loss is there already.
    private readonly ref struct LossLoop(ReadOnlySpan<T> logits, ReadOnlySpan<T> targets, Span<T> loss, Span<T> gradient)
        : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _logits = logits;
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _loss = loss;
        private readonly Span<T> _gradient = gradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            TVector zero = TSimd.Broadcast(T.Zero), one = TSimd.Broadcast(T.One);
            var lowest = SimdPolynomial<TSimd, TVector, T>.Constant(float.MinValue, double.MinValue);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var a = TSimd.Load(in _logits[i]);
                var x = TSimd.Load(in _targets[i]);
                var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(a);
                var signed = TSimd.WhereLess(x, lowest, TSimd.Subtract(zero, a), a);
                var softplus = TSimd.Add(
                    TSimd.AtLeast(signed, zero), SimdElementary<TSimd, TVector, T>.Log1pOfFraction(e));
                // L = softplus(-a) at zero, else softplus(a) + L'
                var number = TSimd.WhereLess(x, lowest, zero, TSimd.Load(in _loss[i]));
                TSimd.Store(TSimd.Add(softplus, number), ref _loss[i]);
                if (!_gradient.IsEmpty)
                {
                    // sigmoid of a, or of -a with its sign turned: what is near 0 keeps its digits
                    var sigmoid = TSimd.Divide(TSimd.WherePositive(signed, one, e), TSimd.Add(one, e));
                    var da = TSimd.WhereLess(x, lowest, TSimd.Subtract(zero, sigmoid), sigmoid);
                    TSimd.Store(da, ref _gradient[i]);                // da = sigmoid(a) - [x is zero]
                }
            }

            return i;
        }
    }

    // A zero says nothing of the number: its gradient is 0.
    private readonly ref struct ClearLoop(ReadOnlySpan<T> targets, Span<T> gradient) : ISimdLoop<T>
    {
        private readonly ReadOnlySpan<T> _targets = targets;
        private readonly Span<T> _gradient = gradient;

        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var zero = TSimd.Broadcast(T.Zero);
            var lowest = SimdPolynomial<TSimd, TVector, T>.Constant(float.MinValue, double.MinValue);
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var d = TSimd.Load(in _gradient[i]);
                TSimd.Store(TSimd.WhereLess(TSimd.Load(in _targets[i]), lowest, zero, d), ref _gradient[i]);
            }

            return i;
        }
    }
}
