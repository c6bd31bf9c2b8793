namespace Vae.Math.Tests;

/// <summary>Values with probabilities of their own.</summary>
public sealed class AtomsFamilyTests
{
    private static readonly ColumnLikelihood Column = new() { Family = ColumnFamily.Gaussian, Atoms = [0.5, -1] };
    private static readonly AtomsFamily<double> Atoms = new(Column, new GaussianFamily<double>(Column));
    private static readonly double[] Outputs = [0.3, -0.7, 0.2, -0.4]; // two logits, mean, raw log-variance

    private static double Loss(double x, double[] outputs)
    {
        var loss = new double[1];
        Atoms.Loss(outputs, [x], loss, []);
        return loss[0];
    }

    [Fact]
    public void The_probabilities_of_the_atoms_and_of_the_rest_are_1()
    {
        var sum = 1 + double.Exp(0.3) + double.Exp(-0.7);
        var rest = new double[1];
        new GaussianFamily<double>(Column).Loss(Outputs.AsSpan(2), [0.1], rest, []);

        Assert.Equal(double.Log(sum) - 0.3, Loss(0.5, Outputs), 1e-12);
        Assert.Equal(double.Log(sum) + 0.7, Loss(-1, Outputs), 1e-12);
        Assert.Equal(double.Log(sum) + rest[0], Loss(0.1, Outputs), 1e-12);
    }

    // Central differences with a step of 1e-5 are right to about 1e-10 of a loss of the size 1.
    [Theory]
    [InlineData(0.5)]
    [InlineData(-1)]
    [InlineData(0.1)]
    public void Gradients_agree_with_central_differences(double x)
    {
        var (loss, gradient) = (new double[1], new double[4]);
        Atoms.Loss(Outputs, [x], loss, gradient);
        for (var i = 0; i < Outputs.Length; i++)
        {
            double[] above = [.. Outputs], below = [.. Outputs];
            above[i] += 1e-5;
            below[i] -= 1e-5;
            Assert.Equal((Loss(x, above) - Loss(x, below)) / 2e-5, gradient[i], 1e-8);
        }
    }

    [Fact]
    public void The_point_is_the_mean_over_atoms_and_the_rest()
    {
        var sum = 1 + double.Exp(0.3) + double.Exp(-0.7);
        var mean = ((double.Exp(0.3) * 0.5) + (double.Exp(-0.7) * -1) + 0.2) / sum;
        Assert.Equal(mean, Atoms.Point(Outputs, [1.0]), 1e-12);
    }

    // Of a logarithm, the median: the atom at 0.5 has 38 % and 2/3 of the rest lie below it, so it holds the middle.
    [Fact]
    public void The_point_of_a_logarithm_is_the_median()
    {
        var column = Column with { IsLogarithm = true };
        var family = new AtomsFamily<double>(column, new GaussianFamily<double>(column));
        var draws = new double[20_001];
        for (var i = 0; i < draws.Length; i++)
        {
            var random = new EntryDraws(new RandomDraws(3, 5, 0), i);
            draws[i] = family.Draw(Outputs, ref random);
        }

        Array.Sort(draws);
        // The median of n draws lies within 3 / (2 sqrt(n)) of probability: 1 %.
        Assert.InRange(family.Point(Outputs, [1.0]), draws[9_700], draws[10_300]);
    }

    [Fact]
    public void Draws_have_the_atoms_with_their_probabilities()
    {
        const int Count = 20_000;
        var counts = new int[2];
        for (var i = 0; i < Count; i++)
        {
            var random = new EntryDraws(new RandomDraws(7, 5, 0), i);
            var x = Atoms.Draw(Outputs, ref random);
            counts[0] += x == 0.5 ? 1 : 0;
            counts[1] += x == -1 ? 1 : 0;
        }

        var sum = 1 + double.Exp(0.3) + double.Exp(-0.7);
        // Four deviations of a share: 4 sqrt(p (1 - p) / n) is below 0.014.
        Assert.Equal(double.Exp(0.3) / sum, counts[0] / (double)Count, 0.014);
        Assert.Equal(double.Exp(-0.7) / sum, counts[1] / (double)Count, 0.014);
    }

    [Fact]
    public void A_start_has_the_shares_of_the_values()
    {
        var others = Enumerable.Range(0, 50).Select(i => i / 10.0);
        double[] values = [.. Enumerable.Repeat(0.5, 30), .. Enumerable.Repeat(-1.0, 20), .. others];
        var outputs = new double[4];
        Atoms.Start(values, outputs);
        var sum = 1 + double.Exp(outputs[0]) + double.Exp(outputs[1]);
        // One of the other 50 values is 0.5, too; half a value is added to each count.
        Assert.Equal(31 / 100.0, double.Exp(outputs[0]) / sum, 0.01);
        Assert.Equal(20 / 100.0, double.Exp(outputs[1]) / sum, 0.01);
    }
}
