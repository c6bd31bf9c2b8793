using MathNet.Numerics.LinearAlgebra;

namespace Vae.Model;

/// <summary>Makes lines and planes of latents, to decode them into a figure.</summary>
public static class LatentGrid
{
    /// <summary>Values at equal steps from a start up to, and without, an end: value i is <c>start + i * step</c>.</summary>
    /// <param name="start">The first value.</param>
    /// <param name="end">The upper limit, which no value reaches.</param>
    /// <param name="step">The distance between two values, above 0.</param>
    /// <returns>The values: 100 of them from -1.5 to 1.5 at 0.03.</returns>
    /// <exception cref="ArgumentException">The step is not above 0, the end is not above the start, or there would be over a
    /// million values.</exception>
    public static double[] Values(double start, double end, double step)
    {
        if (!(step > 0) || !(end > start) || !double.IsFinite(end - start) || !double.IsFinite(step))
        {
            throw new ArgumentException($"A sweep wants from < to and a step above 0, but has from {start} to {end} at {step}.");
        }

        // Less a millionth of a step, so that (1.5 - -1.5) / 0.03 = 100.00000000000001 does not become 101 values.
        var count = double.Ceiling(((end - start) / step) - 1e-6);
        if (count > 1_000_000)
        {
            throw new ArgumentException(
                $"A sweep from {start} to {end} at {step} would have {count:N0} values; take a larger step.");
        }

        return [.. Enumerable.Range(0, int.Max(1, (int)count)).Select(i => start + (i * step))];
    }

    /// <summary>One latent swept, the others held at 0.</summary>
    /// <param name="values">The swept latent's values.</param>
    /// <param name="latents">The latent dimension.</param>
    /// <param name="swept">The number of the swept latent, from 0.</param>
    /// <returns>latents x values.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="swept"/> is negative, or not below
    /// <paramref name="latents"/>.</exception>
    public static Matrix<float> Line(IReadOnlyList<double> values, int latents = 1, int swept = 0)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(swept, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(swept, latents);
        return Matrix<float>.Build.Dense(latents, values.Count, (row, column) => row == swept ? (float)values[column] : 0);
    }

    /// <summary>A plane of two latents, row by row from the top: the first latent grows to the right, the second
    /// upwards.</summary>
    /// <param name="first">The values of the first latent.</param>
    /// <param name="second">The values of the second latent.</param>
    /// <returns>2 x (first * second).</returns>
    /// <exception cref="ArgumentNullException"><paramref name="first"/> or <paramref name="second"/> is null.</exception>
    public static Matrix<float> Plane(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Matrix<float>.Build.Dense(2, first.Count * second.Count, (row, tile) => row == 0
            ? (float)first[tile % first.Count]
            : (float)second[second.Count - 1 - (tile / first.Count)]);
    }

    /// <summary>The straight line between two latents, both ends included.</summary>
    /// <param name="from">The first latent.</param>
    /// <param name="to">The last latent, of the same dimension.</param>
    /// <param name="count">The number of latents, at least 2.</param>
    /// <returns>latents x count.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 2.</exception>
    /// <exception cref="ArgumentException">The ends have different dimensions.</exception>
    public static Matrix<float> Between(ReadOnlySpan<float> from, ReadOnlySpan<float> to, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        if (from.Length != to.Length)
        {
            throw new ArgumentException(
                $"Both ends must have one dimension, but have {from.Length} and {to.Length}.", nameof(to));
        }

        var line = Matrix<float>.Build.Dense(from.Length, count);
        for (var column = 0; column < count; column++)
        {
            var share = column / (float)(count - 1);
            for (var row = 0; row < from.Length; row++)
            {
                line.At(row, column, ((1 - share) * from[row]) + (share * to[row]));
            }
        }

        return line;
    }
}
