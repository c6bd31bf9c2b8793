using System.Text.Json.Serialization;
using static System.FormattableString;

namespace Vae.Math;

/// <summary>The likelihood of one column of a table: its family and what is fixed about it.</summary>
/// <remarks>Its outputs are rows of the decoder's output, in the order that <see cref="ColumnFamily"/> says; with
/// <see cref="HasZeros"/> the logit of a zero stands before them, then that of each of <see cref="Atoms"/>. The last rows may
/// be shared: numbers that are learnt once for
/// the column and do not depend on z. Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
public sealed record ColumnLikelihood
{
    private const int MostLevels = 100_000;
    private const int MostComponents = 1000;

    private readonly double[] _atoms = [];

    /// <summary>The family.</summary>
    public required ColumnFamily Family { get; init; }

    /// <summary>The number of levels of a category or an ordinal, at least 2; 0 for other families.</summary>
    public int Levels { get; init; }

    /// <summary>The number of components of a mixture, at least 1.</summary>
    public int Components { get; init; } = 1;

    /// <summary>The atoms: values of x that occur so often that each has a probability of its own. x belongs to an atom where
    /// both
    /// are the same number of type T. For a Gaussian, a Student-t or a mixture. Copied.</summary>
    public IReadOnlyList<double> Atoms { get => _atoms; init => _atoms = [.. value ?? []]; }

    /// <summary>The soft floor of a Gaussian's deviation or a Student-t's scale, above 0, in the units of x. A column that is
    /// recorded in steps of d has no deviation below d / sqrt(12).</summary>
    public double LeastDeviation { get; init; } = 1e-3;

    /// <summary>Whether a value of zero has a probability of its own. x is then minus infinity where the value is zero, as the
    /// logarithm of zero is. For a Gaussian, a Student-t or a mixture.</summary>
    public bool HasZeros { get; init; }

    /// <summary>Whether x is the logarithm of the column's value; its point estimate is then the median, not the mean.</summary>
    public bool IsLogarithm { get; init; }

    /// <summary>Whether a Gaussian's log-variance, a Student-t's scale or a negative binomial's size is one number for the
    /// column, which does not depend on z.</summary>
    public bool SharesScale { get; init; }

    /// <summary>The number of rows in the decoder's output.</summary>
    [JsonIgnore]
    public int Outputs => (HasZeros ? 1 : 0) + _atoms.Length + Family switch
    {
        ColumnFamily.Gaussian => 2,
        ColumnFamily.StudentT => 3,
        ColumnFamily.GaussianMixture => 3 * Components,
        ColumnFamily.Poisson => 1,
        ColumnFamily.NegativeBinomial => 2,
        ColumnFamily.ZeroInflatedNegativeBinomial => 3,
        ColumnFamily.Bernoulli => 1,
        ColumnFamily.Category => Levels,
        ColumnFamily.Ordinal => Levels,                               // eta and Levels - 1 thresholds
        _ => throw new InvalidOperationException($"There is no such family: {Family}."),
    };

    /// <summary>The number of shared rows, the last of <see cref="Outputs"/>.</summary>
    [JsonIgnore]
    public int SharedOutputs => Family switch
    {
        ColumnFamily.StudentT => SharesScale ? 2 : 1,
        ColumnFamily.GaussianMixture => SharesScale ? Components : 0,
        ColumnFamily.Gaussian or ColumnFamily.NegativeBinomial or ColumnFamily.ZeroInflatedNegativeBinomial
            => SharesScale ? 1 : 0,
        ColumnFamily.Ordinal => Levels - 1,
        _ => 0,
    };

    /// <summary>Checks the values, which may come from a file.</summary>
    /// <returns>This very likelihood.</returns>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public ColumnLikelihood Validated()
    {
        Require(Enum.IsDefined(Family), $"There is no such family: {Family}.");
        var hasLevels = Family is ColumnFamily.Category or ColumnFamily.Ordinal;
        var levels = hasLevels ? $"from 2 to {MostLevels}" : "0";
        Require(
            hasLevels ? Levels is >= 2 and <= MostLevels : Levels == 0,
            $"The levels of a {Family} must be {levels}, but are {Levels}.");
        var isMixture = Family == ColumnFamily.GaussianMixture;
        var components = isMixture ? $"from 1 to {MostComponents}" : "1";
        Require(
            isMixture ? Components is >= 1 and <= MostComponents : Components == 1,
            $"The components of a {Family} must be {components}, but are {Components}.");
        var isNumber = Family is ColumnFamily.Gaussian or ColumnFamily.StudentT or ColumnFamily.GaussianMixture;
        Require(
            _atoms.Length == 0 || (isNumber && _atoms.Length <= MostComponents && _atoms.All(double.IsFinite)),
            $"Only a number has atoms, at most {MostComponents} of them, each finite.");
        Require(
            LeastDeviation > 0 && double.IsFinite(LeastDeviation),
            Invariant($"The least deviation must be a finite number above 0, but is {LeastDeviation}."));
        Require(
            !HasZeros || isNumber,
            $"A {Family} cannot have zeros of its own.");
        return this;
    }

    /// <summary>Whether the other likelihood has the same family and values.</summary>
    /// <param name="other">The other likelihood.</param>
    public bool Equals(ColumnLikelihood? other)
        => other is not null
            && (Family, Levels, Components, LeastDeviation, HasZeros, IsLogarithm, SharesScale)
                == (other.Family, other.Levels, other.Components, other.LeastDeviation, other.HasZeros, other.IsLogarithm,
                    other.SharesScale)
            && _atoms.SequenceEqual(other._atoms);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Family, Levels, Components, LeastDeviation, _atoms.Length);

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
