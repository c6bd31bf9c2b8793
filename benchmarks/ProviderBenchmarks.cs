using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>A MathNet program's <c>a.Multiply(b, result)</c>, before and after <c>SimdLinearAlgebraProvider.Use()</c>.</summary>
public class ProviderBenchmarks
{
    private ILinearAlgebraProvider _before = null!;
    private Matrix<float> _left = null!;
    private Matrix<float> _right = null!;
    private Matrix<float> _result = null!;

    /// <summary>Rows, inner length and columns of the product.</summary>
    [Params("400x784x128", "784x400x128", "512x512x512", "64x64x64", "8x8x8", "784x400x1")]
    public string Shape { get; set; } = "";

    /// <summary>Chooses MathNet's managed provider.</summary>
    [GlobalSetup(Target = nameof(Managed))]
    public void UseManaged() => Setup(LinearAlgebraControl.UseManaged);

    /// <summary>Chooses ours, on all processors.</summary>
    [GlobalSetup(Target = nameof(Simd))]
    public void UseSimd() => Setup(() => SimdLinearAlgebraProvider.Use());

    /// <summary>Goes back to the provider before.</summary>
    [GlobalCleanup]
    public void GoBack() => LinearAlgebraControl.Provider = _before;

    /// <summary>MathNet as it comes.</summary>
    [Benchmark(Baseline = true)]
    public void Managed() => _left.Multiply(_right, _result);

    /// <summary>MathNet with our provider.</summary>
    [Benchmark]
    public void Simd() => _left.Multiply(_right, _result);

    private void Setup(Action choose)
    {
        int[] lengths = [.. Shape.Split('x').Select(int.Parse)];
        var (rows, inner, columns) = (lengths[0], lengths[1], lengths[2]);
        (_left, _right) = (Matrix<float>.Build.Random(rows, inner, seed: 1), Matrix<float>.Build.Random(inner, columns, seed: 2));
        _result = Matrix<float>.Build.Dense(rows, columns);
        _before = LinearAlgebraControl.Provider;
        choose();
    }
}
