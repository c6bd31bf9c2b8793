using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The norm of all gradients together, and the factor by which clipping shortens them.</summary>
/// <remarks>Source: Pascanu, Mikolov and Bengio 2012, "On the difficulty of training recurrent neural networks", algorithm 1, in
/// the form of torch.nn.utils.clip_grad_norm_. Formulas: docs/derivations.md, Adam.</remarks>
internal static class GradientNorm
{
    // The number of partial sums, each of every 32nd square. It is the same for every width of vector, so the bits do not
    // depend on the width.
    private const int Lanes = 32;
    private const int Chunk = 16 * Lanes;
    private const int MostParts = 256;

    /// <summary>Computes the Euclidean norm of all gradients as of one long vector, in double whatever T is.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="parameters">The parameters with the gradients.</param>
    /// <param name="team">The threads to use; the result's bits depend neither on their number nor on
    /// the width of vectors.</param>
    /// <returns>The norm; NaN or infinite where a gradient is, and infinite where a square is too large for a double.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> or <paramref name="team"/> is null.</exception>
    public static double Of<T>(IReadOnlyList<Parameter<T>> parameters, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(team);
        Span<double> sums = stackalloc double[MostParts];
        var total = 0.0;
        for (var i = 0; i < parameters.Count; i++)
        {
            var left = (ReadOnlySpan<T>)parameters[i].Gradient.AsSpan();
            while (left.Length > 0)
            {
                var taken = left[..int.Min(left.Length, MostParts * SimdLoop.PartLength)];
                var parts = SimdLoop.Parts(taken.Length, SimdLoop.PartLength);
                team.Run(new SumOfSquares<T>(taken, sums), parts);
                total += Sum(sums[..parts]);
                left = left[taken.Length..];
            }
        }

        return double.Sqrt(total);
    }

    /// <summary>The factor on the gradients that makes their norm at most the wanted one:
    /// <c>min(1, clip / (norm + 1e-6))</c>, as in torch.nn.utils.clip_grad_norm_.</summary>
    /// <param name="norm">The norm of the gradients.</param>
    /// <param name="clipNorm">The largest norm that is wanted; above 0.</param>
    /// <returns>Above 0, at most 1; NaN where the norm is NaN or infinite, since no factor corrects that.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="clipNorm"/> is not a finite number above 0.</exception>
    public static double ClipFactor(double norm, double clipNorm)
    {
        if (!(clipNorm > 0 && double.IsFinite(clipNorm)))
        {
            throw new ArgumentOutOfRangeException(nameof(clipNorm), clipNorm, "Must be a finite number above 0.");
        }

        return double.IsFinite(norm) ? double.Min(1, clipNorm / (norm + 1e-6)) : double.NaN; // min(1, c / (|g| + 1e-6))
    }

    // Adds the terms in order.
    private static double Sum(ReadOnlySpan<double> terms)
    {
        var sum = 0.0;
        foreach (var term in terms)
        {
            sum += term;
        }

        return sum;
    }

    private readonly ref struct SumOfSquares<T>(ReadOnlySpan<T> gradient, Span<double> sums) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _gradient = gradient;
        private readonly Span<double> _sums = sums;

        public void DoPart(int part)
        {
            Span<double> lanes = stackalloc double[Lanes];
            Span<double> wide = stackalloc double[Chunk];
            lanes.Clear();
            var start = part * SimdLoop.PartLength;
            for (var left = _gradient.Slice(start, int.Min(SimdLoop.PartLength, _gradient.Length - start)); left.Length > 0;)
            {
                var length = int.Min(Chunk, left.Length);
                TensorPrimitives.ConvertTruncating(left[..length], wide);
                wide[length..].Clear();                               // the square of 0 changes no sum
                var loop = new SquareLoop(wide, lanes);
                SimdLoop.Run<SquareLoop, double>(ref loop, Lanes);
                left = left[length..];
            }

            _sums[part] = Sum(lanes);
        }
    }

    // Treats the chunk as a matrix of 32 rows, each with a sum of its own.
    private readonly ref struct SquareLoop(ReadOnlySpan<double> values, Span<double> lanes) : ISimdLoop<double>
    {
        private readonly ReadOnlySpan<double> _values = values;
        private readonly Span<double> _lanes = lanes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, double>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - (4 * TSimd.Count); i += 4 * TSimd.Count) // four chains, as a multiply-add waits for the one before
            {
                var s0 = TSimd.Load(in _lanes[i]);
                var s1 = TSimd.Load(in _lanes[i + TSimd.Count]);
                var s2 = TSimd.Load(in _lanes[i + (2 * TSimd.Count)]);
                var s3 = TSimd.Load(in _lanes[i + (3 * TSimd.Count)]);
                for (var at = i; at < Chunk; at += Lanes)
                {
                    var g0 = TSimd.Load(in _values[at]);
                    var g1 = TSimd.Load(in _values[at + TSimd.Count]);
                    var g2 = TSimd.Load(in _values[at + (2 * TSimd.Count)]);
                    var g3 = TSimd.Load(in _values[at + (3 * TSimd.Count)]);
                    s0 = TSimd.MultiplyAdd(g0, g0, s0);               // s += g^2
                    s1 = TSimd.MultiplyAdd(g1, g1, s1);
                    s2 = TSimd.MultiplyAdd(g2, g2, s2);
                    s3 = TSimd.MultiplyAdd(g3, g3, s3);
                }

                TSimd.Store(s0, ref _lanes[i]);
                TSimd.Store(s1, ref _lanes[i + TSimd.Count]);
                TSimd.Store(s2, ref _lanes[i + (2 * TSimd.Count)]);
                TSimd.Store(s3, ref _lanes[i + (3 * TSimd.Count)]);
            }

            return i;
        }
    }
}
