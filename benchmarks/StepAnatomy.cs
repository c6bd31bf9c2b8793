using System.Diagnostics;
using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>
/// Prints where the microseconds of a training step go, part by part, in the order and with the buffers of a real step.
/// </summary>
/// <remarks>Arguments: hidden sizes, latent, threads, steps, such as <c>400 20 2 2000</c>.</remarks>
internal static class StepAnatomy
{
    private const int Samples = 128;

    public static int Run(string[] arguments)
    {
        string[] words = [.. arguments, .. new[] { "400", "20", "2", "2000" }[arguments.Length..]];
        int[] hidden = [.. words[0].Split(',').Select(Parse)];
        var steps = Parse(words[3]);
        using var team = new WorkerTeam(Parse(words[2]));
        var parts = Parts(hidden, Parse(words[1]), team);
        var ticks = new long[parts.Count];
        var kernel = 0L;
        for (var step = -steps / 4; step < steps; step++)             // the first ones only warm up
        {
            for (var i = 0; i < parts.Count; i++)
            {
                ticks[i] += Time(parts[i].Do, step);
            }

            kernel += step % 8 == 0 ? Time(KernelPeak.Do, step) : 0;
        }

        var peak = KernelPeak.Operations * steps / 8 / Microseconds(kernel) / 1e3 * team.Threads;
        Console.WriteLine("| part | us | of the step | GFLOP/s | of the kernel's |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var group in parts.Zip(ticks).GroupBy(pair => pair.First.Name, pair => pair.Second))
        {
            var time = Microseconds(group.Sum()) / steps;
            var speed = Operations(group.Key) * group.Count() / time / 1e3;
            var speeds = speed > 0 ? FormattableString.Invariant($"{speed:F0} | {speed / peak:F2}") : " | ";
            Write($"| {group.Key} | {time:F1} | {100 * group.Sum() / (double)ticks.Sum():F1} % | {speeds} |");
        }

        var wholeStep = Microseconds(ticks.Sum()) / steps;
        var wholeSpeed = StepProduct.OperationsOf(hidden, Parse(words[1]), Samples) / wholeStep / 1e3;
        Write($"| all | {wholeStep:F1} | | {wholeSpeed:F0} | |");
        Write($"The kernel alone, {team.Threads} times its speed on one thread in between: {peak:F0} GFLOP/s.");
        return 0;
    }

    private static long Time(Action action, int step)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return step < 0 ? 0 : Stopwatch.GetTimestamp() - start;
    }

    // Counted from the name: 400x784x128 are 400 x 128 sums of 784 products. 0 where the part is no product; a sparse product
    // counts as if it were dense.
    private static double Operations(string name)
        => System.Text.RegularExpressions.Regex.Matches(name, @"(\d+)x(\d+)x(\d+)")
            .Sum(shape => 2.0 * Parse(shape.Groups[1].Value) * Parse(shape.Groups[2].Value) * Parse(shape.Groups[3].Value));

    private static List<(string Name, Action Do)> Parts(int[] hidden, int latent, WorkerTeam team)
    {
        var data = Digits.Load().Train.Samples;
        IFusedProduct<float> product = new SimdProduct<float>(team);
        var options = new VaeOptions { Features = data.Features, Hidden = hidden, Latent = latent };
        var model = new VariationalAutoencoder<float>(options, product).Initialise(seed: 1);
        var adam = new Adam<float>(model.Parameters, new AdamOptions(), team);
        var loss = new BinaryCrossEntropy<float>();
        var heads = new PosteriorHeads<float>(hidden[^1], latent, product);
        var order = new int[data.Count];
        new RandomDraws(1, 0, 0).FillPermutation(order);
        var perSample = new double[Samples];
        Matrix<float> Of(int rows) => Matrix<float>.Build.Dense(rows, Samples);
        var (x, noise, z, dz, dmean, dlv) = (Of(784), Of(latent), Of(latent), Of(latent), Of(latent), Of(latent));
        var (mean, lv, both, logits, dlogits) = (Of(latent), Of(latent), Of(2 * latent), Of(784), Of(784));

        var marks = new NonZeros(784, Samples);
        var gate = new SampleGate(new VaeOptions { Features = 784 }, preparation: null, seed: 1, Purpose.TrainingPixels);
        var step = 0;
        List<(string, Action)> forward =
        [
            ("gather and noise", () => BatchReader.Read(
                data,
                gate,
                order.AsSpan(step % 400 * Samples, Samples),
                x.AsSpan(),
                [],
                [],
                team,
                new RandomDraws(1, 1, (ulong)step++),
                noise.AsSpan())),
            ("where the input is not zero", () => marks.Mark(x, team)),
        ];
        List<(string, Action)> backward = [];

        void Layer(
            Dense<float> dense,
            Matrix<float> input,
            Matrix<float> output,
            Matrix<float> gradient,
            Matrix<float>? inputGradient,
            Activation? activation)
        {
            var (rows, columns) = (dense.Outputs, dense.Inputs);
            var nonZeros = ReferenceEquals(input, x) ? marks : null;
            var (y, sparse) = (activation is null ? "W X + b" : "f(W X + b)", nonZeros is null ? "" : ", sparse");
            forward.Add((
                $"Y = {y} {rows}x{columns}x{Samples}{sparse}",
                () => product.MultiplyAndActivate(dense.Weight.Value, input, nonZeros, dense.Bias.Value, activation, output)));
            List<(string, Action)> back = [];
            if (activation is { } f)
            {
                back.Add(($"dA = dY f'(Y) {rows}x{Samples}", () => Columns.Gate(output, f, gradient, team)));
            }

            back.Add((
                $"dW = dA X^T, db = dA 1 {rows}x{Samples}x{columns}{sparse}",
                () => product.MultiplyAndSum(gradient, input, nonZeros, dense.Weight.Gradient, dense.Bias.Gradient)));
            if (inputGradient is not null)
            {
                back.Add((
                    $"dX = W^T dA {columns}x{rows}x{Samples}",
                    () => product.Multiply(dense.Weight.Value, gradient, inputGradient, Transposed.Left)));
            }

            backward.InsertRange(0, back);
        }

        var (h, dh) = (x, (Matrix<float>?)null);
        foreach (var dense in model.Encoder.Hidden)
        {
            var (output, gradient) = (Of(dense.Outputs), Of(dense.Outputs));
            Layer(dense, h, output, gradient, dh, Activation.Relu);
            (h, dh) = (output, gradient);
        }

        var (last, dlast) = (h, dh!);
        var (headRows, headInputs) = (2 * latent, last.RowCount);
        forward.Add(($"both heads {headRows}x{headInputs}x{Samples}", () => heads.Forward(last, both, mean, lv)));
        forward.Add(("reparameterisation", () => Reparameterisation.Forward(mean, lv, noise, z)));
        backward.Insert(0, (
            $"both heads' gradients {headRows}x{Samples}x{headInputs}, {headInputs}x{headRows}x{Samples}",
            () => heads.Backward(last, both, mean, lv, dmean, dlv, dlast)));
        backward.Insert(0, ("KL's gradient", () => GaussianKl.Backward(mean, lv, 1, dmean, dlv)));
        backward.Insert(0, ("reparameterisation's gradient", () => Reparameterisation.Backward(lv, noise, dz, dmean, dlv)));
        (h, dh) = (z, dz);
        foreach (var dense in model.Decoder.Hidden)
        {
            var (output, gradient) = (Of(dense.Outputs), Of(dense.Outputs));
            Layer(dense, h, output, gradient, dh, Activation.Relu);
            (h, dh) = (output, gradient);
        }

        Layer(model.Decoder.Output, h, logits, dlogits, dh, activation: null);
        forward.Add(("loss and its gradient", () => loss.ForwardBackward(logits, x, perSample, dlogits, team)));
        forward.Add(("KL", () => GaussianKl.Forward(mean, lv, perSample)));
        return [.. forward, .. backward, ("Adam", () => adam.Step())];
    }

    private static double Microseconds(long ticks) => 1e6 * ticks / Stopwatch.Frequency;

    private static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Write(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
