using System.Buffers;
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
    private readonly IColumnFamily<T>[] _families;
    private readonly int[] _firstRows;                                // and behind them the number of all rows

    /// <summary>Makes the likelihood.</summary>
    /// <param name="columns">The likelihood of each column, at least one; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="columns"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no column, or a value of one is out of range.</exception>
    public TableLikelihood(IReadOnlyList<ColumnLikelihood> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Count == 0)
        {
            throw new ArgumentException("Must have at least one column.", nameof(columns));
        }

        _columns = [.. columns.Select(column => column.Validated())];
        _families = [.. _columns.Select(ColumnFamilies.Of<T>)];
        _firstRows = new int[_columns.Length + 1];
        for (var feature = 0; feature < _columns.Length; feature++)
        {
            _firstRows[feature + 1] = checked(_firstRows[feature] + _columns[feature].Outputs);
        }

        var shared = new bool[_firstRows[^1]];
        for (var feature = 0; feature < _columns.Length; feature++)
        {
            var end = _firstRows[feature + 1];
            shared.AsSpan(end - _columns[feature].SharedOutputs, _columns[feature].SharedOutputs).Fill(true);
        }

        SharedRows = Array.AsReadOnly(shared);
    }

    /// <summary>The likelihood of each column.</summary>
    public IReadOnlyList<ColumnLikelihood> Columns => _columns;

    /// <inheritdoc/>
    public string Formula
        => "sum over columns: " + string.Join(
            "; ",
            _families.GroupBy(family => family.Formula).Select(group => $"{group.Count()} with {group.Key}"));

    /// <summary>Whether each row of the output is shared: learnt once for its column, and not dependent on z.</summary>
    public IReadOnlyList<bool> SharedRows { get; }

    /// <summary>The first row of a column's outputs.</summary>
    /// <param name="feature">The column.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public int FirstRow(int feature)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(feature);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(feature, _columns.Length);
        return _firstRows[feature];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The features are not as many as the columns.</exception>
    public int OutputRows(int features)
        => features == _columns.Length
            ? _firstRows[^1]
            : throw new ArgumentException(
                $"Must be {_columns.Length}, one for each column of the table, but is {features}.", nameof(features));

    /// <inheritdoc/>
    public bool Accepts(int feature, T x) => _families[feature].Accepts(x);

    /// <inheritdoc/>
    public string Range(int feature) => _families[feature].Range;

    /// <inheritdoc/>
    public double Forward(Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team, Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequirePlaces(perDraw, output.ColumnCount, "draws");

        Run(new TablePass<T>(_families, _firstRows, output, target, observed) { PerDraw = perDraw }, team);
        return Losses.Mean(perDraw);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A known target lies outside a column's range.</exception>
    public void Backward(
        Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team, ReadOnlySpan<double> weights = default,
        Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequireGradient(output, outputGradient, weights);

        Run(
            new TablePass<T>(_families, _firstRows, output, target, observed)
            {
                Gradient = outputGradient.AsSpan(),
                Weights = weights,
            },
            team);
    }

    /// <inheritdoc/>
    public double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed = null)
        => ForwardBackward(output, target, perDraw, outputGradient, team, observed, isUnweighted: false);

    /// <summary>Computes the loss of each draw and the gradient of each draw's own loss. A bound whose weights depend on the
    /// losses weighs it afterwards (<see cref="WeighGradient"/>): the bits of <see cref="Forward"/> and then
    /// <see cref="Backward"/>, in little more than half their time.</summary>
    /// <param name="output">The decoder's output.</param>
    /// <param name="target">x.</param>
    /// <param name="perDraw">The loss of each draw; overwritten.</param>
    /// <param name="outputGradient">dL_j/doutput of draw j; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="observed">The mask, or null.</param>
    /// <returns>The mean loss.</returns>
    internal double ForwardWithOwnGradients(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed)
        => ForwardBackward(output, target, perDraw, outputGradient, team, observed, isUnweighted: true);

    /// <summary>Multiplies the gradient of each draw by its weight.</summary>
    /// <param name="outputGradient">As <see cref="ForwardWithOwnGradients"/> left it; overwritten.</param>
    /// <param name="weights">The weight of each draw.</param>
    /// <param name="team">The threads to use.</param>
    internal static void WeighGradient(Matrix<T> outputGradient, ReadOnlySpan<double> weights, WorkerTeam team)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        Losses.RequireGradient(outputGradient, outputGradient, weights);

        var work = new DrawWeighing<T>(outputGradient.AsSpan(), weights);
        team.Run(work, work.Parts);
    }

    /// <inheritdoc/>
    public void LogDensity(Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team, Matrix<T>? observed = null)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Shape.Require(logDensity, target.RowCount, output.ColumnCount);

        Run(
            new TablePass<T>(_families, _firstRows, output, target, observed) { LogDensity = logDensity.AsSpan() }, team);
    }

    /// <inheritdoc/>
    /// <remarks>The point estimate of each column under each draw alone.</remarks>
    public void Mean(Matrix<T> output, Matrix<T> mean)
    {
        ArgumentNullException.ThrowIfNull(mean);
        Shape.Require(output, OutputRows(mean.RowCount), mean.ColumnCount);

        for (var column = 0; column < mean.ColumnCount; column++)
        {
            var outputs = output.ColumnSpan(column);
            var means = mean.ColumnSpan(column);
            for (var feature = 0; feature < means.Length; feature++)
            {
                means[feature] = T.CreateTruncating(_families[feature].Point(Of(outputs, feature), [1.0]));
            }
        }
    }

    /// <inheritdoc/>
    public void Draw(Matrix<T> output, Matrix<T> x, RandomDraws draws, long firstColumn = 0)
    {
        Losses.RequireDraw(this, output, x, firstColumn);

        for (var column = 0; column < x.ColumnCount; column++)
        {
            var outputs = output.ColumnSpan(column);
            var values = x.ColumnSpan(column);
            for (var feature = 0; feature < values.Length; feature++)
            {
                var random = new EntryDraws(draws, ((firstColumn + column) * values.Length) + feature);
                values[feature] = T.CreateTruncating(_families[feature].Draw(Of(outputs, feature), ref random));
            }
        }
    }

    /// <summary>Computes the point estimate of each column under a weighted mixture of draws: the mean of a number or a count,
    /// the median of a logarithm or an ordinal, the likeliest level of a flag or a category. Minus infinity is the logarithm of
    /// zero.</summary>
    /// <param name="output">The decoder's output, <see cref="OutputRows"/> x draws, all of one sample.</param>
    /// <param name="weights">The weight of each draw; their sum is 1.</param>
    /// <param name="point">The estimate of each feature; overwritten.</param>
    /// <exception cref="ArgumentException">The output has other rows, or there is not a weight for each draw or a place for each
    /// feature.</exception>
    public void Point(Matrix<T> output, ReadOnlySpan<double> weights, Span<double> point)
    {
        Shape.Require(output, OutputRows(point.Length), weights.Length);

        for (var feature = 0; feature < point.Length; feature++)
        {
            point[feature] = PointOf(feature, output, weights);
        }
    }

    /// <summary>Computes the point estimate of one column, as <see cref="Point"/> computes it.</summary>
    internal double PointOf(int feature, Matrix<T> output, ReadOnlySpan<double> weights)
    {
        var family = _families[feature];
        var buffer = ArrayPool<T>.Shared.Rent(family.Outputs * weights.Length);
        var outputs = buffer.AsSpan(0, family.Outputs * weights.Length);
        for (var draw = 0; draw < weights.Length; draw++)
        {
            var from = Of(output.ColumnSpan(draw), feature);
            for (var o = 0; o < from.Length; o++)
            {
                outputs[(o * weights.Length) + draw] = from[o];
            }
        }

        var point = family.Point(outputs, weights);
        ArrayPool<T>.Shared.Return(buffer);
        return point;
    }

    /// <summary>Computes outputs that give a column's own distribution, for the biases before training.</summary>
    /// <param name="feature">The column.</param>
    /// <param name="values">Its observed values among the training rows; may be empty.</param>
    /// <param name="outputs">One number for each of the column's outputs; overwritten.</param>
    /// <exception cref="ArgumentException">The outputs are not as many as the column's, or a value lies outside the column's
    /// range.</exception>
    public void Start(int feature, ReadOnlySpan<double> values, Span<double> outputs)
    {
        FirstRow(feature);
        Losses.RequirePlaces(outputs, _columns[feature].Outputs, "outputs");
        var family = _families[feature];
        foreach (var value in values)
        {
            if (!family.Accepts(T.CreateTruncating(value)))
            {
                throw new ArgumentException(
                    $"Feature {feature} wants {family.Range}, but a value is {value}.", nameof(values));
            }
        }

        family.Start(values, outputs);
    }

    private double ForwardBackward(
        Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient, WorkerTeam team,
        Matrix<T>? observed, bool isUnweighted)
    {
        Losses.RequireOutput(this, output, target, team, observed);
        Losses.RequireGradient(output, outputGradient, []);
        Losses.RequirePlaces(perDraw, output.ColumnCount, "draws");

        Run(
            new TablePass<T>(_families, _firstRows, output, target, observed)
            {
                PerDraw = perDraw,
                Gradient = outputGradient.AsSpan(),
                IsUnweighted = isUnweighted,
            },
            team);
        return Losses.Mean(perDraw);
    }

    private ReadOnlySpan<T> Of(ReadOnlySpan<T> outputs, int feature)
        => outputs[_firstRows[feature].._firstRows[feature + 1]];

    private static void Run(TablePass<T> pass, WorkerTeam team) => team.Run(pass, pass.Parts);
}
