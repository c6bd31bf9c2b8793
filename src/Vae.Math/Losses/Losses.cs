using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The common parts of all losses: the checks of their shapes, one value for each column, and
/// the mean of those.</summary>
internal static class Losses
{
    /// <summary>Requires a place for each of something.</summary>
    public static void RequirePlaces(
        ReadOnlySpan<double> places, int count, string what, [CallerArgumentExpression(nameof(places))] string name = "")
    {
        if (places.Length != count)
        {
            throw new ArgumentException($"Must have a place for each of the {count} {what}, but has {places.Length}.", name);
        }
    }

    /// <summary>Requires an output of the loss's own rows and of whole draws of the target's samples.</summary>
    public static void RequireOutput<T>(
        ILikelihood<T> loss, [NotNull] Matrix<T>? output, [NotNull] Matrix<T>? target, [NotNull] WorkerTeam? team,
        Matrix<T>? observed = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(team);
        var (rows, samples) = (loss.OutputRows(target.RowCount), target.ColumnCount);
        if (output.RowCount != rows || output.ColumnCount != samples * Draws(output, target))
        {
            throw new ArgumentException(
                $"Must be {rows} x {samples} for a target of {target.RowCount} x {samples} (features x samples), or {rows} x a "
                + $"multiple of {samples} where a sample has several draws, but is {output.RowCount} x {output.ColumnCount}.",
                nameof(output));
        }

        if (observed is not null)
        {
            Shape.Require(observed, target.RowCount, samples);
        }
    }

    /// <summary>Requires a place for a draw of each column of the output.</summary>
    public static void RequireDraw<T>(
        ILikelihood<T> likelihood, [NotNull] Matrix<T>? output, [NotNull] Matrix<T>? x, long firstColumn)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfNegative(firstColumn);
        Shape.Require(output, likelihood.OutputRows(x.RowCount), x.ColumnCount);
        if (ReferenceEquals(output, x))
        {
            throw new ArgumentException("Must be another matrix than the output.", nameof(x));
        }
    }

    /// <summary>Lists the features of a sample that a mask calls known.</summary>
    /// <param name="observed">The sample's column of the mask.</param>
    /// <param name="sample">The sample's number in the batch, for messages.</param>
    /// <param name="features">Room for the number of each feature; overwritten from the beginning.</param>
    /// <returns>The number of known features.</returns>
    /// <exception cref="ArgumentException">The mask holds another number than 0 or 1.</exception>
    public static int Known<T>(ReadOnlySpan<T> observed, int sample, Span<int> features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = 0;
        for (var feature = 0; feature < observed.Length; feature++)
        {
            if (observed[feature] == T.One)
            {
                features[count++] = feature;
            }
            else if (observed[feature] != T.Zero)
            {
                throw NotOfAMask(feature, sample, observed[feature]);
            }
        }

        return count;
    }

    /// <summary>The error of a mask, the argument <c>observed</c>, that holds another number than 0 or 1.</summary>
    public static ArgumentException NotOfAMask<T>(int feature, int sample, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new($"Must hold 0 or 1 alone, but feature {feature} of sample {sample} of the batch is {value}.", "observed");

    /// <summary>Counts the features of a sample that a mask calls known.</summary>
    public static int KnownFeatures<T>(Matrix<T> target, Matrix<T>? observed, int sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => observed is null ? target.RowCount : observed.ColumnSpan(sample).Count(T.One);

    /// <summary>Requires a gradient like the output, and either no weight or one for each of its columns.</summary>
    public static void RequireGradient<T>(Matrix<T> output, [NotNull] Matrix<T>? outputGradient, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);
        if (!weights.IsEmpty && weights.Length != output.ColumnCount)
        {
            throw new ArgumentException(
                $"Must be empty or hold a weight for each of the output's {output.ColumnCount} columns, "
                + $"but holds {weights.Length}.",
                nameof(weights));
        }
    }

    /// <summary>The number of columns of the output for each sample; they stand side by side.</summary>
    public static int Draws<T>(Matrix<T> output, Matrix<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => int.Max(output.ColumnCount / int.Max(target.ColumnCount, 1), 1);

    /// <summary>The weight of a column in L: its own, or its part in the mean where there are none.</summary>
    public static double Weight(ReadOnlySpan<double> weights, int column, int columns)
        => weights.IsEmpty ? 1.0 / columns : weights[column];

    /// <summary>The mean, added up in the order of the samples: the same bits for any number of threads.</summary>
    public static double Mean(ReadOnlySpan<double> perSample)
    {
        var sum = 0.0;
        foreach (var value in perSample)
        {
            sum += value;
        }

        return sum / perSample.Length;
    }
}
