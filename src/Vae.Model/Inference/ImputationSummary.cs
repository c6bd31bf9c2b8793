namespace Vae.Model;

/// <summary>The counts and the reliability of an imputation.</summary>
/// <param name="Filled">The number of values filled in; one that was drawn several times counts once.</param>
/// <param name="MedianEffectiveSampleSize">The median over the rows with holes of the effective sample size of their draws; NaN
/// where no row needed draws.</param>
/// <param name="Doubtful">The number of rows whose effective sample size is below 10.</param>
internal sealed record ImputationSummary(long Filled, double MedianEffectiveSampleSize, int Doubtful);
