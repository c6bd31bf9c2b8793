namespace Vae.Math;

/// <summary>All that a diagnosis of one parameter may look at: every entry, column by column.</summary>
/// <param name="parameter">The parameter, with its values where they were.</param>
/// <param name="before">What stood in the gradient before the backward pass.</param>
/// <param name="gradient">What the backward pass left.</param>
/// <param name="again">What a second run of it left.</param>
/// <param name="samples">Samples in the batch; 0 where that is not known.</param>
internal sealed class GradientEvidence(Parameter<double> parameter, double[] before, double[] gradient, double[] again, int samples)
{
    public Parameter<double> Parameter => parameter;

    public double[] Before => before;

    public double[] Gradient => gradient;

    public double[] Again => again;

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

    public bool IsWrong(int index) => !(GradientCheck.RelativeError(gradient[index], Expected[index]) <= GradientCheck.Tolerance);

    public int[] Wrong() => [.. Enumerable.Range(0, Count).Where(IsWrong)];
}
