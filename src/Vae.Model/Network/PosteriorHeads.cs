using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The encoder's two heads: one linear layer for the posterior's mean and one for its log-variance. Both read the same input, so
/// a batch computes them as one layer with twice as many outputs: three matrix products do the work of six, with the same bits.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class PosteriorHeads<T>(int inputs, int latents, IMatrixProduct<T> product)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Copying both weights into one matrix takes about as long as the products of this many samples.
    private const int FewestSamplesWorthStacking = 16;

    private Dense<T>? _both;                                          // made by the first batch; single rows need none

    /// <summary>The head for the mean.</summary>
    public Dense<T> Mean { get; } = new("encoder.mean", inputs, latents, product);

    /// <summary>The head for the log-variance.</summary>
    public Dense<T> LogVariance { get; } = new("encoder.log_variance", inputs, latents, product);

    private Dense<T> Both => _both ??= new("heads", inputs, 2 * latents, product);

    /// <summary>Computes the mean and the log-variance.</summary>
    /// <param name="hidden">H, the last hidden layer's output, inputs x samples.</param>
    /// <param name="both">Room for both outputs, one below the other, (2 latents) x samples; overwritten.</param>
    /// <param name="mean">M, latents x samples; overwritten.</param>
    /// <param name="logVariance">V, of the same shape; overwritten.</param>
    public void Forward(Matrix<T> hidden, Matrix<T> both, Matrix<T> mean, Matrix<T> logVariance)
    {
        if (hidden.ColumnCount < FewestSamplesWorthStacking)
        {
            Mean.Forward(hidden, mean);                               // M = W_m H + b_m
            LogVariance.Forward(hidden, logVariance);                 // V = W_v H + b_v
            return;
        }

        Stack(Mean.Weight.Value, LogVariance.Weight.Value, Both.Weight.Value);
        Stack(Mean.Bias.Value, LogVariance.Bias.Value, Both.Bias.Value);
        Both.Forward(hidden, both);                                   // (M; V) = (W_m; W_v) H + (b_m; b_v)
        Split(both, mean, logVariance);
    }

    /// <summary>Given the gradients of both outputs, computes those of both heads' parameters and of the input.</summary>
    /// <param name="hidden">As <see cref="Forward"/> saw it.</param>
    /// <param name="both">The same room as in <see cref="Forward"/>; overwritten with
    /// both gradients, one below the other.</param>
    /// <param name="mean">As <see cref="Forward"/> left it.</param>
    /// <param name="logVariance">As <see cref="Forward"/> left it.</param>
    /// <param name="meanGradient">dM, latents x samples.</param>
    /// <param name="logVarianceGradient">dV, of the same shape.</param>
    /// <param name="hiddenGradient">dH, of the hidden layer's shape; overwritten.</param>
    public void Backward(
        Matrix<T> hidden,
        Matrix<T> both,
        Matrix<T> mean,
        Matrix<T> logVariance,
        Matrix<T> meanGradient,
        Matrix<T> logVarianceGradient,
        Matrix<T> hiddenGradient)
    {
        if (hidden.ColumnCount < FewestSamplesWorthStacking)
        {
            Mean.Backward(hidden, mean, meanGradient, hiddenGradient);                                  // dH = W_m^T dM
            LogVariance.Backward(hidden, logVariance, logVarianceGradient, hiddenGradient, add: true);  // dH += W_v^T dV
            return;
        }

        Stack(meanGradient, logVarianceGradient, both);
        Both.Backward(hidden, both, both, hiddenGradient);            // dH = (W_m; W_v)^T (dM; dV); linear, so no output is read
        Split(Both.Weight.Gradient, Mean.Weight.Gradient, LogVariance.Weight.Gradient);
        Split(Both.Bias.Gradient, Mean.Bias.Gradient, LogVariance.Bias.Gradient);
    }

    private static void Stack(Matrix<T> top, Matrix<T> bottom, Matrix<T> both)
    {
        for (var column = 0; column < both.ColumnCount; column++)
        {
            var target = both.ColumnSpan(column);
            top.ColumnSpan(column).CopyTo(target);
            bottom.ColumnSpan(column).CopyTo(target[top.RowCount..]);
        }
    }

    private static void Split(Matrix<T> both, Matrix<T> top, Matrix<T> bottom)
    {
        for (var column = 0; column < both.ColumnCount; column++)
        {
            var source = both.ColumnSpan(column);
            source[..top.RowCount].CopyTo(top.ColumnSpan(column));
            source[top.RowCount..].CopyTo(bottom.ColumnSpan(column));
        }
    }
}
