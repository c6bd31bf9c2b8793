namespace Vae.Formats;

/// <summary>A column's distribution given z, as values of a graph, all doubles.</summary>
/// <param name="Estimate">The point estimate in the column's units, batch x 1: the mean of a number or a count, the median of a
/// positive number or an ordinal, the likeliest level of a flag or a category.</param>
/// <param name="Parameters">The parameters, in the order of <see cref="OnnxColumn.Parameters"/>.</param>
internal sealed record OnnxDistribution(string Estimate, IReadOnlyList<string> Parameters);
