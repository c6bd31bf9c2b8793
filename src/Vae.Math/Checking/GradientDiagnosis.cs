namespace Vae.Math;

/// <summary>What a wrong gradient looks like as a whole, and what such an error usually is. It never decides whether a check
/// passes.</summary>
/// <param name="Pattern">What every entry of the gradient fits; <see cref="GradientPattern.None"/> where no usual pattern
/// does.</param>
/// <param name="WrongEntries">How many entries are beyond <see cref="GradientCheck.Tolerance"/>.</param>
/// <param name="Text">The same in words, with the amounts and what to look for. One line.</param>
public sealed record GradientDiagnosis(GradientPattern Pattern, int WrongEntries, string Text)
{
    /// <summary>What the expected gradient is multiplied by, or the term that is too much, where that is one number; else
    /// null.</summary>
    public double? Factor { get; init; }

    /// <summary>The diagnosis in words.</summary>
    public override string ToString() => Text;
}
