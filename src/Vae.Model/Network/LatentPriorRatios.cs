using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>The density of a <see cref="LatentPrior{T}"/> at many draws of z, on vectors of draws, in double.</summary>
internal static class LatentPriorRatios
{
    private const int DrawsAtOnce = 64;                               // their rows of z and y stay in the nearest cache

    /// <summary>Adds <c>log p(z) - log N(z; 0, I)</c> of each draw, nats. A draw's number does not depend on its
    /// neighbours.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="prior">The prior, fitted.</param>
    /// <param name="latent">z, latents x draws.</param>
    /// <param name="sums">A number for each draw; added to.</param>
    public static void Add<T>(LatentPrior<T> prior, Matrix<T> latent, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (latents, components) = (latent.RowCount, prior.LogShares.Value.RowCount);
        var inComponent = 1 + latents + (latents * latents);
        var inParameters = components * inComponent;
        var rented = ArrayPool<double>.Shared.Rent(inParameters + (DrawsAtOnce * ((2 * latents) + components)));
        var parameters = rented.AsSpan(0, inParameters);
        var z = rented.AsSpan(inParameters, latents * DrawsAtOnce);
        var rest = rented.AsSpan(inParameters + z.Length);
        for (var component = 0; component < components; component++)
        {
            Read(prior, component, parameters.Slice(component * inComponent, inComponent));
        }

        for (var first = 0; first < latent.ColumnCount; first += DrawsAtOnce)
        {
            var some = int.Min(DrawsAtOnce, latent.ColumnCount - first);
            for (var draw = 0; draw < some; draw++)
            {
                var column = latent.ColumnSpan(first + draw);
                for (var row = 0; row < column.Length; row++)
                {
                    z[(row * DrawsAtOnce) + draw] = double.CreateTruncating(column[row]);
                }
            }

            var loop = new RatioLoop(parameters, inComponent, z, rest, sums.Slice(first, some), latents, components);
            SimdLoop.Run<RatioLoop, double>(ref loop, some);
        }

        ArrayPool<double>.Shared.Return(rented);
    }

    // A component's log share - log|C|, its mean, and its factor, whose diagonal becomes reciprocals.
    private static void Read<T>(LatentPrior<T> prior, int component, Span<double> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> mean = prior.Means.Value.ColumnSpan(component), factor = prior.Factors.Value.ColumnSpan(component);
        to[0] = double.CreateTruncating(prior.LogShares.Value[component, 0]);
        for (var row = 0; row < mean.Length; row++)
        {
            to[1 + row] = double.CreateTruncating(mean[row]);
        }

        for (var place = 0; place < factor.Length; place++)
        {
            var value = double.CreateTruncating(factor[place]);
            var isDiagonal = place % (mean.Length + 1) == 0;
            to[0] -= isDiagonal ? double.Log(value) : 0;
            to[1 + mean.Length + place] = isDiagonal ? 1 / value : value;
        }
    }

    private readonly ref struct RatioLoop(
        ReadOnlySpan<double> parameters, int inComponent, ReadOnlySpan<double> z, Span<double> rest, Span<double> sums,
        int latents, int components) : ISimdLoop<double>
    {
        private readonly ReadOnlySpan<double> _parameters = parameters;
        private readonly ReadOnlySpan<double> _z = z;
        private readonly Span<double> _y = rest[..(latents * DrawsAtOnce)];
        private readonly Span<double> _terms = rest[(latents * DrawsAtOnce)..];
        private readonly Span<double> _sums = sums;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, double>
            where TVector : struct
        {
            var (half, zero) = (TSimd.Broadcast(0.5), TSimd.Broadcast(0));
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var largest = TSimd.Broadcast(double.NegativeInfinity);
                for (var component = 0; component < components; component++)
                {
                    var square = Square<TSimd, TVector>(_parameters.Slice(component * inComponent, inComponent), i);
                    var constant = TSimd.Broadcast(_parameters[component * inComponent]);
                    var term = TSimd.Subtract(constant, TSimd.Multiply(half, square)); // log share - log|C| - |y|^2 / 2
                    TSimd.Store(term, ref _terms[(component * DrawsAtOnce) + i]);
                    largest = TSimd.Max(largest, term);
                }

                var (sum, standard) = (zero, zero);
                for (var component = 0; component < components; component++)
                {
                    var term = TSimd.Load(in _terms[(component * DrawsAtOnce) + i]);
                    var e = SimdElementary<TSimd, TVector, double>.ExpMinusAbs(TSimd.Subtract(term, largest));
                    sum = TSimd.Add(sum, e);
                }

                for (var row = 0; row < latents; row++)
                {
                    var value = TSimd.Load(in _z[(row * DrawsAtOnce) + i]);
                    standard = TSimd.MultiplyAdd(value, value, standard);
                }

                // log of the sum of exp(term), the largest taken out, + |z|^2 / 2: the constant is that of N(0, I)
                var log = TSimd.Add(largest, SimdElementary<TSimd, TVector, double>.LogOfNormal(sum));
                TSimd.Store(
                    TSimd.Add(TSimd.MultiplyAdd(half, standard, log), TSimd.Load(in _sums[i])), ref _sums[i]);
            }

            return i;
        }

        // |y|^2 of y = C^-1 (z - m), row after row.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Square<TSimd, TVector>(ReadOnlySpan<double> component, int i)
            where TSimd : ISimd<TVector, double>
            where TVector : struct
        {
            var square = TSimd.Broadcast(0);
            for (var row = 0; row < latents; row++)
            {
                var away = TSimd.Subtract(TSimd.Broadcast(component[1 + row]), TSimd.Load(in _z[(row * DrawsAtOnce) + i]));
                var factor = component.Slice(1 + latents + (row * latents), row + 1);
                for (var k = 0; k < row; k++)
                {
                    var y = TSimd.Load(in _y[(k * DrawsAtOnce) + i]);
                    away = TSimd.MultiplyAdd(TSimd.Broadcast(factor[k]), y, away); // m - z + sum of C_rk y_k
                }

                var minusY = TSimd.Multiply(away, TSimd.Broadcast(factor[row]));
                TSimd.Store(TSimd.Subtract(TSimd.Broadcast(0), minusY), ref _y[(row * DrawsAtOnce) + i]);
                square = TSimd.MultiplyAdd(minusY, minusY, square);
            }

            return square;
        }
    }
}
