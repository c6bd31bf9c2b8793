using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>
/// The products of the reference step (784-400-20-400-784, batch 128), of the report's net with its latent of 2, and some
/// squares: ours, MathNet's own, MathNet with our provider, and those CBLAS libraries that are installed here. All on all
/// processors.
/// </summary>
public class ProductBenchmarks
{
    private const string Managed = "mathnet";
    private const string WithProvider = "mathnet + ours";

    private readonly ILinearAlgebraProvider _before = LinearAlgebraControl.Provider;
    private IMatrixProduct<float> _product = null!;
    private Matrix<float> _left = null!;
    private Matrix<float> _right = null!;
    private Matrix<float> _result = null!;
    private Transposed _transposed;

    /// <summary>What can multiply here.</summary>
    public static IEnumerable<string> Products
        =>
        [
            "simd",
            .. CblasProduct<float>.LibraryNames.Where(name => CblasProduct<float>.TryLoad(name, null, out _, out _)),
            WithProvider,
            Managed,
        ];

    /// <summary>Rows, inner length and columns of the product, and which factor is read transposed.</summary>
    [Params(
        "400x784x128", "784x400x128", "20x400x128", "400x20x128", "400x128x784 right", "784x128x400 right", "20x128x400 right",
        "400x784x128 left", "400x20x128 left", "2x400x128", "400x2x128", "64x64x64", "256x256x256", "512x512x512",
        "1024x1024x1024")]
    public string Shape { get; set; } = "";

    /// <summary>What multiplies.</summary>
    [ParamsSource(nameof(Products))]
    public string Product { get; set; } = "";

    /// <summary>Fills the factors.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var words = Shape.Split(' ');
        int[] lengths = [.. words[0].Split('x').Select(int.Parse)];
        var (rows, inner, columns) = (lengths[0], lengths[1], lengths[2]);
        _transposed = words.Length == 1 ? Transposed.Neither : Enum.Parse<Transposed>(words[1], ignoreCase: true);
        _left = Random(_transposed == Transposed.Left ? inner : rows, _transposed == Transposed.Left ? rows : inner);
        _right = Random(_transposed == Transposed.Right ? columns : inner, _transposed == Transposed.Right ? inner : columns);
        _result = Matrix<float>.Build.Dense(rows, columns);
        _product = Make(Product);
    }

    /// <summary>Goes back to the provider before.</summary>
    [GlobalCleanup]
    public void GoBack() => LinearAlgebraControl.Provider = _before;

    /// <summary>One product.</summary>
    [Benchmark]
    public void Multiply() => _product.Multiply(_left, _right, _result, _transposed);

    private static IMatrixProduct<float> Make(string name)
    {
        switch (name)
        {
            case "simd":
                return new SimdProduct<float>();
            case Managed:
                LinearAlgebraControl.UseManaged();
                return new MathNetProduct<float>();
            case WithProvider:
                SimdLinearAlgebraProvider.Use();
                return new MathNetProduct<float>();
            default:
                return CblasProduct<float>.TryLoad(name, null, out var product, out var problem)
                    ? product
                    : throw new InvalidOperationException(problem);
        }
    }

    private static Matrix<float> Random(int rows, int columns)
    {
        var matrix = Matrix<float>.Build.Dense(rows, columns);
        new RandomDraws(1, 0, (ulong)(rows * columns)).FillNormal(matrix.AsSpan());
        return matrix;
    }
}
