using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

// 1. The check, in double: the layer's backward pass against what its forward pass does when a number is moved.
var mine = new Swish<double>("mine", features: 3);
var point = Matrix<double>.Build.Random(3, 5, seed: 1);               // 3 features, 5 samples
var right = GradientCheck.Layer(mine.Forward, mine.Backward, point, outputs: 3, mine.Parameters);
Console.WriteLine($"my layer\n{right}\n{(right.Passes() ? "right" : "wrong")}\n");

// 2. The same with two mistakes, to see what it says then.
var wrong = GradientCheck.Layer(
    mine.Forward,
    (x, y, dy, dx) =>
    {
        mine.Backward(x, y, dy, dx);
        mine.Beta.Gradient.Divide(x.ColumnCount, mine.Beta.Gradient); // averaged, but the loss sums
        dx.Negate(dx);                                                // a sign
    },
    point,
    outputs: 3,
    mine.Parameters);
Console.WriteLine($"with two mistakes\n{wrong}\n{(wrong.Passes() ? "right" : "wrong")}\n");

// 3. The layer at work, in float: 16 of it between two dense layers learn y = sin 3x.
var team = WorkerTeam.Shared;
var product = new SimdProduct<float>(team);
var (first, last) = (new Dense<float>("first", 1, 16, product), new Dense<float>("last", 16, 1, product));
var swish = new Swish<float>("swish", 16);
first.Initialise(Initialisation.PyTorchUniform, seed: 1, purpose: 0, layer: 0);
last.Initialise(Initialisation.PyTorchUniform, seed: 1, purpose: 0, layer: 1);
Parameter<float>[] parameters = [.. first.Parameters, .. swish.Parameters, .. last.Parameters];
var adam = new Adam<float>(parameters, new AdamOptions { LearningRate = 1e-2 });

const int Samples = 64;
var x = Matrix<float>.Build.Dense(1, Samples, (_, sample) => (4f * sample / (Samples - 1)) - 2);
var target = x.Map(value => float.Sin(3 * value));
var (a, b, y) = (Buffer(16), Buffer(16), Buffer(1));                  // before the layer, after it, the output
var (da, db, dy) = (Buffer(16), Buffer(16), Buffer(1));               // and their gradients
var (loss, losses) = (new GaussianLikelihood<float>(), new double[Samples]);
for (var step = 0; step <= 2000; step++)
{
    first.Forward(x, a);
    swish.Forward(a, b);
    last.Forward(b, y);
    var mean = loss.ForwardBackward(y, target, losses, dy, team);
    last.Backward(b, y, dy, db);
    swish.Backward(a, b, db, da);
    first.Backward(x, a, da, null);
    adam.Step();
    if (step % 500 == 0)
    {
        var beta = swish.Beta.Value.Enumerate().ToArray();
        Console.WriteLine($"step {step}: half the squared error {mean:F5}, beta from {beta.Min():F2} to {beta.Max():F2}");
    }
}

return right.Passes() && !wrong.Passes() ? 0 : 1;

static Matrix<float> Buffer(int rows) => Matrix<float>.Build.Dense(rows, Samples);

/// <summary>Swish with a learnt slope for each feature, <c>y = x s(beta x)</c>, where s is the logistic function.</summary>
/// <remarks>Source: Ramachandran et al. 2017, "Searching for Activation Functions".</remarks>
internal sealed class Swish<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Swish(string name, int features)
    {
        Beta = new Parameter<T>($"{name}.beta", features, 1);
        Beta.Value.AsSpan().Fill(T.One);
    }

    /// <summary>beta, features x 1.</summary>
    public Parameter<T> Beta { get; }

    public IReadOnlyList<Parameter<T>> Parameters => [Beta];

    public void Forward(Matrix<T> input, Matrix<T> output)
        => input.MapIndexed((row, _, x) => x * Sigmoid(row, x), output);                       // y = x s(beta x)

    public void Backward(Matrix<T> input, Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient)
    {
        input.MapIndexed((row, _, x) => Slope(row, x) * x * x, inputGradient);
        Beta.Gradient.SetColumn(0, inputGradient.PointwiseMultiply(outputGradient).RowSums()); // dbeta = sum x^2 s (1 - s) dy
        input.MapIndexed((row, _, x) => Sigmoid(row, x) + (Beta.Value[row, 0] * x * Slope(row, x)), inputGradient);
        inputGradient.PointwiseMultiply(outputGradient, inputGradient);                        // dx = (s + beta x s (1 - s)) dy
    }

    private T Sigmoid(int row, T x) => T.One / (T.One + T.Exp(-Beta.Value[row, 0] * x));

    private T Slope(int row, T x) => Sigmoid(row, x) * (T.One - Sigmoid(row, x));
}
