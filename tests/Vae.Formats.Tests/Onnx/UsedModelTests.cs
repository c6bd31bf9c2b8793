using Microsoft.ML.OnnxRuntime;
using Vae.Model;

namespace Vae.Formats.Tests;

public sealed class UsedModelTests : IDisposable
{
    // As in the other tests of ONNX Runtime: sums in another order, in floats, of numbers around 1.
    // A graph subtracts the offset as a float, off by up to 2^-24 of 100.5: 1e-5 of a deviation of 0.29. The model subtracts it
    // in double. A code moves by less than the number that it is computed from.
    private const float Tolerance = 1e-5f;

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

    // 1.7e9 seconds with a deviation of 60 would come in steps of 128. 1e5 with a deviation of 10 has steps of 0.0008 of it.
    [Theory]
    [InlineData(1.7e9, 60, false)]
    [InlineData(1e5, 10, true)]
    [InlineData(1e5, 1, true)]
    public void A_column_whose_digits_floats_do_not_hold_is_refused(double offset, double scale, bool isExported)
    {
        var options = new VaeOptions { Features = 2, Hidden = [3], Latent = 1, Likelihood = Likelihood.GaussianWithVariance };
        var model = new VaeModel(
            new VariationalAutoencoder<float>(options).Initialise(1),
            new Preparation(Scaling.Standard, [0, offset], [1, scale]) { Columns = ["size", "time"] });
        if (isExported)
        {
            Assert.Equal(2, model.ExportOnnx(_folder).Count);
            return;
        }

        var message = Assert.Throws<ArgumentException>(() => model.ExportOnnx(_folder)).Message;
        Assert.StartsWith("column 'time' has the offset ", message, StringComparison.Ordinal);
        Assert.EndsWith(
            "Subtract a constant from that column in the data, such as its least number, and train anew.",
            message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
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
