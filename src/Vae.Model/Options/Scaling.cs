namespace Vae.Model;

/// <summary>The scaling of a table's columns before a model sees them.</summary>
public enum Scaling
{
    /// <summary>No scaling.</summary>
    None,

    /// <summary>Scales to mean 0 and standard deviation 1: <c>(x - mean) / deviation</c>.
    /// For the Gaussian likelihoods.</summary>
    Standard,

    /// <summary>Scales the least number to 0 and the largest to 1: <c>(x - least) / (largest - least)</c>. For the Bernoulli
    /// likelihoods. A number outside the fitted range, as in nearly all held-out data, is clamped to its nearer end; to find
    /// rows that are too large or too small, take <see cref="Standard"/> and a Gaussian likelihood.</summary>
    MinMax,

    /// <summary>Each column of a table by its kind, for a likelihood for each column: a real number or a date to mean 0 and
    /// deviation 1, the logarithm of a positive number likewise, everything else as it is.</summary>
    ByKind,
}
