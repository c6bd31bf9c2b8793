using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>The rows of the decoder's output that do not depend on z, such as a column's one variance: learnt numbers, the same
/// in
/// every draw. They stand between the rows that the last layer computes.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class SharedOutputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _computed;
    private readonly int[] _shared;

    /// <summary>Makes the rows, all 0.</summary>
    /// <param name="isShared">Whether each row of the output is shared; at least one is.</param>
    public SharedOutputs(IReadOnlyList<bool> isShared)
    {
        _computed = [.. Enumerable.Range(0, isShared.Count).Where(row => !isShared[row])];
        _shared = [.. Enumerable.Range(0, isShared.Count).Where(row => isShared[row])];
        Value = new Parameter<T>("decoder.shared", _shared.Length, 1);
    }

    /// <summary>The shared rows' numbers, shared rows x 1.</summary>
    public Parameter<T> Value { get; }

    /// <summary>The place of an output's row among the computed ones; -1 for a shared row.</summary>
    public int ComputedPlace(int row) => Array.IndexOf(_computed, row);

    /// <summary>Puts computed and shared rows into their places.</summary>
    /// <param name="computed">The last layer's output, computed rows x draws.</param>
    /// <param name="output">The decoder's output, rows x draws; overwritten.</param>
    public void Forward(Matrix<T> computed, Matrix<T> output)
    {
        var shared = Value.Value.AsSpan();
        for (var draw = 0; draw < output.ColumnCount; draw++)
        {
            var from = computed.ColumnSpan(draw);
            var to = output.ColumnSpan(draw);
            for (var i = 0; i < _computed.Length; i++)
            {
                to[_computed[i]] = from[i];
            }

            for (var i = 0; i < _shared.Length; i++)
            {
                to[_shared[i]] = shared[i];
            }
        }
    }

    /// <summary>Takes the gradient of the output apart; that of a shared row is summed over the draws.</summary>
    /// <param name="outputGradient">The gradient of the decoder's output, rows x draws.</param>
    /// <param name="computedGradient">The gradient of the last layer's output, computed rows x draws; overwritten.</param>
    public void Backward(Matrix<T> outputGradient, Matrix<T> computedGradient)
    {
        var sum = Value.Gradient.AsSpan();
        sum.Clear();
        for (var draw = 0; draw < outputGradient.ColumnCount; draw++)
        {
            var from = outputGradient.ColumnSpan(draw);
            var to = computedGradient.ColumnSpan(draw);
            for (var i = 0; i < _computed.Length; i++)
            {
                to[i] = from[_computed[i]];
            }

            for (var i = 0; i < _shared.Length; i++)
            {
                sum[i] += from[_shared[i]];                           // dshared = sum over draws of doutput
            }
        }
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
}
