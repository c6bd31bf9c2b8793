using System.Text.Json.Serialization;
using Vae.Math;

namespace Vae.Model;

/// <summary>A column of a table in a model: its likelihood, and how the encoder reads it.</summary>
/// <param name="Likelihood">The likelihood of the column's value.</param>
/// <remarks>The encoder reads a number as it is scaled, a count x as <c>(log(1 + x) - offset) / scale</c>, a category one-hot, an
/// ordinal as a ladder of zeros and ones, and one further number that is 1 where the value is missing. A missing value's other
/// numbers are 0.</remarks>
public sealed record ColumnOptions(ColumnLikelihood Likelihood)
{
    /// <summary>The mean of <c>log(1 + x)</c> of a count; 0 for other columns.</summary>
    public double InputOffset { get; init; }

    /// <summary>The deviation of <c>log(1 + x)</c> of a count, above 0; 1 for other columns.</summary>
    public double InputScale { get; init; } = 1;

    /// <summary>Whether the column's value is a count.</summary>
    [JsonIgnore]
    internal bool IsCount => Likelihood.Family
        is ColumnFamily.Poisson or ColumnFamily.NegativeBinomial or ColumnFamily.ZeroInflatedNegativeBinomial;

    /// <summary>The numbers that the encoder reads of the column, the last of them 1 where the value is missing.</summary>
    [JsonIgnore]
    internal int InputRows => 1 + Likelihood.Family switch
    {
        ColumnFamily.Category => Likelihood.Levels,
        ColumnFamily.Ordinal => Likelihood.Levels - 1,
        _ => Likelihood.HasZeros ? 2 : 1,
    };

    /// <summary>Checks the values, which may come from a file.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    internal void Require()
    {
        (Likelihood ?? throw new ArgumentException("A column must have a likelihood, but has none.")).Validated();
        if (!double.IsFinite(InputOffset) || !(InputScale > 0 && double.IsFinite(InputScale)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A column's input must have a finite offset and a scale above 0, but has {InputOffset} and {InputScale}."));
        }
    }
}
