using System.Buffers;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The loss of one column of the decoder's output.</summary>
/// <typeparam name="T">The number.</typeparam>
internal interface IColumnLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes the column's loss and, where the gradient has room, its gradient times the weight.</summary>
    /// <param name="output">The decoder's output for one draw of a sample.</param>
    /// <param name="target">x.</param>
    /// <param name="gradient">As long as the output and overwritten, or empty.</param>
    /// <param name="weight">The column's weight in L.</param>
    /// <param name="place">The column's place in the batch, for messages.</param>
    double Loss(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight, ColumnPlace place);

    /// <summary>Computes the gradient alone, with the same bits.</summary>
    void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight);
}

/// <summary>The log-density of each feature of one column.</summary>
/// <typeparam name="T">The number.</typeparam>
internal interface IColumnDensity<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Computes <c>log p(x_d|z)</c> of each feature d.</summary>
    /// <param name="output">The decoder's output for one draw of a sample.</param>
    /// <param name="target">x.</param>
    /// <param name="logDensity">As long as the target; overwritten.</param>
    /// <param name="place">The column's place in the batch, for messages.</param>
    void LogDensity(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> logDensity, ColumnPlace place);
}

/// <summary>The sample and the features that a column's numbers belong to.</summary>
internal readonly ref struct ColumnPlace(int sample, ReadOnlySpan<int> features)
{
    private readonly ReadOnlySpan<int> _features = features;

    /// <summary>The sample's number in the batch.</summary>
    public int Sample { get; } = sample;

    /// <summary>The feature of a row of the target that the column was given: under a mask it has
    /// the known features alone.</summary>
    public int Feature(int row) => _features.IsEmpty ? row : _features[row];
}

/// <summary>Runs a column's loss or log-density over a batch: the checks, draws, weights, masks
/// and threads of <see cref="ILikelihood{T}"/>.</summary>
/// <remarks>Under a mask a column is handed over without its unknown features, and its results are put back into their
/// places. So there is one loop for both, and a mask of ones alone has the bits of no mask. The output's rows are blocks of
/// one row for each feature.</remarks>
internal static class ColumnLoss
{
    public static double Forward<TLoss, T>(
        ILikelihood<T> owner, TLoss loss, Matrix<T> output, Matrix<T> target, Span<double> perDraw, WorkerTeam team,
        Matrix<T>? observed)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Losses.RequireOutput(owner, output, target, team, observed);
        Losses.RequirePlaces(perDraw, output.ColumnCount, "draws");

        Run(loss, output, target, perDraw, [], [], team, observed);
        return Losses.Mean(perDraw);
    }

    public static void Backward<TLoss, T>(
        ILikelihood<T> owner, TLoss loss, Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team,
        ReadOnlySpan<double> weights, Matrix<T>? observed)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Losses.RequireOutput(owner, output, target, team, observed);
        Losses.RequireGradient(output, outputGradient, weights);

        Run(loss, output, target, [], outputGradient.AsSpan(), weights, team, observed);
    }

    public static double ForwardBackward<TLoss, T>(
        ILikelihood<T> owner, TLoss loss, Matrix<T> output, Matrix<T> target, Span<double> perDraw, Matrix<T> outputGradient,
        WorkerTeam team, Matrix<T>? observed)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Losses.RequireOutput(owner, output, target, team, observed);
        Losses.RequireGradient(output, outputGradient, []);
        Losses.RequirePlaces(perDraw, output.ColumnCount, "draws");

        Run(loss, output, target, perDraw, outputGradient.AsSpan(), [], team, observed);
        return Losses.Mean(perDraw);
    }

    public static void LogDensity<TDensity, T>(
        ILikelihood<T> owner, TDensity density, Matrix<T> output, Matrix<T> target, Matrix<T> logDensity, WorkerTeam team,
        Matrix<T>? observed)
        where TDensity : struct, IColumnDensity<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Losses.RequireOutput(owner, output, target, team, observed);
        Shape.Require(logDensity, target.RowCount, output.ColumnCount);

        Run(new DensityPass<TDensity, T>(density), output, target, logDensity.AsSpan(), team, observed);
    }

    /// <summary>Runs the passes of a loss without their checks.</summary>
    /// <param name="loss">The loss of a column.</param>
    /// <param name="output">The decoder's output.</param>
    /// <param name="target">x.</param>
    /// <param name="perDraw">The loss of each column, overwritten, or empty.</param>
    /// <param name="gradient">dL/doutput, overwritten, or empty.</param>
    /// <param name="weights">As in <see cref="ILikelihood{T}.Backward"/>.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="observed">As in <see cref="ILikelihood{T}.Forward"/>.</param>
    public static void Run<TLoss, T>(
        TLoss loss, Matrix<T> output, Matrix<T> target, Span<double> perDraw, Span<T> gradient, ReadOnlySpan<double> weights,
        WorkerTeam team, Matrix<T>? observed = null)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Run(new LossPass<TLoss, T>(loss, perDraw, weights, output.ColumnCount), output, target, gradient, team, observed);

    private static void Run<TPass, T>(
        TPass pass, Matrix<T> output, Matrix<T> target, Span<T> results, WorkerTeam team, Matrix<T>? observed)
        where TPass : struct, IColumnPass<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = SimdLoop.ColumnsInPart(output.RowCount);
        var parts = SimdLoop.Parts(output.ColumnCount, width);
        if (observed is null)
        {
            team.Run(new Work<TPass, T>(pass, output, target, results, width), parts);
        }
        else
        {
            team.Run(new MaskedWork<TPass, T>(pass, output, target, observed, results, width), parts);
        }
    }

    // One column's share of a pass over the batch. The results are a row or several for each feature, or empty.
    private interface IColumnPass<T>
    {
        void Do(int column, ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> results, ColumnPlace place);
    }

    private readonly ref struct LossPass<TLoss, T>(TLoss loss, Span<double> perDraw, ReadOnlySpan<double> weights, int columns)
        : IColumnPass<T>
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TLoss _loss = loss;
        private readonly Span<double> _perDraw = perDraw;
        private readonly ReadOnlySpan<double> _weights = weights;

        public void Do(int column, ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> results, ColumnPlace place)
        {
            var gradient = results;
            var weight = Losses.Weight(_weights, column, columns);
            if (weight == 0)
            {
                gradient.Clear();                                     // not 0 times a gradient that may be infinite
                gradient = [];
            }

            if (!_perDraw.IsEmpty)
            {
                _perDraw[column] = _loss.Loss(output, target, gradient, weight, place);
            }
            else if (!gradient.IsEmpty)
            {
                _loss.Gradient(output, target, gradient, weight);
            }
        }
    }

    private readonly struct DensityPass<TDensity, T>(TDensity density) : IColumnPass<T>
        where TDensity : struct, IColumnDensity<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Do(int column, ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> results, ColumnPlace place)
            => density.LogDensity(output, target, results, place);
    }

    private readonly ref struct Work<TPass, T>(TPass pass, Matrix<T> output, Matrix<T> target, Span<T> results, int width)
        : IParallelWork
        where TPass : struct, IColumnPass<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TPass _pass = pass;
        private readonly ReadOnlySpan<T> _outputs = output.AsSpan();
        private readonly ReadOnlySpan<T> _targets = target.AsSpan();
        private readonly Span<T> _results = results;
        private readonly int _rows = output.RowCount;
        private readonly int _columns = output.ColumnCount;
        private readonly int _features = target.RowCount;
        private readonly int _resultRows = results.Length / output.ColumnCount;
        private readonly int _draws = Losses.Draws(output, target);

        public void DoPart(int part)
        {
            for (var column = part * width; column < int.Min((part + 1) * width, _columns); column++)
            {
                var sample = column / _draws;
                _pass.Do(
                    column,
                    _outputs.Slice(column * _rows, _rows),
                    _targets.Slice(sample * _features, _features),
                    _results.Slice(column * _resultRows, _resultRows),
                    new ColumnPlace(sample, []));
            }
        }
    }

    private readonly ref struct MaskedWork<TPass, T>(
        TPass pass, Matrix<T> output, Matrix<T> target, Matrix<T> observed, Span<T> results, int width) : IParallelWork
        where TPass : struct, IColumnPass<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TPass _pass = pass;
        private readonly ReadOnlySpan<T> _outputs = output.AsSpan();
        private readonly ReadOnlySpan<T> _targets = target.AsSpan();
        private readonly ReadOnlySpan<T> _observed = observed.AsSpan();
        private readonly Span<T> _results = results;
        private readonly int _rows = output.RowCount;
        private readonly int _columns = output.ColumnCount;
        private readonly int _features = target.RowCount;
        private readonly int _resultRows = results.Length / output.ColumnCount;
        private readonly int _draws = Losses.Draws(output, target);

        public void DoPart(int part)
        {
            var placeBuffer = ArrayPool<int>.Shared.Rent(_features);
            var buffer = ArrayPool<T>.Shared.Rent(_features + _rows + _resultRows);
            var targetBuffer = buffer.AsSpan(0, _features);
            var outputBuffer = buffer.AsSpan(_features, _rows);
            var resultBuffer = buffer.AsSpan(_features + _rows, _resultRows);
            var (last, known) = (-1, 0);
            for (var column = part * width; column < int.Min((part + 1) * width, _columns); column++)
            {
                var sample = column / _draws;
                if (sample != last)
                {
                    (last, known) = (sample, Losses.Known(_observed.Slice(sample * _features, _features), sample, placeBuffer));
                    Gather(_targets.Slice(sample * _features, _features), placeBuffer.AsSpan(0, known), targetBuffer);
                }

                var places = placeBuffer.AsSpan(0, known);
                Gather(_outputs.Slice(column * _rows, _rows), places, outputBuffer);
                var few = resultBuffer[..(_resultRows / _features * known)];
                _pass.Do(
                    column, outputBuffer[..(_rows / _features * known)], targetBuffer[..known], few,
                    new ColumnPlace(sample, places));
                Scatter(few, places, _results.Slice(column * _resultRows, _resultRows));
            }

            ArrayPool<T>.Shared.Return(buffer);
            ArrayPool<int>.Shared.Return(placeBuffer);
        }

        // The known features of each block, block after block.
        private void Gather(ReadOnlySpan<T> all, ReadOnlySpan<int> places, Span<T> few)
        {
            for (var (start, to) = (0, 0); start < all.Length; start += _features)
            {
                foreach (var place in places)
                {
                    few[to++] = all[start + place];
                }
            }
        }

        // The way back; 0 for all other features.
        private void Scatter(ReadOnlySpan<T> few, ReadOnlySpan<int> places, Span<T> all)
        {
            all.Clear();
            for (var (start, from) = (0, 0); start < all.Length; start += _features)
            {
                foreach (var place in places)
                {
                    all[start + place] = few[from++];
                }
            }
        }
    }
}
