namespace Vae.Model;

/// <summary>How the columns of a table are scaled before a model sees them.</summary>
public enum Scaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To mean 0 and standard deviation 1: <c>(x - mean) / deviation</c>. For the Gaussian likelihoods.</summary>
    Standard,

    /// <summary>To 0 for the least and 1 for the largest: <c>(x - least) / (largest - least)</c>. For the Bernoulli likelihoods.
    /// What lies outside of the range that was fitted, as some held-out rows nearly always do, counts as its end: whoever looks
    /// for rows that are too large or too small takes <see cref="Standard"/> and a Gaussian likelihood.</summary>
    MinMax,
}
