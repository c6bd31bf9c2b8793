using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>The products of the reference step (784-400-20-400-784, batch 128): ours against MathNet's own.</summary>
public class ProductBenchmarks
{
    private readonly SimdProduct<float> _simd = new();
    private readonly MathNetProduct<float> _mathNet = new();
    private Matrix<float> _left = null!;
    private Matrix<float> _right = null!;
    private Matrix<float> _result = null!;
    private Transposed _transposed;

    /// <summary>Rows, inner length and columns of the product, and which factor is read transposed.</summary>
    [Params("400x784x128", "784x400x128", "20x400x128", "784x128x400 right", "400x784x128 left", "512x512x512")]
    public string Shape { get; set; } = "";

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
    }

    /// <summary>Our own kernel on all processors.</summary>
    [Benchmark(Baseline = true)]
    public void Simd() => _simd.Multiply(_left, _right, _result, _transposed);

    /// <summary>MathNet with the provider it has loaded, the managed one unless the machine adds another.</summary>
    [Benchmark]
    public void MathNet() => _mathNet.Multiply(_left, _right, _result, _transposed);

    private static Matrix<float> Random(int rows, int columns)
    {
        var matrix = Matrix<float>.Build.Dense(rows, columns);
        new RandomDraws(1, 0, (ulong)(rows * columns)).FillNormal(matrix.AsSpan());
        return matrix;
    }
}
