namespace Vae.Math;

/// <summary>The evidence for a diagnosis of one parameter: every entry, column by column.</summary>
/// <param name="parameter">The parameter, with its original values.</param>
/// <param name="before">The gradient before the backward pass.</param>
/// <param name="gradient">The gradient after the backward pass.</param>
/// <param name="again">The gradient after a second run, before which every entry was moved by <see cref="Moved"/>.</param>
/// <param name="samples">The number of samples in the batch; 0 where it is unknown.</param>
internal sealed class GradientEvidence(
    Parameter<double> parameter, double[] before, double[] gradient, double[] again, int samples)
{
    /// <summary>The number added to every entry between the two runs.</summary>
    public const double Moved = 1;

    public Parameter<double> Parameter => parameter;

    public double[] Gradient => gradient;

    /// <summary>The central differences; the check writes them here.</summary>
    public double[] Expected { get; } = new double[gradient.Length];

    public int Samples => samples;

    public int Count => gradient.Length;

    public int Rows => parameter.Value.RowCount;

    public int Columns => parameter.Value.ColumnCount;

    public double[] Values => parameter.Value.AsSpan().ToArray();

    public int Row(int index) => index % Rows;

    public int Column(int index) => index / Rows;

    /// <summary>An entry in words, such as <c>[3, 2]</c>.</summary>
    public string Place(int index) => $"[{Row(index)}, {Column(index)}]";

    /// <summary>The number that the second run added to an entry.</summary>
    public double Added(int index) => again[index] - (gradient[index] + Moved);

    /// <summary>Whether neither run touched an entry.</summary>
    public bool IsUntouched(int index) => gradient[index] == before[index] && again[index] == gradient[index] + Moved;

    /// <summary>An entry after the second run, or after the first where the second did not write it.</summary>
    public double Again(int index) => again[index] == gradient[index] + Moved ? gradient[index] : again[index];

    /// <summary>Whether the second run wrote another gradient than the first, or added to it.</summary>
    public bool Changes()
        => Enumerable.Range(0, Count).Any(i => !(GradientCheck.RelativeError(Again(i), gradient[i]) <= GradientCheck.Tolerance));

    public bool IsWrong(int index) => !(GradientCheck.RelativeError(gradient[index], Expected[index]) <= GradientCheck.Tolerance);

    public int[] Wrong() => [.. Enumerable.Range(0, Count).Where(IsWrong)];
}
