using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// Runs are exchanged with PyTorch in both directions: the scripts in <c>interop/pytorch</c> and this library compute the same.
/// </summary>
public sealed class PyTorchTests : IDisposable
{
    // Of the largest number, or of 1. Both compute in float, PyTorch in another order; the worst here was 6.6e-7 (PyTorch 1.13).
    private const double Tolerance = 1e-6;

    private const int Features = 20;
    private const int Classes = 3;
    private const int Count = 50;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PyTorchTheory]
    [InlineData(Likelihood.Bernoulli, Activation.Relu, 0)]
    [InlineData(Likelihood.Gaussian, Activation.Tanh, 0)]
    [InlineData(Likelihood.GaussianWithVariance, Activation.Softplus, Classes)]
    [InlineData(Likelihood.GaussianPixelVariance, Activation.LeakyRelu, 0)]
    [InlineData(Likelihood.ContinuousBernoulli, Activation.Relu, Classes)]
    public void PyTorch_reconstructs_with_the_weights_of_a_run_as_the_run_does(
        Likelihood likelihood, Activation activation, int classes)
    {
        var options = new VaeOptions
        {
            Features = Features, Hidden = [30, 11], Latent = 3, Likelihood = likelihood, EncoderActivation = activation,
            DecoderActivation = activation, Classes = classes,
        };
        var model = Some.Model<float>(options);
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.Add(parameter.Value.Multiply(2), parameter.Value); // fresh weights give nothing but halves
        }

        RunFolder.Create(
            _folder.FullPath,
            new RunRecord(options, new TrainingOptions { ValidationSamples = 0 }, new DataRecord("random", Count, "")));
        model.Save(_folder.File("model.safetensors"));

        RequireAgreement(model);
    }

    [PyTorchTheory]
    [InlineData(Likelihood.Bernoulli, Activation.Relu, Classes)]
    [InlineData(Likelihood.GaussianWithVariance, Activation.LeakyRelu, 0)]
    [InlineData(Likelihood.GaussianPixelVariance, Activation.Tanh, 0)]
    public void A_state_dict_trained_in_PyTorch_is_loaded_and_reconstructs_as_in_PyTorch(
        Likelihood likelihood, Activation activation, int classes)
    {
        WriteSamples();
        PyTorch.Run(
            "train.py",
            _folder.File("samples.csv"),
            _folder.FullPath,
            "--hidden", "16,8",
            "--latent", "2",
            "--likelihood", $"{likelihood}",
            "--activation", $"{activation}",
            "--classes", $"{classes}",
            "--epochs", "40",
            "--batch-size", "10",
            "--learning-rate", "0.01");

        var (run, record) = RunFolder.Open(_folder.FullPath);
        var model = run.LoadModel<float>(record.Model);

        Assert.Equal(
            (likelihood, activation, classes, Features),
            (record.Model.Likelihood, record.Model.DecoderActivation, record.Model.Classes, record.Model.Features));
        Assert.Equal(record.Model, VaeModel.Load(_folder.File("model.safetensors")).Options); // the file alone says as much
        RequireAgreement(model);
    }

    // reconstruct.py writes E[x|mean of z] and prints the loss where the noise is 0.
    private void RequireAgreement(VariationalAutoencoder<float> model)
    {
        var samples = WriteSamples();
        var table = _folder.File("reconstructions.csv");
        var loss = double.Parse(
            PyTorch.Run("reconstruct.py", _folder.FullPath, _folder.File("samples.csv"), table), CultureInfo.InvariantCulture);
        var theirs = File.ReadLines(table)
            .Skip(1)
            .SelectMany(line => line.Split(','))
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();

        ISampleSource source = model.Options.Classes == 0
            ? samples
            : new LabelledSamples(samples, [.. Enumerable.Range(0, Count).Select(LabelOf)], Classes);
        var space = new LatentSpace<float>(model);
        int[] all = [.. Enumerable.Range(0, Count)];
        var ours = Some.Numbers(space.Reconstruct(source, all));
        Assert.Equal(theirs.Length, ours.Length);
        var size = double.Max(1, theirs.Max(double.Abs));
        var worst = ours.Zip(theirs, (a, b) => double.Abs(a - b)).Max() / size;
        Assert.True(worst <= Tolerance, $"reconstructions differ by {worst:E2} of {size}");

        var batch = new Activations<float>(model.Options, Count);
        space.Inputs(source, all).CopyTo(batch.Input);
        space.LabelsOf(source, all).CopyTo(batch.Labels, 0);
        var error = double.Abs(model.Forward(batch).Loss - loss) / double.Max(1, double.Abs(loss));
        Assert.True(error <= Tolerance, $"the loss is {loss} there, and differs by {error:E2}");
    }

    private ArraySamples WriteSamples()
    {
        var random = new Random(7);
        float[][] rows =
        [
            .. Enumerable.Range(0, Count).Select(_ => Enumerable.Range(0, Features).Select(_ => random.NextSingle()).ToArray()),
        ];
        File.WriteAllLines(_folder.File("samples.csv"),
        [
            string.Join(',', ["label", .. Enumerable.Range(1, Features).Select(i => $"x_{i}")]),
            .. rows.Select(
                (row, i) => string.Join(
                    ',', [$"{LabelOf(i)}", .. row.Select(number => number.ToString(CultureInfo.InvariantCulture))])),
        ]);
        return new ArraySamples(rows);
    }

    private static byte LabelOf(int sample) => (byte)(sample % Classes);
}
