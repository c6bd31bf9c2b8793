using Vae.Math;

namespace Vae.Formats;

/// <summary>An output of the decoder's graph: a parameter of a column's distribution given z.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Count">Numbers in a row.</param>
/// <param name="Meaning">The numbers' meaning in words, for the metadata.</param>
internal sealed record OnnxParameter(string Name, int Count, string Meaning)
{
    /// <summary>The parameters of a likelihood, named without their column.</summary>
    public static OnnxParameter[] Of(ColumnLikelihood likelihood)
    {
        var atoms = likelihood.Atoms.Count + (likelihood.HasZeros ? 1 : 0);
        OnnxParameter[] own = likelihood.Family switch
        {
            ColumnFamily.Gaussian => OfGaussians(likelihood, 1),
            ColumnFamily.GaussianMixture =>
            [
                new("share", likelihood.Components, "the share of each component; their sum is 1"),
                .. OfGaussians(likelihood, likelihood.Components),
            ],
            ColumnFamily.StudentT =>
            [
                OfNumber(likelihood, "location", 1, "the location of a Student-t"),
                OfNumber(likelihood, "scale", 1, "the scale of a Student-t"),
                new("degrees_of_freedom", 1, "the degrees of freedom of a Student-t"),
            ],
            ColumnFamily.Poisson => [new("rate", 1, "the mean of a Poisson distribution")],
            ColumnFamily.NegativeBinomial => OfCounts(""),
            ColumnFamily.ZeroInflatedNegativeBinomial =>
            [
                new("zero_probability", 1, "the probability of a zero beside those of the negative binomial distribution"),
                .. OfCounts(" of the other counts"),
            ],
            ColumnFamily.Bernoulli => [new("probability", 1, "the probability of the second level")],
            _ => [new("probability", likelihood.Levels, "the probability of each level")],
        };
        return atoms == 0 ? own
            : [new("atom_probability", atoms, "the probability of each of atoms; the rest is the other values'"), .. own];
    }

    private static OnnxParameter[] OfGaussians(ColumnLikelihood likelihood, int count) =>
    [
        OfNumber(likelihood, "mean", count, count == 1 ? "the mean of a Gaussian" : "the mean of each component, a Gaussian"),
        OfNumber(likelihood, "deviation", count, "its standard deviation"),
    ];

    private static OnnxParameter OfNumber(ColumnLikelihood likelihood, string name, int count, string meaning)
        => likelihood.IsLogarithm
            ? new($"log_{name}", count, $"{meaning}, of the natural logarithm of the value")
            : new(name, count, $"{meaning}, in the column's units");

    private static OnnxParameter[] OfCounts(string which) =>
    [
        new("mean", 1, $"the mean m{which}, of a negative binomial distribution"),
        new("size", 1, "its size r; the variance is m + m^2 / r"),
    ];
}
