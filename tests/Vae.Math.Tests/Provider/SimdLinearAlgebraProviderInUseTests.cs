using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The provider as a program uses it. It is set for the whole process, so no other test runs beside these.</summary>
[CollectionDefinition(nameof(SimdLinearAlgebraProviderInUseTests), DisableParallelization = true)]
[Collection(nameof(SimdLinearAlgebraProviderInUseTests))]
public sealed class SimdLinearAlgebraProviderInUseTests : IDisposable
{
    private readonly ILinearAlgebraProvider _before = LinearAlgebraControl.Provider;

    public void Dispose() => LinearAlgebraControl.Provider = _before;

    [Fact]
    public void The_previous_provider_can_be_restored()
    {
        var before = SimdLinearAlgebraProvider.Use();
        Assert.Same(_before, before);
        Assert.IsType<SimdLinearAlgebraProvider>(LinearAlgebraControl.Provider);

        LinearAlgebraControl.Provider = before;
        Assert.Same(_before, LinearAlgebraControl.Provider);
    }

    [Fact]
    public void A_team_may_be_given()
    {
        SimdLinearAlgebraProvider.Use(WorkerTeam.OfOne);

        Assert.Contains("threads: 1;", $"{LinearAlgebraControl.Provider}", StringComparison.Ordinal);
    }

    [Fact]
    public void Every_way_to_multiply_dense_matrices_runs_on_our_kernel()
    {
        RequireSame(Some.Matrix<float>(70, 70, seed: 1), Some.Matrix<float>(70, 70, seed: 2));
        RequireSame(Some.Matrix<double>(70, 70, seed: 1), Some.Matrix<double>(70, 70, seed: 2));

        // Random numbers, equal bits: MathNet's own loops would round differently.
        static void RequireSame<T>(Matrix<T> a, Matrix<T> b)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            SimdLinearAlgebraProvider.Use();
            var (x, column) = (b.Column(0), b.SubMatrix(0, 70, 0, 1));
            Assert.Equal(Product(a, b, Transposed.Neither), a * b);
            Assert.Equal(Product(a, b, Transposed.Right), a.TransposeAndMultiply(b));
            Assert.Equal(Product(a, b, Transposed.Left), a.TransposeThisAndMultiply(b));
            Assert.Equal(Product(a, b, Transposed.Left), a.ConjugateTransposeThisAndMultiply(b));
            Assert.Equal(Product(a, column, Transposed.Neither), (a * x).ToColumnMatrix());
            Assert.Equal(Product(a, column, Transposed.Left), a.TransposeThisAndMultiply(x).ToColumnMatrix());
        }

        static Matrix<T> Product<T>(Matrix<T> a, Matrix<T> b, Transposed transposed)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var result = Some.Zeros<T>(a.RowCount, transposed == Transposed.Right ? b.RowCount : b.ColumnCount);
            new SimdProduct<T>().Multiply(a, b, result, transposed);
            return result;
        }
    }

    [Theory]
    [InlineData(3, 5, 4)]
    [InlineData(400, 784, 128)]
    public void A_warm_product_into_a_result_allocates_nothing(int rows, int inner, int columns)
    {
        SimdLinearAlgebraProvider.Use();
        var (a, b, c) = (Some.Zeros<float>(rows, inner), Some.Zeros<float>(inner, columns), Some.Zeros<float>(rows, columns));
        var (left, right) = (a.Transpose(), b.Transpose());
        var (x, y) = (Vector<float>.Build.Dense(inner, 1f), Vector<float>.Build.Dense(rows));
        Action[] products =
        [
            () => a.Multiply(b, c), () => left.TransposeThisAndMultiply(b, c), () => a.TransposeAndMultiply(right, c),
            () => a.Multiply(x, y), () => left.TransposeThisAndMultiply(x, y),
        ];

        // A collection that happens meanwhile books the rest of the thread's allocation buffer, some 8 KB, as allocated:
        // but none happens in every one of ten tries, and a call that allocated would show in each.
        Assert.All(products, product => Assert.Contains(0L, Enumerable.Range(0, 10).Select(_ => Some.AllocatedBytes(product))));
    }

    [Fact]
    public void Factorisations_are_the_managed_ones_to_the_last_bit()
    {
        LinearAlgebraControl.UseManaged();
        var expected = Factorisations();
        SimdLinearAlgebraProvider.Use();

        Assert.Equal(expected, Factorisations());
    }

    private static double[] Factorisations()
    {
        var a = Some.Matrix<double>(9, 9, seed: 1);
        var symmetric = a + a.Transpose() + (20 * Matrix<double>.Build.DenseIdentity(9));   // its eigenvalues are above 0
        var b = Some.Matrix<double>(9, 4, seed: 2);
        var (svd, eigen, eigenSymmetric) = (a.Svd(), a.Evd(), symmetric.Evd(Symmetricity.Symmetric));
        Matrix<double>[] all =
        [
            a.LU().Solve(b), a.Inverse(), a.QR().Q, a.QR().R, a.QR().Solve(b), svd.U, svd.W, svd.VT, svd.Solve(b),
            symmetric.Cholesky().Factor, symmetric.Cholesky().Solve(b),
            eigen.EigenVectors, eigen.D, eigenSymmetric.EigenVectors, eigenSymmetric.D,
        ];
        return [.. all.SelectMany(Some.Doubles), a.Determinant(), .. eigen.EigenValues.Select(value => value.Imaginary)];
    }
}
