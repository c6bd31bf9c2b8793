namespace Vae.Model;

/// <summary>Solves small symmetric positive-definite systems in place, without allocating.</summary>
/// <remarks>Row-major; the lower half of the matrix is read and overwritten.</remarks>
internal static class CholeskySolver
{
    /// <summary>Factors <c>A = C C^T</c>, C lower triangular.</summary>
    /// <param name="matrix">A; overwritten with C.</param>
    /// <param name="size">Rows of A.</param>
    public static void Factor(Span<double> matrix, int size)
    {
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                var sum = matrix[(row * size) + column];
                for (var k = 0; k < column; k++)
                {
                    sum -= matrix[(row * size) + k] * matrix[(column * size) + k];
                }

                matrix[(row * size) + column] = row == column
                    ? double.Sqrt(double.Max(sum, double.Epsilon))
                    : sum / matrix[(column * size) + column];
            }
        }
    }

    /// <summary>Solves <c>C C^T x = b</c>.</summary>
    /// <param name="factor">C of <see cref="Factor"/>.</param>
    /// <param name="vector">b; overwritten with x.</param>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> vector)
    {
        var size = vector.Length;
        SolveLower(factor, vector);                                   // C y = b
        for (var row = size - 1; row >= 0; row--)                     // C^T x = y
        {
            var sum = vector[row];
            for (var k = row + 1; k < size; k++)
            {
                sum -= factor[(k * size) + row] * vector[k];
            }

            vector[row] = sum / factor[(row * size) + row];
        }
    }

    /// <summary>Solves <c>C y = b</c>, the forward substitution.</summary>
    /// <param name="factor">C of <see cref="Factor"/>.</param>
    /// <param name="vector">b; overwritten with y.</param>
    public static void SolveLower(ReadOnlySpan<double> factor, Span<double> vector)
    {
        var size = vector.Length;
        for (var row = 0; row < size; row++)
        {
            var sum = vector[row];
            for (var k = 0; k < row; k++)
            {
                sum -= factor[(row * size) + k] * vector[k];
            }

            vector[row] = sum / factor[(row * size) + row];
        }
    }

    /// <summary>Computes <c>log|C|</c>, half of the logarithm of the determinant of A.</summary>
    /// <param name="factor">C of <see cref="Factor"/>.</param>
    /// <param name="size">Rows of A.</param>
    public static double LogDeterminant(ReadOnlySpan<double> factor, int size)
    {
        var sum = 0.0;
        for (var row = 0; row < size; row++)
        {
            sum += double.Log(factor[(row * size) + row]);
        }

        return sum;
    }

    /// <summary>Computes the log-density of a mixture's Gaussian, without the constant that N(0, I) has, too:
    /// <c>log s - log|C| - |C^-1 (x - m)|^2 / 2</c>, nats.</summary>
    /// <param name="constant">log s - log|C|, s being its share in the mixture.</param>
    /// <param name="factor">C, the factor of its covariance.</param>
    /// <param name="away">x - m; overwritten with C^-1 (x - m).</param>
    public static double LogDensity(double constant, ReadOnlySpan<double> factor, Span<double> away)
    {
        SolveLower(factor, away);
        var sum = constant;
        foreach (var y in away)
        {
            sum -= y * y / 2;
        }

        return sum;
    }

    /// <summary>Computes the inverse of <c>A = C C^T</c>.</summary>
    /// <param name="factor">C of <see cref="Factor"/>.</param>
    /// <param name="size">Rows of A.</param>
    /// <param name="inverse">size x size numbers; overwritten.</param>
    public static void Invert(ReadOnlySpan<double> factor, int size, Span<double> inverse)
    {
        inverse.Clear();
        for (var i = 0; i < size; i++)
        {
            inverse[(i * size) + i] = 1;
            Solve(factor, inverse.Slice(i * size, size));
        }
    }
}
