namespace Vae.Model;

/// <summary>The linear system <c>A z = W^T T (x - m)</c>, <c>A = I + W^T T W</c>, whose solution is the posterior mean of z in a
/// factor analysis and whose matrix is its precision; the sums go over the observed numbers of a row.</summary>
/// <remarks>Derivation: docs/derivations.md, FactorPosterior.</remarks>
internal static class FactorSystem
{
    /// <summary>Begins the system of a row: A = I, and 0 on the right-hand side.</summary>
    /// <param name="precision">A, row after row; overwritten.</param>
    /// <param name="vector">The right-hand side; overwritten.</param>
    public static void Begin(Span<double> precision, Span<double> vector)
    {
        precision.Clear();
        vector.Clear();
        for (var k = 0; k < vector.Length; k++)
        {
            precision[(k * vector.Length) + k] = 1;
        }
    }

    /// <summary>Adds an observed number.</summary>
    /// <param name="weights">w, its row of W.</param>
    /// <param name="scaled">t w, the same times the precision of its noise.</param>
    /// <param name="away">x - m.</param>
    /// <param name="precision">A; the lower half is added to.</param>
    /// <param name="vector">The right-hand side; added to.</param>
    public static void Add(
        ReadOnlySpan<double> weights, ReadOnlySpan<double> scaled, double away, Span<double> precision, Span<double> vector)
    {
        var d = vector.Length;
        for (var row = 0; row < d; row++)
        {
            vector[row] += scaled[row] * away;                        // W^T T (x - m)
            for (var column = 0; column <= row; column++)
            {
                precision[(row * d) + column] += scaled[row] * weights[column]; // W^T T W
            }
        }
    }
}
