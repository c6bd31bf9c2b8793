using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The likelihood of a table's row: a product of likelihoods, one for each column.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>A feature of the target is a column: a number, a count, the place of a level. The decoder's output has
/// <see cref="ColumnLikelihood.Outputs"/> rows for each, one column after the other.
/// Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
public sealed class TableLikelihood<T> : ILikelihood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ColumnLikelihood[] _columns;

    /// <summary>Makes the likelihood.</summary>
    /// <param name="columns">The likelihood of each column, at least one; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="columns"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no column, or a value of one is out of range.</exception>
    public TableLikelihood(IReadOnlyList<ColumnLikelihood> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns.Select(column => column.Validated())];
    }

    /// <summary>The likelihood of each column.</summary>
    public IReadOnlyList<ColumnLikelihood> Columns => _columns;

    /// <inheritdoc/>
    public string Formula => throw new NotImplementedException();

    /// <summary>Whether each row of the output is shared: learnt once for its column, and not dependent on z.</summary>
    public IReadOnlyList<bool> SharedRows => throw new NotImplementedException();

    /// <summary>The first row of a column's outputs.</summary>
    /// <param name="feature">The column.</param>
    public int FirstRow(int feature) => throw new NotImplementedException();

    /// <inheritdoc/>
    public int OutputRows(int features) => throw new NotImplementedException();

    /// <inheritdoc/>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
        => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
        => throw new NotImplementedException();

    /// <inheritdoc/>
    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
        => throw new NotImplementedException();

    /// <inheritdoc/>
    /// <remarks>The point estimate of each column under each draw alone.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
        => throw new NotImplementedException();

    /// <summary>Computes the point estimate of each column under a weighted mixture of draws: the mean of a number or a count,
    /// the median of a logarithm or an ordinal, the likeliest level of a flag or a category.</summary>
    /// <param name="output">The decoder's output, <see cref="OutputRows"/> x draws, all of one sample.</param>
    /// <param name="weights">The weight of each draw; their sum is 1.</param>
    /// <param name="point">The estimate of each feature; overwritten.</param>
    public void Point(Matrix<T> output, ReadOnlySpan<double> weights, Span<double> point)
        => throw new NotImplementedException();

    /// <summary>Computes outputs that give a column's own distribution, for the biases before training.</summary>
    /// <param name="feature">The column.</param>
    /// <param name="values">Its observed values among the training rows; may be empty.</param>
    /// <param name="outputs">One number for each of the column's outputs; overwritten.</param>
    public void Start(int feature, ReadOnlySpan<double> values, Span<double> outputs) => throw new NotImplementedException();
}
