using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>The forward pass of a layer that <see cref="GradientCheck.Layer"/> checks.</summary>
/// <param name="input">X, inputs x samples; only read.</param>
/// <param name="output">Y, outputs x samples; overwritten.</param>
public delegate void LayerForward(Matrix<double> input, Matrix<double> output);

/// <summary>The backward pass of a layer that <see cref="GradientCheck.Layer"/> checks: the parameters' gradients and
/// dL/dX.</summary>
/// <param name="input">X, inputs x samples, as the forward pass saw it.</param>
/// <param name="output">Y, outputs x samples, as the forward pass left it.</param>
/// <param name="outputGradient">dL/dY, outputs x samples; may be written to.</param>
/// <param name="inputGradient">dL/dX, inputs x samples; overwritten.</param>
public delegate void LayerBackward(
    Matrix<double> input, Matrix<double> output, Matrix<double> outputGradient, Matrix<double> inputGradient);
