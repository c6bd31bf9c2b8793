namespace Vae.Math;

/// <summary>The pattern of a wrong gradient, and its usual cause. It never decides whether a check passes.</summary>
/// <param name="Pattern">The pattern that every entry fits; <see cref="GradientPattern.None"/> where
/// no usual one does.</param>
/// <param name="WrongEntries">The number of entries beyond <see cref="GradientCheck.Tolerance"/>.</param>
/// <param name="Text">The diagnosis in words, with amounts and advice. One line.</param>
public sealed record GradientDiagnosis(GradientPattern Pattern, int WrongEntries, string Text)
{
    /// <summary>The factor on the expected gradient, or the additional term, where it is one number; else null.</summary>
    public double? Factor { get; init; }

    /// <summary>The diagnosis in words.</summary>
    public override string ToString() => Text;
}
