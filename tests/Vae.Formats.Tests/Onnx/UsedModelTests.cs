using Microsoft.ML.OnnxRuntime;
using Vae.Model;

namespace Vae.Formats.Tests;

public sealed class UsedModelTests : IDisposable
{
    // As in the other tests of ONNX Runtime: sums in another order, in floats, of numbers around 1.
    private const float Tolerance = 1e-6f;

    private readonly string _folder = Directory.CreateTempSubdirectory("vae-onnx-used-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.MinMax)]
    public void The_files_of_a_model_in_use_take_the_datas_own_units_within_the_fitted_range_and_beyond(Scaling scaling)
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 200).Select(_ => new[] { 100 + random.NextSingle(), -5 * random.NextSingle(), 7f });
        var data = ArraySamples.From(rows);
        var likelihood = scaling == Scaling.MinMax ? Likelihood.Bernoulli : Likelihood.GaussianWithVariance;
        var options = new VaeOptions { Features = 3, Hidden = [8], Latent = 2, Likelihood = likelihood };
        var model = VaeModel.Train(data, options, new TrainingOptions { Epochs = 2, ValidationSamples = 20 }, scaling);
        var files = model.ExportOnnx(_folder);

        foreach (var row in new float[][] { [100.5f, -2, 7], [97, 3, 7], [1000, -300, 8] })
        {
            var wanted = model.Encode(row);
            var found = Run(files[0].Path, "x", row, "mean");
            var most = wanted.Max(float.Abs);
            Assert.All(
                wanted.Zip(found),
                pair => Assert.True(float.Abs(pair.First - pair.Second) <= Tolerance * float.Max(1, most), $"{pair}"));
        }
    }

    private static float[] Run(string path, string input, float[] values, string output)
    {
        using var session = new InferenceSession(path);
        using var run = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(values, [1, values.Length]);
        using var results = session.Run(run, [input], [value], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
