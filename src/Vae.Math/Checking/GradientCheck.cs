using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>
/// Compares a hand-derived backward pass with central differences of the loss, entry by entry, in double.
/// </summary>
/// <remarks>
/// The differences are extrapolated to a step of zero by Ridders' method (Ridders 1982, "Accurate computation of F'(x) and
/// F'(x) F''(x)"), which chooses its own step and never looks at the gradient under test. A loss with a corner (ReLU) is
/// fine unless the corner lies within about 1e-4 of the checked values. All entries of a wrong gradient are compared with
/// the usual kinds of error (<see cref="GradientDiagnosis"/>). A layer to be checked must be generic,
/// <c>where T : unmanaged, IBinaryFloatingPointIeee754&lt;T&gt;</c>: it trains in float and is checked in double.
/// docs/gradient-check.md shows how.
/// </remarks>
public static class GradientCheck
{
    /// <summary>The largest relative error of a correct gradient: differences in double stay well below it.</summary>
    public const double Tolerance = 1e-7;

    /// <summary>The least divisor of a relative error, used where both gradients are smaller: a loss of about 10 is rounded
    /// at 1e-15, which no difference quotient can tell from a gradient of 1e-11.</summary>
    public const double Floor = 1e-3;

    // Sums that threads add up in another order differ by some roundings, 1e-16 each; noise that is drawn anew by far more.
    private const double LeastNoise = 1e-12;

    /// <summary>Runs the backward pass, then compares every entry of every parameter.</summary>
    /// <param name="loss">Computes the loss from the parameters' values; must be deterministic, so noise is fixed.</param>
    /// <param name="backward">Computes all gradients (after a forward pass of its own, if it needs one). It is run twice:
    /// the first run is checked and its gradients are kept, the second tells whether it adds to existing gradients.</param>
    /// <param name="parameters">The parameters to check. To check an input, wrap it in a <see cref="Parameter{T}"/>.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>The worst error of each parameter, with a diagnosis where it is too large. Values are unchanged.</returns>
    /// <exception cref="ArgumentException">There is nothing to check.</exception>
    /// <exception cref="InvalidOperationException">The loss gives another number at each call.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="loss"/>, <paramref name="backward"/> or
    /// <paramref name="parameters"/> is null.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static GradientReport Run(
        Func<double> loss,
        Action backward,
        IReadOnlyList<Parameter<double>> parameters,
        CancellationToken cancellationToken = default)
        => Run(loss, backward, parameters, samples: 0, cancellationToken);

    /// <summary>Runs the check with a known batch size, by which a diagnosis recognises a missing average.</summary>
    /// <param name="loss">Computes the loss from the parameters' values; must be deterministic, so noise is fixed.</param>
    /// <param name="backward">Computes all gradients. It is run twice, and the first run is checked.</param>
    /// <param name="parameters">The parameters to check.</param>
    /// <param name="samples">The number of samples in the batch; 0 where it is unknown.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>The worst error of each parameter, with a diagnosis where it is too large. Values are unchanged.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="loss"/>, <paramref name="backward"/> or
    /// <paramref name="parameters"/> is null.</exception>
    /// <exception cref="ArgumentException">There is nothing to check, or fewer than 0 samples.</exception>
    /// <exception cref="InvalidOperationException">The loss gives another number at each call.</exception>
    public static GradientReport Run(
        Func<double> loss,
        Action backward,
        IReadOnlyList<Parameter<double>> parameters,
        int samples,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(backward);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (parameters.Count == 0)
        {
            throw new ArgumentException("There must be at least one parameter to check.", nameof(parameters));
        }

        RequireSteady(loss);
        var before = Gradients(parameters);                           // copies: the loss may write gradients, too
        backward();
        var first = Gradients(parameters);
        var second = RunAgain(backward, parameters, first);
        return new GradientReport([.. parameters.Select((parameter, i) => Check(
            new GradientEvidence(parameter, before[i], first[i], second[i], samples), loss, cancellationToken))]);
    }

    /// <summary>Checks a custom layer: the gradients of its parameters and of its input, for the loss
    /// <c>L = &lt;P, Y&gt;</c> with a drawn matrix P, so that <c>dL/dY = P</c>.</summary>
    /// <param name="forward">(X, Y): computes Y from X and the parameters. Writes every entry of Y, and none of X.</param>
    /// <param name="backward">(X, Y, dL/dY, dL/dX): given dL/dY, computes the parameters' gradients and dL/dX, all
    /// overwritten. Runs after a forward pass.</param>
    /// <param name="input">X, inputs x samples: the point of the check. Keep it away from corners, such as the
    /// 0 of a ReLU.</param>
    /// <param name="outputs">The rows of Y, which has a column for each sample.</param>
    /// <param name="parameters">The layer's parameters; none for an activation. A parameter of zeros is drawn for the time
    /// of the check, since a weight of zeros would hide errors in the input's gradient.</param>
    /// <param name="seed">The seed of P, of drawn parameters, and of the numbers in the gradients
    /// before the backward pass.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>A line for each parameter and a last one for <c>input</c>. Values and X are unchanged.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="forward"/>, <paramref name="backward"/> or
    /// <paramref name="input"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no output.</exception>
    /// <exception cref="InvalidOperationException">The layer gives another output at each call.</exception>
    /// <example><code>
    /// var dense = new Dense&lt;double&gt;("mine", 3, 2, new SimdProduct&lt;double&gt;());
    /// var report = GradientCheck.Layer(
    ///     (x, y) => dense.Forward(x, y),
    ///     (x, y, dy, dx) => dense.Backward(x, y, dy, dx),
    ///     Matrix&lt;double&gt;.Build.Random(3, 5, seed: 1), outputs: 2, dense.Parameters);
    /// Assert.True(report.Passes(), report.ToString());
    /// </code></example>
    public static GradientReport Layer(
        Action<Matrix<double>, Matrix<double>> forward,
        Action<Matrix<double>, Matrix<double>, Matrix<double>, Matrix<double>> backward,
        Matrix<double> input,
        int outputs,
        IReadOnlyList<Parameter<double>>? parameters = null,
        ulong seed = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(backward);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        using var step = new LayerStep(forward, backward, input, outputs, parameters ?? [], seed);
        return Run(step.Loss, step.Backward, step.Parameters, input.ColumnCount, cancellationToken);
    }

    internal static double RelativeError(double gradient, double expected)
        => double.Abs(gradient - expected) / double.Max(double.Max(double.Abs(gradient), double.Abs(expected)), Floor);

    private static ParameterCheck Check(GradientEvidence evidence, Func<double> loss, CancellationToken cancellationToken)
    {
        var (parameter, gradients) = (evidence.Parameter, evidence.Gradient);
        var differences = new CentralDifferences(parameter, loss);
        var worst = new ParameterCheck(parameter.Name, parameter.Count, 0, 0, 0, 0, -1);
        for (var i = 0; i < gradients.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var expected = evidence.Expected[i] = differences.Derivative(i);
            var error = RelativeError(gradients[i], expected);
            if (!(error <= worst.RelativeError))                      // NaN is worse than anything
            {
                worst = new ParameterCheck(
                    parameter.Name, parameter.Count, evidence.Row(i), evidence.Column(i), gradients[i], expected, error);
            }

            if (double.IsNaN(error))
            {
                break;
            }
        }

        return worst with
        {
            Diagnosis = worst.Passes() ? Diagnoses.OfPassing(evidence) : Diagnoses.Of(evidence, worst, differences),
        };
    }

    // Every gradient is moved by 1 before the second run, so that overwriting, adding and not
    // writing give different results.
    private static double[][] RunAgain(Action backward, IReadOnlyList<Parameter<double>> parameters, double[][] first)
    {
        foreach (var parameter in parameters)
        {
            parameter.Gradient.Add(GradientEvidence.Moved, parameter.Gradient);
        }

        backward();
        var second = Gradients(parameters);
        for (var i = 0; i < parameters.Count; i++)
        {
            first[i].CopyTo(parameters[i].Gradient.AsSpan());
        }

        return second;
    }

    private static double[][] Gradients(IReadOnlyList<Parameter<double>> parameters)
        => [.. parameters.Select(parameter => parameter.Gradient.AsSpan().ToArray())];

    private static void RequireSteady(Func<double> loss)
    {
        var (first, second) = (loss(), loss());
        if (!first.Equals(second) && !(double.Abs(first - second) <= LeastNoise * double.Max(double.Abs(first), 1)))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The loss must be the same at each call, but two calls gave {first:R} and {second:R}. ")
                + "Draw noise once, outside of the loss; leave out dropout and running averages; "
                + "overwrite every output, add to none.");
        }
    }
}
