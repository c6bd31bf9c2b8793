using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Products by a CBLAS library on the user's machine: OpenBLAS, BLIS, Intel's MKL, Apple's Accelerate, or any other by its
/// path. It is optional: a peer to measure against, or a choice for users who prefer their vendor's library.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// <para>The library uses its own threads, as many as the team. The library decides whether bits depend on their number, and
/// whether NaN and infinity always propagate. A call allocates nothing here.</para>
/// <para>Reference: Blackford et al. 2002, "An updated set of basic linear algebra subprograms"; the functions are
/// <c>cblas_sgemm</c> and <c>cblas_dgemm</c> with integers of 32 bits.</para>
/// </remarks>
public sealed unsafe class CblasProduct<T> : IMatrixProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CblasLibrary _library;

    private CblasProduct(CblasLibrary library, WorkerTeam? team)
    {
        _library = library;
        Team = team ?? WorkerTeam.Shared;
    }

    /// <summary>The libraries that are found without a path: <c>openblas</c>,
    /// <c>blis</c>, <c>mkl</c>, <c>accelerate</c>.</summary>
    public static IReadOnlyList<string> LibraryNames => CblasLibrary.Names;

    /// <summary>The requested name of the library, such as <c>openblas</c>, or its full path.</summary>
    public string Name => _library.Name;

    /// <inheritdoc/>
    public string Description
    {
        get
        {
            var version = _library.Version.Length > 0 ? $" ({_library.Version})" : "";
            return $"CBLAS product: {_library.Path}{version}, threads: {Team.Threads}";
        }
    }

    /// <summary>The threads of the element-wise work around the products; the library uses as many of its own.</summary>
    public WorkerTeam Team { get; }

    /// <summary>Loads a library and makes a product of it.</summary>
    /// <param name="library">One of <see cref="LibraryNames"/>, or the path of a library
    /// with <c>cblas_sgemm</c> and <c>cblas_dgemm</c>.</param>
    /// <param name="team">The threads; the shared team where there is none.</param>
    /// <param name="product">The product.</param>
    /// <param name="problem">The attempts in one line, where the library is missing or unusable.</param>
    /// <returns>Whether it worked.</returns>
    /// <exception cref="ArgumentException"><paramref name="library"/> is null or empty.</exception>
    public static bool TryLoad(
        string library,
        WorkerTeam? team,
        [NotNullWhen(true)] out CblasProduct<T>? product,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentException.ThrowIfNullOrEmpty(library);
        product = CblasLibrary.TryLoad(library, out var loaded, out problem) ? new CblasProduct<T>(loaded, team) : null;
        return product is not null;
    }

    /// <inheritdoc/>
    public void Multiply(
        Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false)
    {
        var inner = Shape.RequireProduct(left, right, result, transposed);
        _library.UseThreads(Team.Threads);
        fixed (T* a = left.AsSpan(), b = right.AsSpan(), c = result.AsSpan())
        {
            var (m, n, lda, ldb, ldc) = (result.RowCount, result.ColumnCount, left.RowCount, right.RowCount, result.RowCount);
            var first = (transposed & Transposed.Left) != 0 ? CblasLibrary.Transposed : CblasLibrary.NotTransposed;
            var second = (transposed & Transposed.Right) != 0 ? CblasLibrary.Transposed : CblasLibrary.NotTransposed;
            if (typeof(T) == typeof(float))
            {
                _library.Float(
                    CblasLibrary.ColumnMajor, first, second, m, n, inner,
                    1, (float*)a, lda, (float*)b, ldb, add ? 1 : 0, (float*)c, ldc);
            }
            else
            {
                _library.Double(
                    CblasLibrary.ColumnMajor, first, second, m, n, inner,
                    1, (double*)a, lda, (double*)b, ldb, add ? 1 : 0, (double*)c, ldc);
            }
        }
    }
}
