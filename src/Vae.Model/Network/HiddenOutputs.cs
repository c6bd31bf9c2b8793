using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>The outputs of a chain of hidden layers for one batch, and where they are not zero.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="values">H of each layer, size x columns.</param>
internal sealed class HiddenOutputs<T>(Matrix<T>[] values)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NonZeros?[] _marks = new NonZeros?[values.Length];

    /// <summary>H of each layer.</summary>
    public Matrix<T>[] Values { get; } = values;

    /// <summary>The places where a layer's H is not zero; null where they are not marked.</summary>
    public NonZeros? NonZeros(int layer) => _marks[layer];

    /// <summary>The places where the last layer's H is not zero; null where they are not marked.</summary>
    public NonZeros? LastNonZeros => _marks[^1];

    /// <summary>Marks the places where a layer's H is not zero: every time it is written, or never.</summary>
    public void Mark(int layer, WorkerTeam team)
        => (_marks[layer] ??= new NonZeros(Values[layer].RowCount, Values[layer].ColumnCount)).Mark(Values[layer], team);
}
