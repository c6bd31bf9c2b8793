namespace Vae.Model.Tests;

/// <summary>Small symmetric systems, on whole numbers that leave no rounding.</summary>
public sealed class CholeskySolverTests
{
    private static readonly double[] C = [2, 0, 0, 1, 3, 0, -1, 2, 4];

    // C C^T.
    private static readonly double[] A = [4, 2, -2, 2, 10, 5, -2, 5, 21];

    [Fact]
    public void A_matrix_is_factored_into_its_lower_factor()
    {
        double[] factor = [.. A];
        CholeskySolver.Factor(factor, 3);
        Assert.Equal(
            [2, 1, 3, -1, 2, 4], new[] { factor[0], factor[3], factor[4], factor[6], factor[7], factor[8] }); // the lower half
    }

    [Fact]
    public void A_system_is_solved()
    {
        double[] vector = [-6, -3, 51];                               // A (1, -2, 3)^T
        CholeskySolver.Solve(C, vector);
        Assert.Equal([1, -2, 3], vector);
    }

    [Fact]
    public void The_forward_substitution_solves_the_lower_half()
    {
        double[] vector = [2, -5, 7];                                 // C (1, -2, 3)^T
        CholeskySolver.SolveLower(C, vector);
        Assert.Equal([1, -2, 3], vector);
    }

    [Fact]
    public void The_log_density_is_that_of_the_Gaussian_without_its_constant()
    {
        double[] away = [2, -5, 7];                                   // C^-1 (x - m) = (1, -2, 3)
        var constant = double.Log(0.25) - CholeskySolver.LogDeterminant(C, 3);
        var expected = double.Log(0.25) - (14 / 2.0) - double.Log(2 * 3 * 4); // log s - |C^-1 (x - m)|^2 / 2 - log|C|
        Assert.Equal(expected, CholeskySolver.LogDensity(constant, C, away), 1e-14); // four roundings near 10
    }

    [Fact]
    public void A_matrix_is_inverted()
    {
        var inverse = new double[9];
        CholeskySolver.Invert(C, 3, inverse);
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
            {
                var sum = Enumerable.Range(0, 3).Sum(k => A[(row * 3) + k] * inverse[(k * 3) + column]);
                Assert.Equal(row == column ? 1 : 0, sum, 1e-14);      // sums of three products below 10
            }
        }
    }
}
