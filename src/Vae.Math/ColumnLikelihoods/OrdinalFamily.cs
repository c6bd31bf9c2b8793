using System.Buffers;
using System.Numerics;

namespace Vae.Math;

/// <summary>A distribution over ordered levels: <c>P(level at most k) = s(theta_k - eta)</c>, with thresholds that rise. The
/// outputs are eta, then a raw number for each threshold: <c>theta_0 = raw_0</c>,
/// <c>theta_k = theta_(k-1) + 1e-6 + softplus(raw_k)</c>. The least gap of 1e-6 keeps every probability above 0.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="levels">The number of levels, at least 2.</param>
/// <remarks>Computed in double: a float loses the gap of two thresholds beside their sum. Source: McCullagh 1980, "Regression
/// models for ordinal data". Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class OrdinalFamily<T>(int levels) : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DrawsAtOnce = 64;
    private const double PriorCount = 0.5;                            // of each level: no threshold is infinite

    /// <inheritdoc/>
    public int Outputs => levels;

    /// <inheritdoc/>
    public string Formula => "-log(s(theta_x - eta) - s(theta_(x-1) - eta)), s the logistic function";

    /// <inheritdoc/>
    public string Range => Levels.Range(levels);

    /// <inheritdoc/>
    public bool Accepts(T x) => Levels.Accepts(x, levels);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        Span<double> scratch = stackalloc double[OrdinalRows.Count * DrawsAtOnce];
        for (var first = 0; first < x.Length; first += DrawsAtOnce)
        {
            var count = int.Min(DrawsAtOnce, x.Length - first);
            var rows = new OrdinalRows(new ScratchRows(scratch, count));
            scratch.Clear();
            Counts.Read(outputs.Slice(first, count), rows.Eta);
            Counts.Read(x.Slice(first, count), rows.X);
            for (var k = 0; k < levels - 1; k++)
            {
                Counts.Read(outputs.Slice(((k + 1) * x.Length) + first, count), rows.Raw);
                var step = new ThresholdLoop(rows, k);
                SimdLoop.Run<ThresholdLoop, double>(ref step, count);
            }

            var losses = new OrdinalLoop(rows, levels);
            SimdLoop.Run<OrdinalLoop, double>(ref losses, count);
            Counts.Write<T>(rows.Loss, loss.Slice(first, count));
            if (!gradient.IsEmpty)
            {
                Gradients(outputs, gradient, first, rows);
            }
        }
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var draws = weights.Length;
        var rented = ArrayPool<double>.Shared.Rent(draws);
        var theta = rented.AsSpan(0, draws);
        theta.Clear();
        double level = 0, below = 0;
        for (; level < levels - 1; level++)
        {
            below = 0;
            var row = ((int)level + 1) * draws;
            for (var j = 0; j < draws; j++)
            {
                theta[j] += Step((int)level, outputs[row + j]);
                below += weights[j] * Logistic.Of(theta[j] - double.CreateTruncating(outputs[j])); // sum of w s(theta - eta)
            }

            if (!(below < 0.5))
            {
                break;                                                // half of the probability, or NaN
            }
        }

        ArrayPool<double>.Shared.Return(rented);
        return double.IsNaN(below) ? below : level;
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        var u = random.Uniform();
        double eta = double.CreateTruncating(outputs[0]), theta = 0;
        for (var k = 0; k < levels - 1; k++)
        {
            theta += Step(k, outputs[k + 1]);
            var below = Logistic.Of(theta - eta);
            if (!(u >= below))
            {
                return double.IsNaN(below) ? below : k;
            }
        }

        return levels - 1;
    }

    /// <inheritdoc/>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        outputs.Fill(PriorCount);
        foreach (var value in values)
        {
            outputs[(int)value]++;                                    // how often each level is there
        }

        double below = 0, before = 0;
        var all = values.Length + (PriorCount * levels);
        var own = outputs[0];
        outputs[0] = 0;                                               // eta
        for (var k = 0; k < levels - 1; k++)
        {
            below += own;
            own = outputs[k + 1];
            var theta = double.Log(below / (all - below));            // s(theta) = the frequency of level k and below
            var gap = double.Max(theta - before - OrdinalRows.LeastGap, OrdinalRows.LeastGap);
            outputs[k + 1] = k == 0 ? theta : Logistic.InverseSoftplus(gap);
            before = k == 0 ? theta : before + gap + OrdinalRows.LeastGap;
        }
    }

    private static double Step(int k, T raw)
        => k == 0
            ? double.CreateTruncating(raw)
            : OrdinalRows.LeastGap + Logistic.Softplus(double.CreateTruncating(raw));

    private void Gradients(ReadOnlySpan<T> outputs, Span<T> gradient, int first, OrdinalRows rows)
    {
        var (draws, count) = (outputs.Length / levels, rows.X.Length);
        Counts.Write<T>(rows.EtaGradient, gradient.Slice(first, count));
        for (var k = 0; k < levels - 1; k++)
        {
            var place = ((k + 1) * draws) + first;
            Counts.Read(outputs.Slice(place, count), rows.Raw);
            var loop = new ThresholdGradientLoop(rows, k);
            SimdLoop.Run<ThresholdGradientLoop, double>(ref loop, count);
            Counts.Write<T>(rows.Raw, gradient.Slice(place, count));
        }
    }
}
