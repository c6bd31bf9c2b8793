using System.Numerics;
using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Vae.Math;

namespace Vae.Benchmarks;

/// <summary>Elementary functions of 4,096 numbers: ours, those of System.Numerics.Tensors, and one by one.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <remarks>Only ours have softplus; TensorPrimitives' sigmoid and log(1 + x) lose small results, so they do less.</remarks>
[GenericTypeArguments(typeof(float)), GenericTypeArguments(typeof(double))]
public class FunctionBenchmarks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _x = new T[4096];
    private readonly T[] _positive = new T[4096];
    private readonly T[] _y = new T[4096];

    /// <summary>Normal draws, and their magnitudes for the logarithms.</summary>
    [GlobalSetup]
    public void Setup()
    {
        new RandomDraws(1, 0, 0).FillNormal<T>(_x);
        TensorPrimitives.Abs<T>(_x, _positive);
    }

    /// <summary>exp.</summary>
    [Benchmark]
    public void Exp() => Elementwise.Exp<T>(_x, _y);

    /// <summary>exp of TensorPrimitives.</summary>
    [Benchmark]
    public void ExpOfTensors() => TensorPrimitives.Exp<T>(_x, _y);

    /// <summary>exp one by one.</summary>
    [Benchmark]
    public void ExpOneByOne()
    {
        for (var i = 0; i < _x.Length; i++)
        {
            _y[i] = T.Exp(_x[i]);
        }
    }

    /// <summary>log.</summary>
    [Benchmark]
    public void Log() => Elementwise.Log<T>(_positive, _y);

    /// <summary>log of TensorPrimitives.</summary>
    [Benchmark]
    public void LogOfTensors() => TensorPrimitives.Log<T>(_positive, _y);

    /// <summary>log(1 + x).</summary>
    [Benchmark]
    public void Log1p() => Elementwise.Log1p<T>(_positive, _y);

    /// <summary>log(1 + x) of TensorPrimitives.</summary>
    [Benchmark]
    public void Log1pOfTensors() => TensorPrimitives.LogP1<T>(_positive, _y);

    /// <summary>Sigmoid.</summary>
    [Benchmark]
    public void Sigmoid() => Elementwise.Sigmoid<T>(_x, _y);

    /// <summary>Sigmoid of TensorPrimitives.</summary>
    [Benchmark]
    public void SigmoidOfTensors() => TensorPrimitives.Sigmoid<T>(_x, _y);

    /// <summary>Softplus.</summary>
    [Benchmark]
    public void Softplus() => Elementwise.Softplus<T>(_x, _y);

    /// <summary>tanh.</summary>
    [Benchmark]
    public void Tanh() => Elementwise.Tanh<T>(_x, _y);

    /// <summary>tanh of TensorPrimitives.</summary>
    [Benchmark]
    public void TanhOfTensors() => TensorPrimitives.Tanh<T>(_x, _y);
}
