using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>
/// A mistake in a backward pass, of a kind that people make. The gradient check must catch it, and must pass the very same
/// set-up where the mistake is not made.
/// </summary>
/// <param name="Name">The mistake in words.</param>
/// <param name="CaughtIn">The parameter in which it must be caught.</param>
/// <param name="Check">Runs the gradient check, with the mistake or without it.</param>
internal sealed record Mistake(string Name, string CaughtIn, Func<bool, GradientReport> Check)
{
    public static IReadOnlyList<Mistake> All =>
    [
        new("the factor 1/2 in the log-variance's gradient is missing", "log-variance", made => Reparameterise(made, latent =>
            latent.Store(i => latent.Dz[i] * latent.Epsilon[i] * double.Exp(latent.LogVariance[i] / 2)))),
        new("epsilon is left out of the log-variance's gradient", "log-variance", made => Reparameterise(made, latent =>
            latent.Store(i => latent.Dz[i] * double.Exp(latent.LogVariance[i] / 2) / 2))),
        new("the log-variance is taken for the logarithm of the standard deviation", "log-variance", made =>
            Reparameterise(made, latent =>
                latent.Store(i => latent.Dz[i] * latent.Epsilon[i] * double.Exp(latent.LogVariance[i])))),

        new("the sign of the KL divergence is flipped", "mean", made => Diverge(made, kl =>
            GaussianKl.Backward(kl.Mean.Value, kl.LogVariance.Value, -KlWeight, kl.Mean.Gradient, kl.LogVariance.Gradient))),
        new("the KL weight is forgotten", "mean", made => Diverge(made, kl =>
            GaussianKl.Backward(kl.Mean.Value, kl.LogVariance.Value, 1, kl.Mean.Gradient, kl.LogVariance.Gradient))),
        new("the KL divergence is not divided by the number of samples", "mean", made => Diverge(made, kl =>
        {
            const double Weight = KlWeight * Samples;
            GaussianKl.Backward(kl.Mean.Value, kl.LogVariance.Value, Weight, kl.Mean.Gradient, kl.LogVariance.Gradient);
        })),
        new("the -1 in the KL divergence's log-variance gradient is missing", "log-variance", made => Diverge(made, kl =>
        {
            GaussianKl.Backward(kl.Mean.Value, kl.LogVariance.Value, KlWeight, kl.Mean.Gradient, kl.LogVariance.Gradient);
            kl.LogVariance.Gradient.Add(KlWeight / 2 / Samples, kl.LogVariance.Gradient);
        })),

        new("the weight is not transposed on the way to the input", "input", made => Connect(made, step =>
            step.Product.Multiply(step.Dense.Weight.Value, step.OutputGradient, step.Input.Gradient))),
        new("the weight's gradient is transposed", "square.weight", made => Connect(made, step =>
            step.Dense.Weight.Gradient.Transpose().CopyTo(step.Dense.Weight.Gradient))),
        new("the bias is skipped", "square.bias", made => Connect(made, step => step.Dense.Bias.Gradient.Clear())),
        new("the second reader of an input overwrites the first one's gradient", "input", made => Connect(made, step =>
            step.Dense.Backward(step.Input.Value, step.OutputGradient, step.OutputGradient, step.Input.Gradient, add: false))),

        new("the ReLU's mask is forgotten", "input", made => Activate(made, ReluLayer, (_, dy, dx) => dy.CopyTo(dx))),
        new("the ReLU's mask is the wrong way round", "input", made => Activate(made, ReluLayer, (y, dy, dx) =>
            y.Map2((output, gradient) => output > 0 ? 0 : gradient, dy, dx))),
        new("the sigmoid's factor 1 - y is forgotten", "input", made =>
            Activate(made, SigmoidLayer, (y, dy, dx) => y.PointwiseMultiply(dy, dx))),

        new("the squared error's gradient has the factor 2", "output", made =>
            Reconstruct(made, new GaussianLikelihood<double>(), dy => dy * 2)),
        new("the squared error's gradient has the wrong sign", "output", made =>
            Reconstruct(made, new GaussianLikelihood<double>(), dy => -dy)),
        new("the squared error is not divided by the number of samples", "output", made =>
            Reconstruct(made, new GaussianLikelihood<double>(), dy => dy * Samples)),
        new("the cross-entropy is not divided by the number of samples", "output", made =>
            Reconstruct(made, new BinaryCrossEntropy<double>(), dy => dy * Samples)),
        new("the cross-entropy is divided by the number of features, too", "output", made =>
            Reconstruct(made, new BinaryCrossEntropy<double>(), dy => dy / Size)),
        new("the continuous Bernoulli's mean is taken for the sigmoid", "output", made =>
            Reconstruct(made, new ContinuousBernoulli<double>(), (output, target) =>
                new BinaryCrossEntropy<double>().Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne))),
        new("the logarithm of the learnt variance is left out of its gradient", "likelihood.log_variance", made =>
            Learn(made, raw: 0, (variance, _, _) => variance.Gradient.Subtract(Size / 2.0, variance.Gradient))),
        new("the slope of the learnt variance's soft floor is forgotten", "likelihood.log_variance", made =>
            Learn(made, raw: GaussianWithVariance<double>.LeastLogVariance, (variance, _, _) =>
                variance.Gradient.Multiply(2, variance.Gradient))),
        new("the learnt variance does not divide the mean's gradient", "output", made =>
            Learn(made, raw: -3, (_, output, target) =>
                new GaussianLikelihood<double>().Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne))),
        new("a pixel's log-variance is taken for the logarithm of the standard deviation", "output", made =>
            Reconstruct(made, new GaussianPixelVariance<double>(), (output, _) =>
                output.Gradient.SetSubMatrix(Size, 0, output.Gradient.SubMatrix(Size, Size, 0, Samples) * 2))),
    ];

    // Square, so that a forgotten transpose fits.
    private const int Size = 4;
    private const int Samples = 3;
    private const double KlWeight = 2;

    private delegate void Pass(Matrix<double> input, Matrix<double> output);

    private delegate void BackwardPass(Matrix<double> output, Matrix<double> outputGradient, Matrix<double> inputGradient);

    private sealed record LatentStep(double[] LogVariance, double[] Epsilon, double[] Dz, Matrix<double> LogVarianceGradient)
    {
        public void Store(Func<int, double> gradient)
        {
            for (var i = 0; i < Dz.Length; i++)
            {
                LogVarianceGradient.AsSpan()[i] = gradient(i);
            }
        }
    }

    private sealed record KlStep(Parameter<double> Mean, Parameter<double> LogVariance);

    private sealed record DenseStep(
        Dense<double> Dense,
        Parameter<double> Input,
        Matrix<double> OutputGradient,
        IMatrixProduct<double> Product);

    private static (Pass Forward, BackwardPass Backward) ReluLayer => (
        (input, output) => PlainActivation.Forward(Activation.Relu, input, output, WorkerTeam.OfOne),
        (output, outputGradient, inputGradient) => PlainActivation.Backward(
            Activation.Relu, output, outputGradient, inputGradient, WorkerTeam.OfOne));

    private static (Pass Forward, BackwardPass Backward) SigmoidLayer => (Sigmoid.Forward, Sigmoid.Backward);

    private static GradientReport Reparameterise(bool made, Action<LatentStep> mistake)
    {
        var mean = Some.Parameter("mean", Size, Samples, seed: 1);
        var logVariance = Some.Parameter("log-variance", Size, Samples, seed: 2);
        var noise = Some.Matrix(Size, Samples, seed: 3);
        var dz = Some.Matrix(Size, Samples, seed: 4);
        var z = Some.Zeros<double>(Size, Samples);
        return GradientCheck.Run(
            () =>
            {
                Reparameterisation.Forward(mean.Value, logVariance.Value, noise, z);
                return Some.Inner(dz, z);
            },
            () =>
            {
                Reparameterisation.Backward(logVariance.Value, noise, dz, mean.Gradient, logVariance.Gradient);
                if (made)
                {
                    mistake(new LatentStep(
                        Some.Doubles(logVariance.Value),
                        Some.Doubles(noise),
                        Some.Doubles(dz),
                        logVariance.Gradient));
                }
            },
            [mean, logVariance]);
    }

    private static GradientReport Diverge(bool made, Action<KlStep> mistake)
    {
        var mean = Some.Parameter("mean", Size, Samples, seed: 1);
        var logVariance = Some.Parameter("log-variance", Size, Samples, seed: 2);
        return GradientCheck.Run(
            () => KlWeight * GaussianKl.Forward(mean.Value, logVariance.Value, new double[Samples]),
            () =>
            {
                if (made)
                {
                    mistake(new KlStep(mean, logVariance));
                }
                else
                {
                    GaussianKl.Backward(mean.Value, logVariance.Value, KlWeight, mean.Gradient, logVariance.Gradient);
                }
            },
            [mean, logVariance]);
    }

    // The input is read twice, so that adding up matters: by the layer, and by the loss itself.
    private static GradientReport Connect(bool made, Action<DenseStep> mistake)
    {
        var product = new ReferenceProduct<double>();
        var dense = Some.Dense(Size, Size, product, seed: 1, "square");
        var input = Some.Parameter("input", Size, Samples, seed: 3);
        var probe = Some.Matrix(Size, Samples, seed: 4);
        var direct = Some.Matrix(Size, Samples, seed: 5);
        var output = Some.Zeros<double>(Size, Samples);
        return GradientCheck.Run(
            () =>
            {
                dense.Forward(input.Value, output);
                return Some.Inner(probe, output) + Some.Inner(direct, input.Value);
            },
            () =>
            {
                direct.CopyTo(input.Gradient);
                dense.Backward(input.Value, output, probe, input.Gradient, add: true);
                if (made)
                {
                    mistake(new DenseStep(dense, input, probe, product));
                }
            },
            [.. dense.Parameters, input]);
    }

    private static GradientReport Activate(bool made, (Pass Forward, BackwardPass Backward) layer, BackwardPass mistaken)
    {
        var input = Some.Parameter("input", Size, Samples, seed: 1);
        var (probe, output) = (Some.Matrix(Size, Samples, seed: 2), Some.Zeros<double>(Size, Samples));
        return GradientCheck.Run(
            () =>
            {
                layer.Forward(input.Value, output);
                return Some.Inner(probe, output);
            },
            () =>
            {
                layer.Forward(input.Value, output);
                (made ? mistaken : layer.Backward)(output, probe, input.Gradient);
            },
            [input]);
    }

    private static GradientReport Learn(
        bool made, double raw, Action<Parameter<double>, Parameter<double>, Matrix<double>> mistake)
    {
        var loss = new GaussianWithVariance<double>();
        loss.RawLogVariance.Value.At(0, 0, raw);
        return Reconstruct(made, loss, (output, target) => mistake(loss.RawLogVariance, output, target));
    }

    private static GradientReport Reconstruct(
        bool made, ILikelihood<double> loss, Func<Matrix<double>, Matrix<double>> mistake)
        => Reconstruct(made, loss, (output, _) => mistake(output.Gradient).CopyTo(output.Gradient));

    private static GradientReport Reconstruct(
        bool made, ILikelihood<double> loss, Action<Parameter<double>, Matrix<double>> mistake)
    {
        var output = Some.Parameter("output", loss.OutputRows(Size), Samples, seed: 1);
        var target = Some.Matrix(Size, Samples, seed: 2, low: 0, high: 1);
        return GradientCheck.Run(
            () => loss.Forward(output.Value, target, new double[Samples], WorkerTeam.OfOne),
            () =>
            {
                loss.Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne);
                if (made)
                {
                    mistake(output, target);
                }
            },
            [output, .. loss.Parameters]);
    }
}
