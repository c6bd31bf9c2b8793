using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>The rows of the decoder's output that do not depend on z, such as a column's one variance: learnt numbers, the same
/// in every draw. They stand between the rows that the last layer computes.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class SharedOutputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int DrawsInPart = 64;

    private readonly int[] _computed;
    private readonly int[] _shared;
    private readonly (int Output, int Computed, int Length)[] _runs;  // of computed rows, side by side in the output

    /// <summary>Makes the rows, all 0.</summary>
    /// <param name="isShared">Whether each row of the output is shared; at least one is.</param>
    public SharedOutputs(IReadOnlyList<bool> isShared)
    {
        _computed = [.. Enumerable.Range(0, isShared.Count).Where(row => !isShared[row])];
        _shared = [.. Enumerable.Range(0, isShared.Count).Where(row => isShared[row])];
        _runs = [.. Runs(_computed)];
        Value = new Parameter<T>("decoder.shared", _shared.Length, 1);
    }

    /// <summary>The shared rows' numbers, shared rows x 1.</summary>
    public Parameter<T> Value { get; }

    /// <summary>The place of each row of the output among the computed rows with the shared ones behind them.</summary>
    public IEnumerable<int> Places
    {
        get
        {
            var places = new int[_computed.Length + _shared.Length];
            for (var i = 0; i < places.Length; i++)
            {
                places[i < _computed.Length ? _computed[i] : _shared[i - _computed.Length]] = i;
            }

            return places;
        }
    }

    /// <summary>The place of an output's row among the computed ones; -1 for a shared row.</summary>
    public int ComputedPlace(int row) => Array.IndexOf(_computed, row);

    /// <summary>Puts computed and shared rows into their places.</summary>
    /// <param name="computed">The last layer's output, computed rows x draws.</param>
    /// <param name="output">The decoder's output, rows x draws; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    public void Forward(Matrix<T> computed, Matrix<T> output, WorkerTeam team)
        => team.Run(new Joining(this, computed, output), SimdLoop.Parts(output.ColumnCount, DrawsInPart));

    /// <summary>Takes the gradient of the output apart; that of a shared row is summed over the draws.</summary>
    /// <param name="outputGradient">The gradient of the decoder's output, rows x draws.</param>
    /// <param name="computedGradient">The gradient of the last layer's output, computed rows x draws; overwritten.</param>
    /// <param name="team">The threads to use.</param>
    public void Backward(Matrix<T> outputGradient, Matrix<T> computedGradient, WorkerTeam team)
    {
        var parts = SimdLoop.Parts(outputGradient.ColumnCount, DrawsInPart);
        team.Run(new Summing(this, outputGradient), 1, new Parting(this, outputGradient, computedGradient), parts);
    }

    /// <summary>Splits numbers for all rows into those of the last layer and the shared ones.</summary>
    /// <param name="rows">A number for each row of the output.</param>
    /// <param name="computed">A number for each computed row; overwritten.</param>
    public void Split(ReadOnlySpan<T> rows, Span<T> computed)
    {
        for (var i = 0; i < _computed.Length; i++)
        {
            computed[i] = rows[_computed[i]];
        }

        var shared = Value.Value.AsSpan();
        for (var i = 0; i < _shared.Length; i++)
        {
            shared[i] = rows[_shared[i]];
        }
    }

    private static IEnumerable<(int Output, int Computed, int Length)> Runs(int[] computed)
    {
        for (int first = 0, next = 1; first < computed.Length; first = next++)
        {
            while (next < computed.Length && computed[next] == computed[first] + next - first)
            {
                next++;
            }

            yield return (computed[first], first, next - first);
        }
    }

    private readonly struct Joining(SharedOutputs<T> rows, Matrix<T> computed, Matrix<T> output) : IParallelWork
    {
        public void DoPart(int part)
        {
            var shared = rows.Value.Value.AsSpan();
            for (var draw = part * DrawsInPart; draw < int.Min((part + 1) * DrawsInPart, output.ColumnCount); draw++)
            {
                var from = computed.ColumnSpan(draw);
                var to = output.ColumnSpan(draw);
                foreach (var run in rows._runs)
                {
                    from.Slice(run.Computed, run.Length).CopyTo(to[run.Output..]);
                }

                for (var i = 0; i < shared.Length; i++)
                {
                    to[rows._shared[i]] = shared[i];
                }
            }
        }
    }

    private readonly struct Parting(SharedOutputs<T> rows, Matrix<T> outputGradient, Matrix<T> computedGradient) : IParallelWork
    {
        public void DoPart(int part)
        {
            for (var draw = part * DrawsInPart; draw < int.Min((part + 1) * DrawsInPart, outputGradient.ColumnCount); draw++)
            {
                var from = outputGradient.ColumnSpan(draw);
                var to = computedGradient.ColumnSpan(draw);
                foreach (var run in rows._runs)
                {
                    from.Slice(run.Output, run.Length).CopyTo(to[run.Computed..]);
                }
            }
        }
    }

    // One part: the sums are over all draws, in their order.
    private readonly struct Summing(SharedOutputs<T> rows, Matrix<T> outputGradient) : IParallelWork
    {
        public void DoPart(int part)
        {
            var sum = rows.Value.Gradient.AsSpan();
            sum.Clear();
            for (var draw = 0; draw < outputGradient.ColumnCount; draw++)
            {
                var from = outputGradient.ColumnSpan(draw);
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += from[rows._shared[i]];                  // dshared = sum over draws of doutput
                }
            }
        }
    }
}
