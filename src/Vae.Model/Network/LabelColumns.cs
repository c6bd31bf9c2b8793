using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Puts labels below what a network reads, each as a column of zeros with a one in the label's place.</summary>
/// <remarks>Source: Sohn, Lee and Yan 2015, "Learning Structured Output Representation using Deep Conditional Generative Models".
/// A weight matrix of both is the sum of one for each, so nothing but the number of inputs changes.</remarks>
internal static class LabelColumns
{
    /// <summary>Copies each column and its label; nothing to do where both are one matrix, of a model without labels.</summary>
    /// <param name="features">features x columns.</param>
    /// <param name="labels">The labels, each for as many columns as there are draws of a sample.</param>
    /// <param name="joined">(features + labels) x columns; overwritten.</param>
    public static void Join<T>(Matrix<T> features, ReadOnlySpan<int> labels, Matrix<T> joined)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (ReferenceEquals(features, joined))
        {
            return;
        }

        var (rows, classes) = (features.RowCount, joined.RowCount - features.RowCount);
        var draws = features.ColumnCount / labels.Length;
        for (var column = 0; column < features.ColumnCount; column++)
        {
            var label = labels[column / draws];
            if (label < 0 || label >= classes)
            {
                throw new ArgumentException(
                    $"A label must be from 0 to {classes - 1}, but that of sample {column / draws} of the batch is {label}.",
                    nameof(labels));
            }

            var target = joined.ColumnSpan(column);
            features.ColumnSpan(column).CopyTo(target);
            target[rows..].Clear();
            target[rows + label] = T.One;
        }
    }

    /// <summary>Takes the gradient of the features out of that of both.</summary>
    /// <param name="joinedGradient">(features + labels) x columns.</param>
    /// <param name="gradient">features x columns; overwritten.</param>
    public static void Part<T>(Matrix<T> joinedGradient, Matrix<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var column = 0; column < gradient.ColumnCount && !ReferenceEquals(joinedGradient, gradient); column++)
        {
            joinedGradient.ColumnSpan(column)[..gradient.RowCount].CopyTo(gradient.ColumnSpan(column));
        }
    }
}
