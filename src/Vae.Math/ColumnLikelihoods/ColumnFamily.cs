namespace Vae.Math;

/// <summary>The family of distributions of a table's column.</summary>
public enum ColumnFamily
{
    /// <summary>A Gaussian: the mean m, then the raw log-variance.</summary>
    Gaussian,

    /// <summary>A Student-t: the location m, the raw logarithm of the scale c, then the raw degrees of freedom, one number for
    /// the whole column.</summary>
    StudentT,

    /// <summary>A mixture of Gaussians: a logit, then a mean, then a raw log-variance of each component.</summary>
    GaussianMixture,

    /// <summary>A Poisson distribution: the logarithm o of the rate.</summary>
    Poisson,

    /// <summary>A negative binomial distribution: the logarithm o of the mean, the logarithm rho of the size.</summary>
    NegativeBinomial,

    /// <summary>A negative binomial distribution with more zeros: the logit g of the further zeros, then o and rho.</summary>
    ZeroInflatedNegativeBinomial,

    /// <summary>A Bernoulli distribution: the logit l.</summary>
    Bernoulli,

    /// <summary>A distribution over levels without an order: a logit of each.</summary>
    Category,

    /// <summary>A distribution over ordered levels, by cumulative logits: the location eta, then the raw thresholds, which are
    /// the whole column's.</summary>
    Ordinal,
}
