using Vae.Math;
using Vae.Model;

namespace Vae.Mnist.Tests;

public sealed class ReportRunnerTests : IDisposable
{
    private static readonly ImageData Tiny = ImageData.Drawn(seed: 1, trainImages: 300, testImages: 60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_report_has_every_figure_and_names_its_data()
    {
        var messages = new List<string>();

        var progress = new Progress(report => messages.AddRange(report.Message is { } line ? [line] : []));
        var path = Runner().Run(_folder.FullPath, progress);

        Assert.Equal(_folder.File("report.md"), path);
        string[] figures =
        [
            "dimensions-reconstructions.png", "dimensions-samples.png", "figure-3-latent-1.png", "figure-4-latent-2.png",
            "figure-5-reconstruction-only.png", "figure-5b-occupied-range.png",
        ];
        Assert.Equal(figures, Directory.GetFiles(_folder.FullPath, "*.png").Select(Path.GetFileName).Order());
        var text = File.ReadAllText(path!);
        Assert.All(figures, figure => Assert.Contains($"]({figure})", text));
        Assert.Contains("DRAWN DIGITS, NOT MNIST", text);
        Assert.Contains("loss = reconstruction + 1 * KL", text);
        Assert.Contains("seed 1", text);
        Assert.DoesNotContain("NaN", text);
        Assert.DoesNotContain("Infinity", text);
        Assert.Equal(6, messages.Count(message => message.StartsWith("model ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_progress_for_a_person_has_a_line_for_the_beginning_and_the_end_of_a_model()
    {
        var lines = new List<string>();

        Runner(ReportPart.Latent2).Run(_folder.FullPath, new Lines(lines));

        Assert.StartsWith("model 1 of 1: latent-2, ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("test loss", lines[1], StringComparison.Ordinal);
        Assert.Equal($"drawing the figures into {_folder.FullPath}", lines[2]);
        Assert.Equal(3, lines.Count);
    }

    [Fact]
    public void A_report_of_one_part_trains_only_its_models()
    {
        Runner(ReportPart.Latent2).Run(_folder.FullPath);

        Assert.Equal(["latent-2"], Directory.GetDirectories(_folder.File("runs")).Select(Path.GetFileName));
        var text = File.ReadAllText(_folder.File("report.md"));
        Assert.Contains("## 4.2", text);
        Assert.DoesNotContain("## 4.1", text);
    }

    [Fact]
    public void A_report_that_was_stopped_and_resumed_has_the_same_weights_and_figures()
    {
        using var stop = new CancellationTokenSource();
        var batches = 0;
        var counting = new Progress(progress =>
        {
            if (progress.Training is not null && ++batches == 3)
            {
                stop.Cancel();
            }
        });

        var stopped = Runner(ReportPart.Latent1).Run(_folder.File("stopped"), counting, stop.Token);
        Runner(ReportPart.Latent1).Run(_folder.File("stopped"));
        Runner(ReportPart.Latent1).Run(_folder.File("whole"));

        Assert.Null(stopped);
        foreach (var file in new[] { "runs/latent-1/model.safetensors", "figure-3-latent-1.png" })
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(_folder.File("whole"), file)),
                File.ReadAllBytes(Path.Combine(_folder.File("stopped"), file)));
        }
    }

    [Fact]
    public void A_model_with_other_options_in_the_folder_is_named_and_left_alone()
    {
        Runner(ReportPart.Latent1).Run(_folder.FullPath);
        var weights = File.ReadAllBytes(Path.Combine(_folder.FullPath, "runs/latent-1/model.safetensors"));
        var other = new ReportRunner(Options(epochs: 3, ReportPart.Latent1), Tiny, "drawn");

        var failure = Assert.Throws<CheckpointException>(() => other.Run(_folder.FullPath));

        Assert.Contains("latent-1", failure.Message);
        Assert.Contains("2 epochs", failure.Message);
        Assert.Contains("3 epochs", failure.Message);
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(_folder.FullPath, "runs/latent-1/model.safetensors")));
    }

    [Fact]
    public void Other_data_than_the_folder_was_begun_with_is_refused()
    {
        Runner(ReportPart.Latent1).Run(_folder.FullPath);
        var other = new ReportRunner(
            Options(epochs: 2, ReportPart.Latent1), ImageData.Drawn(seed: 2, trainImages: 300, testImages: 60), "drawn");

        Assert.Throws<CheckpointException>(() => other.Run(_folder.FullPath));
    }

    [Fact]
    public void A_report_can_be_made_of_images_without_labels()
    {
        var data = new ImageData(Tiny.Train.WithLabels(null), Tiny.Test.WithLabels(null), "unlabelled");

        var path = new ReportRunner(Options(epochs: 1, ReportPart.Latent1), data, "somewhere").Run(_folder.FullPath);

        Assert.Contains("no labels", File.ReadAllText(path!));
    }

    [Fact]
    public void The_record_requests_the_images_that_auto_found()
    {
        Assert.Equal("drawn", Tiny.ToRecord("auto").Request);
        Assert.Equal(Path.GetFullPath("digits"), Tiny.ToRecord("digits").Request);
    }

    private static ReportRunner Runner(params ReportPart[] parts)
        => new(Options(epochs: 2, parts), Tiny, "drawn", new SimdProduct<float>());

    private static ReportOptions Options(int epochs, params ReportPart[] parts)
    {
        var options = new ReportOptions
        {
            Hidden = [16],
            Training = new TrainingOptions
            {
                Epochs = epochs,
                BatchSize = 64,
                ValidationSamples = 50,
                KeepBy = KeepBy.ValidationReconstruction,
                Adam = new AdamOptions { LearningRate = 0.01 },
            },
        };
        return parts.Length == 0 ? options : options with { Parts = parts };
    }

    private sealed class Lines(List<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Add(value);
    }

    // The framework's own Progress<T> reports from another thread.
    private sealed class Progress(Action<ReportProgress> report) : IProgress<ReportProgress>
    {
        public void Report(ReportProgress value) => report(value);
    }
}
