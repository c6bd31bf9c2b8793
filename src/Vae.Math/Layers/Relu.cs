using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The rectifier, <c>y = max(x, 0)</c>, element by element. Works in place: nothing but Y is needed on the way back.</summary>
/// <remarks>Derivation: docs/derivations.md, Relu.</remarks>
public static class Relu
{
    /// <summary>Computes <c>y = max(x, 0)</c>; NaN stays NaN.</summary>
    /// <param name="input">X, features x samples.</param>
    /// <param name="output">Y, of the same shape; overwritten; may be X itself.</param>
    /// <param name="team">The threads to use.</param>
    public static void Forward<T>(Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(output, input.RowCount, input.ColumnCount);

        var source = input.AsSpan();
        team.Run(new Rectify<T>(source, output.AsSpan()), SimdLoop.Parts(source.Length, SimdLoop.PartLength));
    }

    /// <summary>Given dL/dY, computes dL/dX: dY where y is above 0, else 0. At the corner itself the derivative is taken as 0, as PyTorch does.</summary>
    /// <param name="output">Y, as <see cref="Forward"/> left it.</param>
    /// <param name="outputGradient">dY, of the same shape.</param>
    /// <param name="inputGradient">dX, of the same shape; overwritten; may be dY itself.</param>
    /// <param name="team">The threads to use.</param>
    public static void Backward<T>(Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(team);
        Shape.Require(outputGradient, output.RowCount, output.ColumnCount);
        Shape.Require(inputGradient, output.RowCount, output.ColumnCount);

        var values = output.AsSpan();
        team.Run(
            new Gate<T>(values, outputGradient.AsSpan(), inputGradient.AsSpan()),
            SimdLoop.Parts(values.Length, SimdLoop.PartLength));
    }

    private readonly ref struct Rectify<T>(ReadOnlySpan<T> input, Span<T> output) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _input = input;
        private readonly Span<T> _output = output;

        public void DoPart(int part)
        {
            var start = part * SimdLoop.PartLength;
            var length = int.Min(SimdLoop.PartLength, _input.Length - start);
            TensorPrimitives.Max(_input.Slice(start, length), T.Zero, _output.Slice(start, length)); // y = max(x, 0)
        }
    }

    private readonly ref struct Gate<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> outputGradient, Span<T> inputGradient) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _output = output;
        private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
        private readonly Span<T> _inputGradient = inputGradient;

        public void DoPart(int part)
        {
            var start = part * SimdLoop.PartLength;
            var length = int.Min(SimdLoop.PartLength, _output.Length - start);
            var loop = new GateLoop<T>(
                _output.Slice(start, length), _outputGradient.Slice(start, length), _inputGradient.Slice(start, length));
            SimdLoop.Run<GateLoop<T>, T>(ref loop, length);
        }
    }

    private readonly ref struct GateLoop<T>(ReadOnlySpan<T> output, ReadOnlySpan<T> outputGradient, Span<T> inputGradient) : ISimdLoop<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _output = output;
        private readonly ReadOnlySpan<T> _outputGradient = outputGradient;
        private readonly Span<T> _inputGradient = inputGradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var y = TSimd.Load(in _output[i]);
                var dy = TSimd.Load(in _outputGradient[i]);
                TSimd.Store(TSimd.WherePositive(y, dy, TSimd.Broadcast(T.Zero)), ref _inputGradient[i]); // dx = y > 0 ? dy : 0
            }

            return i;
        }
    }
}
