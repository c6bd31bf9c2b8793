using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Faults.Tests;

/// <summary>
/// Degenerate data and options: each training ends with finite weights or with a message that says what is wrong, never in NaN.
/// </summary>
[Collection(SharedTraining.Name)]
public sealed class DegenerateDataTests(TinyTraining tiny)
{
    private const int Features = 16;

    private static readonly Dictionary<string, Func<byte[]>> Contents = new()
    {
        ["all black"] = () => new byte[50 * Features],
        ["all white"] = () => [.. Enumerable.Repeat((byte)255, 50 * Features)],
        ["one grey"] = () => [.. Enumerable.Repeat((byte)77, 50 * Features)],
        ["one image"] = () => [.. Enumerable.Range(0, Features).Select(i => (byte)(i * 16))],
        ["two images"] = () => [.. Enumerable.Range(0, 2 * Features).Select(i => (byte)(i * 8))],
        ["one lit pixel"] = () => [.. new byte[(50 * Features) - 1], 255],
    };

    public static TheoryData<string, Likelihood> EveryContentAndLikelihood
    {
        get
        {
            var all = new TheoryData<string, Likelihood>();
            var pairs = Contents.Keys.SelectMany(
                content => Enum.GetValues<Likelihood>().Where(one => one != Likelihood.Columns)
                    .Select(likelihood => (content, likelihood)));
            foreach (var (content, likelihood) in pairs)
            {
                all.Add(content, likelihood);
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(EveryContentAndLikelihood))]
    public void Degenerate_data_trains_to_finite_weights_or_is_refused_in_words(string content, Likelihood likelihood)
    {
        foreach (var (bound, draws) in new[] { (Bound.Elbo, 1), (Bound.ImportanceWeighted, 3), (Bound.DoublyReparameterised, 3) })
        {
            foreach (var learningRate in new[] { 1e-3, 1e3, 1e30 })
            {
                Train(
                    Contents[content](),
                    new VaeOptions
                    {
                        Features = Features,
                        Hidden = [8],
                        Latent = 100,                                 // more than numbers in the data
                        Likelihood = likelihood,
                        Bound = bound,
                        Draws = draws,
                    },
                    new TrainingOptions
                    {
                        Epochs = 20,
                        BatchSize = 1000,
                        ValidationSamples = 0,
                        Adam = new AdamOptions { LearningRate = learningRate },
                    });
            }
        }
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-45)]
    [InlineData(1e38)]
    [InlineData(1e300)]
    public void Numbers_of_any_size_train_to_finite_weights_or_are_refused_in_words(double size)
    {
        var rows = Enumerable.Range(0, 50)
            .Select(i => Enumerable.Range(0, Features).Select(j => (float)(size * ((i + j) % 3))).ToArray()).ToArray();
        foreach (var likelihood in Enum.GetValues<Likelihood>().Where(one => one != Likelihood.Columns))
        {
            Train(
                new ArraySamples(rows), new VaeOptions { Features = Features, Hidden = [8], Latent = 2, Likelihood = likelihood },
                new TrainingOptions { Epochs = 5, BatchSize = 7, ValidationSamples = 5 });
        }
    }

    [Theory]
    [InlineData("one image", "--validation-images 0")]
    [InlineData("all black", "--validation-images 0 --batch-size 100000")]
    [InlineData("all black", "--validation-images 49 --latent 500")]
    [InlineData("one grey", "--validation-images 10 --learning-rate 1e30")]
    [InlineData("one image", "--validation-images 1")]
    [InlineData("all white", "--validation-images 10 --hidden 2000000000")]
    [InlineData("all white", "--validation-images 10 --hidden 99999999,99999999")]
    [InlineData("all white", "--validation-images 10 --latent 2000000000")]
    [InlineData("all white", "--validation-images 10 --draws 100000 --batch-size 1000000 --hidden 100000")]
    [InlineData("all white", "--validation-images 10 --kl-weight 1e300")]
    [InlineData("all white", "--validation-images 10 --likelihood gaussian --kl-weight 1e-300")]
    public async Task The_command_ends_a_degenerate_training_with_a_result_or_one_line(string content, string options)
    {
        var data = Directory.CreateDirectory(tiny.New()).FullName;
        var images = new ImageSet(4, 4, Contents[content]());
        IdxFile.WriteImages(Path.Combine(data, "train-images-idx3-ubyte"), images);
        IdxFile.WriteImages(Path.Combine(data, "t10k-images-idx3-ubyte"), images);
        using var output = new StringWriter();
        using var error = new StringWriter();

        string[] hidden = options.Contains("--hidden", StringComparison.Ordinal) ? [] : ["--hidden", "8"];
        var code = await new Cli.Application(output, error).RunAsync(
            ["train", "--data", data, .. hidden, "--epochs", "3", "--quiet", "--out", tiny.New(), .. options.Split(' ')]);

        var lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(
            code == 0
                ? lines.Length == 0
                : code is 1 or 2 && lines.Length == 1 && lines[0].StartsWith("vae: ", StringComparison.Ordinal),
            $"{code}: {error}");
        Assert.DoesNotContain("should not happen", error.ToString(), StringComparison.Ordinal);
    }

    private static void Train(byte[] bytes, VaeOptions model, TrainingOptions training)
        => Train(new ByteSamples(bytes, Features), model, training);

    private static void Train(ISampleSource data, VaeOptions options, TrainingOptions training)
    {
        var model = new VariationalAutoencoder<float>(options, new SimdProduct<float>(WorkerTeam.OfOne)).Initialise(1);
        try
        {
            new Trainer<float>(model, data, training).Train();
            Assert.All(
                model.Parameters,
                parameter => Assert.All(
                    parameter.Value.Enumerate(), weight => Assert.True(float.IsFinite(weight), parameter.Name)));
        }
        catch (TrainingDivergedException diverged)
        {
            Assert.StartsWith("At step ", diverged.Message, StringComparison.Ordinal);
            Assert.Contains("First of all, ", diverged.Message, StringComparison.Ordinal);
        }
        catch (ArgumentException refused)                             // cross-entropy of what is no probability
        {
            Assert.StartsWith("At step ", refused.Message, StringComparison.Ordinal);
            Assert.Contains(" wants targets from 0 to 1, but feature ", refused.Message, StringComparison.Ordinal);
        }
    }
}
