using System.Globalization;

namespace Vae.Math;

/// <summary>The worst entry of one parameter and, where entries are wrong, their common pattern.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Entries">The number of the parameter's entries.</param>
/// <param name="Row">The worst entry's row.</param>
/// <param name="Column">The worst entry's column.</param>
/// <param name="Gradient">The worst entry of the backward pass.</param>
/// <param name="Expected">Its central difference.</param>
/// <param name="RelativeError">The distance of the two, relative to the larger (see <see cref="GradientCheck.Floor"/>); NaN
/// where either is NaN.</param>
public sealed record ParameterCheck(
    string Name, int Entries, int Row, int Column, double Gradient, double Expected, double RelativeError)
{
    /// <summary>The diagnosis of the whole gradient, where an entry is beyond
    /// <see cref="GradientCheck.Tolerance"/>; null where all are right. A gradient that is right only after the
    /// first run of the backward pass passes and has a diagnosis.</summary>
    public GradientDiagnosis? Diagnosis { get; init; }

    /// <summary>Whether the error is within the tolerance; NaN never is.</summary>
    /// <param name="tolerance">The largest relative error to accept.</param>
    public bool Passes(double tolerance = GradientCheck.Tolerance) => RelativeError <= tolerance;

    /// <summary>The worst entry in words: name, index, both gradients, error; below it a diagnosis,
    /// if there is one.</summary>
    public override string ToString()
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}[{Row}, {Column}]: backward {Gradient:G9}, central differences {Expected:G9}, "
            + $"relative error {RelativeError:0.0e+00}")
            + (Diagnosis is null ? "" : $"{Environment.NewLine}    {Diagnosis}");
}

/// <summary>The result of a gradient check, a line for each parameter.</summary>
/// <param name="Parameters">The worst entry of each parameter, in the order given.</param>
public sealed record GradientReport(IReadOnlyList<ParameterCheck> Parameters)
{
    /// <summary>The parameter with the largest error; NaN counts as the largest.</summary>
    public ParameterCheck Worst { get; } = Parameters.MaxBy(parameter =>
        double.IsNaN(parameter.RelativeError) ? double.PositiveInfinity : parameter.RelativeError)!;

    /// <summary>The largest relative error of all entries; NaN where any is NaN.</summary>
    public double WorstRelativeError => Worst.RelativeError;

    /// <summary>Whether every entry is within the tolerance.</summary>
    /// <param name="tolerance">The largest relative error to accept.</param>
    public bool Passes(double tolerance = GradientCheck.Tolerance) => Parameters.All(parameter => parameter.Passes(tolerance));

    /// <summary>A line for each parameter, and its diagnosis below it where there is one.</summary>
    public override string ToString() => string.Join(Environment.NewLine, Parameters);
}
