using System.Buffers;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A pass of a table's likelihood over a batch: losses, gradients or log-densities.</summary>
/// <remarks>The draws are taken in blocks. For each feature, the outputs of a block's known entries are gathered row after row,
/// given to the feature's family, and what comes back is put into its places. An entry's numbers do not depend on its
/// neighbours in the block, and a draw's losses are added up in the order of the features: the same bits with and without a
/// mask of ones, and for any number of threads.</remarks>
/// <param name="families">The family of each feature.</param>
/// <param name="firstRows">The first row of each feature's outputs, and behind them the number of all.</param>
/// <param name="output">The decoder's output.</param>
/// <param name="target">x.</param>
/// <param name="observed">The mask, or null.</param>
/// <typeparam name="T">The number.</typeparam>
internal readonly ref struct TablePass<T>(
    IColumnFamily<T>[] families, int[] firstRows, Matrix<T> output, Matrix<T> target, Matrix<T>? observed) : IParallelWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockLength = 32;                               // draws: two vectors of 16 floats
    private const int NumbersInPart = 4 * 1024;                       // some microseconds of work outweigh the fork

    private readonly ReadOnlySpan<T> _outputs = output.AsSpan();
    private readonly ReadOnlySpan<T> _targets = target.AsSpan();
    private readonly ReadOnlySpan<T> _observed = observed is null ? [] : observed.AsSpan();
    private readonly int _rows = output.RowCount;
    private readonly int _columns = output.ColumnCount;
    private readonly int _features = target.RowCount;
    private readonly int _draws = Losses.Draws(output, target);
    private readonly int _width = BlockLength * int.Max(1, NumbersInPart / BlockLength / output.RowCount);

    /// <summary>The loss of each column, overwritten, or empty.</summary>
    public Span<double> PerDraw { get; init; }

    /// <summary>dL/doutput, overwritten, or empty.</summary>
    public Span<T> Gradient { get; init; }

    /// <summary>As in <see cref="ILikelihood{T}.Backward"/>.</summary>
    public ReadOnlySpan<double> Weights { get; init; }

    /// <summary>Whether the gradient is that of each draw's own loss, without a weight.</summary>
    public bool IsUnweighted { get; init; }

    /// <summary>log p(x_d|z), features x columns, overwritten, or empty.</summary>
    public Span<T> LogDensity { get; init; }

    /// <summary>The number of parts.</summary>
    public int Parts => SimdLoop.Parts(_columns, _width);

    // As many draws as fill whole vectors, so that none is computed number by number.
    private static int Lanes => int.Max(1, SimdWidth.Bits / 8 / (typeof(T) == typeof(float) ? sizeof(float) : sizeof(double)));

    /// <inheritdoc/>
    public void DoPart(int part)
    {
        var mostOutputs = 0;
        foreach (var family in families)
        {
            mostOutputs = int.Max(mostOutputs, family.Outputs);
        }

        var buffer = ArrayPool<T>.Shared.Rent(2 * BlockLength * (mostOutputs + 1));
        var end = int.Min((part + 1) * _width, _columns);
        for (var start = part * _width; start < end; start += BlockLength)
        {
            DoBlock(start, int.Min(start + BlockLength, end), buffer);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    private void DoBlock(int start, int end, Span<T> buffer)
    {
        Span<int> columns = stackalloc int[BlockLength];
        Slice(PerDraw, 1).Clear();
        if (!(_observed.IsEmpty && Weights.IsEmpty))
        {
            Slice(Gradient, _rows).Clear();                           // unknown entries, and columns whose weight is 0
            Slice(LogDensity, _features).Clear();
        }

        for (var feature = 0; feature < _features; feature++)
        {
            var x = buffer[..BlockLength];
            var known = Known(feature, start, end, columns, x);
            if (known > 0)
            {
                Do(feature, columns[..known], x, buffer[BlockLength..]);
            }
        }

        Span<TNumber> Slice<TNumber>(Span<TNumber> all, int rows)
            => all.IsEmpty ? all : all[(start * rows)..(end * rows)];
    }

    // The columns of a block whose entry is known and wanted, and their x.
    private int Known(int feature, int start, int end, Span<int> columns, Span<T> targets)
    {
        var (known, last, isKnown, x) = (0, -1, false, T.Zero);
        for (var column = start; column < end; column++)
        {
            var sample = column / _draws;
            if (sample != last)
            {
                last = sample;
                isKnown = IsKnown(feature, sample);
                x = _targets[(sample * _features) + feature];
                if (isKnown && !families[feature].Accepts(x))
                {
                    throw OutsideRange(feature, sample, x, nameof(target));
                }
            }

            if (isKnown && (Weights.IsEmpty || Weights[column] != 0))
            {
                targets[known] = x;
                columns[known++] = column;
            }
        }

        return known;
    }

    private ArgumentException OutsideRange(int feature, int sample, T x, string name)
        => new($"Feature {feature} wants {families[feature].Range}, but is {x} in sample {sample} of the batch.", name);

    private bool IsKnown(int feature, int sample)
    {
        if (_observed.IsEmpty)
        {
            return true;
        }

        var known = _observed[(sample * _features) + feature];
        return known == T.One || (known == T.Zero ? false : throw Losses.NotOfAMask(feature, sample, known, nameof(observed)));
    }

    private void Do(int feature, ReadOnlySpan<int> columns, Span<T> x, Span<T> buffer)
    {
        var (firstRow, outputs, lanes) = (firstRows[feature], families[feature].Outputs, Lanes);
        var width = (columns.Length + lanes - 1) / lanes * lanes;     // at most a block, which is whole vectors
        x[columns.Length..width].Fill(x[0]);                          // what fills up the last vector repeats an entry
        var loss = buffer[..width];
        var given = buffer.Slice(BlockLength, width * outputs);
        var gradient = Gradient.IsEmpty ? [] : buffer.Slice(BlockLength * (1 + outputs), width * outputs);
        for (var j = 0; j < width; j++)
        {
            var from = _outputs.Slice((columns[j < columns.Length ? j : 0] * _rows) + firstRow, outputs);
            for (var o = 0; o < from.Length; o++)
            {
                given[(o * width) + j] = from[o];
            }
        }

        families[feature].Loss(given, x[..width], loss, gradient);
        for (var j = 0; j < columns.Length; j++)
        {
            Put(feature, columns[j], loss[j], gradient[int.Min(j, gradient.Length)..], width);
        }
    }

    // The results of one entry; its gradients are a block's width apart.
    private void Put(int feature, int column, T loss, ReadOnlySpan<T> gradient, int width)
    {
        if (!PerDraw.IsEmpty)
        {
            PerDraw[column] += double.CreateTruncating(loss);         // sum over the features, in their order
        }

        if (!LogDensity.IsEmpty)
        {
            LogDensity[(column * _features) + feature] = -loss;       // log p(x) = -L
        }

        if (!gradient.IsEmpty)
        {
            var weight = IsUnweighted ? T.One : T.CreateChecked(Losses.Weight(Weights, column, _columns));
            var to = Gradient.Slice((column * _rows) + firstRows[feature], families[feature].Outputs);
            for (var o = 0; o < to.Length; o++)
            {
                to[o] = weight * gradient[o * width];                 // doutput = w dL
            }
        }
    }
}
