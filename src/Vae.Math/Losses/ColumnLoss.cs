using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>A loss on one column of the decoder's output: what the frame below runs over a batch.</summary>
/// <typeparam name="T">The number.</typeparam>
internal interface IColumnLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The column's loss and, where there is room for it, its gradient times the weight.</summary>
    /// <param name="output">The decoder's output for one draw of a sample.</param>
    /// <param name="target">x.</param>
    /// <param name="gradient">As long as the output and overwritten, or empty.</param>
    /// <param name="weight">The column's weight in L.</param>
    /// <param name="sample">Which sample it is, for messages.</param>
    double Loss(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight, int sample);

    /// <summary>The gradient alone, with the same bits.</summary>
    void Gradient(ReadOnlySpan<T> output, ReadOnlySpan<T> target, Span<T> gradient, double weight);
}

/// <summary>Runs a loss over the columns of a batch: the passes of <see cref="IReconstructionLoss{T}"/>, with their checks,
/// draws, weights and threads.</summary>
internal static class ColumnLoss
{
    public static double Forward<TLoss, T>(
        IReconstructionLoss<T> owner, TLoss loss, Matrix<T> output, Matrix<T> target, Span<double> perSample, WorkerTeam team)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Losses.RequireOutput(owner, output, target, team);
        Losses.RequirePlaces(perSample, output.ColumnCount, "samples");

        Run(loss, output, target, perSample, [], [], team);
        return Losses.Mean(perSample);
    }

    public static void Backward<TLoss, T>(
        IReconstructionLoss<T> owner, TLoss loss, Matrix<T> output, Matrix<T> target, Matrix<T> outputGradient, WorkerTeam team,
        ReadOnlySpan<double> weights)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Losses.RequireOutput(owner, output, target, team);
        Losses.RequireGradient(output, outputGradient, weights);

        Run(loss, output, target, [], outputGradient.AsSpan(), weights, team);
    }

    public static double ForwardBackward<TLoss, T>(
        IReconstructionLoss<T> owner, TLoss loss, Matrix<T> output, Matrix<T> target, Span<double> perSample,
        Matrix<T> outputGradient, WorkerTeam team)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Losses.RequireOutput(owner, output, target, team);
        Losses.RequireGradient(output, outputGradient, []);
        Losses.RequirePlaces(perSample, output.ColumnCount, "samples");

        Run(loss, output, target, perSample, outputGradient.AsSpan(), [], team);
        return Losses.Mean(perSample);
    }

    /// <summary>All passes, without their checks.</summary>
    /// <param name="loss">The loss of a column.</param>
    /// <param name="output">The decoder's output.</param>
    /// <param name="target">x.</param>
    /// <param name="perSample">The loss of each column, overwritten, or empty.</param>
    /// <param name="gradient">dL/doutput, overwritten, or empty.</param>
    /// <param name="weights">As in <see cref="IReconstructionLoss{T}.Backward"/>.</param>
    /// <param name="team">The threads to use.</param>
    public static void Run<TLoss, T>(
        TLoss loss, Matrix<T> output, Matrix<T> target, Span<double> perSample, Span<T> gradient, ReadOnlySpan<double> weights,
        WorkerTeam team)
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = SimdLoop.ColumnsInPart(output.RowCount);
        team.Run(
            new Work<TLoss, T>(loss, output, target, perSample, gradient, weights, width),
            SimdLoop.Parts(output.ColumnCount, width));
    }

    private readonly ref struct Work<TLoss, T>(
        TLoss loss, Matrix<T> output, Matrix<T> target, Span<double> perSample, Span<T> gradient, ReadOnlySpan<double> weights,
        int width) : IParallelWork
        where TLoss : struct, IColumnLoss<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly TLoss _loss = loss;
        private readonly ReadOnlySpan<T> _outputs = output.AsSpan();
        private readonly ReadOnlySpan<T> _targets = target.AsSpan();
        private readonly Span<double> _perSample = perSample;
        private readonly Span<T> _gradient = gradient;
        private readonly ReadOnlySpan<double> _weights = weights;
        private readonly int _rows = output.RowCount;
        private readonly int _columns = output.ColumnCount;
        private readonly int _features = target.RowCount;
        private readonly int _draws = Losses.Draws(output, target);

        public void DoPart(int part)
        {
            for (var column = part * width; column < int.Min((part + 1) * width, _columns); column++)
            {
                var sample = column / _draws;
                var output = _outputs.Slice(column * _rows, _rows);
                var target = _targets.Slice(sample * _features, _features);
                var gradient = _gradient.IsEmpty ? [] : _gradient.Slice(column * _rows, _rows);
                var weight = Losses.Weight(_weights, column, _columns);
                if (weight == 0)
                {
                    gradient.Clear();                                 // not 0 times what may be infinite
                    gradient = [];
                }

                if (!_perSample.IsEmpty)
                {
                    _perSample[column] = _loss.Loss(output, target, gradient, weight, sample);
                }
                else if (!gradient.IsEmpty)
                {
                    _loss.Gradient(output, target, gradient, weight);
                }
            }
        }
    }
}
