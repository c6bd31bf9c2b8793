using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Model;

/// <summary>The posteriors of many samples.</summary>
/// <param name="Mean">latents x samples.</param>
/// <param name="LogVariance">Of the same shape.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record Encodings<T>(Matrix<T> Mean, Matrix<T> LogVariance)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
