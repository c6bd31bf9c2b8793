using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Learnt numbers, with their name and their gradient. Adam, the checkpoint and the gradient check all walk one
/// ordered list of parameters.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Parameter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a parameter of zeros.</summary>
    /// <param name="name">Its name in checkpoints and messages, such as <c>encoder.hidden.0.weight</c>.</param>
    /// <param name="rows">Rows: the outputs of a layer.</param>
    /// <param name="columns">Columns: the inputs of a layer; 1 for a bias.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public Parameter(string name, int rows, int columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Name = name;
        Value = Matrix<T>.Build.Dense(rows, columns);
        Gradient = Matrix<T>.Build.Dense(rows, columns);
    }

    /// <summary>The name in checkpoints and messages.</summary>
    public string Name { get; }

    /// <summary>The values, rows x columns.</summary>
    public Matrix<T> Value { get; }

    /// <summary>dL/d<see cref="Value"/>, of the same shape; overwritten by each backward pass.</summary>
    public Matrix<T> Gradient { get; }

    /// <summary>Whether the values are kept with the model, but not learnt: the gradient stays 0, and an optimiser leaves them as
    /// they are.</summary>
    public bool IsFixed { get; init; }

    /// <summary>The number of values.</summary>
    public int Count => Value.RowCount * Value.ColumnCount;

    /// <summary>The name and the shape.</summary>
    public override string ToString() => $"{Name} ({Value.RowCount} x {Value.ColumnCount})";
}
