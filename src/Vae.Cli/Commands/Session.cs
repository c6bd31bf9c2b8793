using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Vae.Formats;
using Vae.Math;
using Vae.Mnist;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The common work of commands over a trained run: opening the model, finding data, writing results.</summary>
internal static class Session
{
    // The output is read by people and programs alike: a plus sign or an apostrophe is not escaped.
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Finds the images, and warns where they are drawn digits instead of MNIST.</summary>
    public static async Task<ImageData> FindDataAsync(
        string request, Display display, TextWriter error, CancellationToken cancellationToken, MnistLocator? locator = null)
    {
        locator ??= new MnistLocator();
        var progress = new DataLines(display);
        var data = await Task.Run(                                    // off this thread, so that Ctrl+C need not wait
            () => display.RunAsync(() => locator.FindAsync(request, progress: progress, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        if (data.IsDrawn)                                             // even when quiet: its numbers are not MNIST's
        {
            const string warning = "*** DRAWN DIGITS, NOT MNIST: no number here compares with one on MNIST. ***";
            await error.WriteLineAsync(warning).ConfigureAwait(false);
        }

        return data;
    }

    /// <summary>A run's record of its images, with their checksum, which takes several seconds for images on disk.</summary>
    public static DataRecord Describe(
        ImageData data, string request, bool withLabels, Display display, CancellationToken cancellationToken)
        => display.Run(() => data.ToRecord(request, withLabels, new DataLines(display), cancellationToken));

    /// <summary>Opens a run and its model.</summary>
    public static (RunFolder Folder, RunRecord Record, VariationalAutoencoder<float> Model) Open(string run, int? threads = null)
    {
        var (folder, record) = RunFolder.Open(run);
        return (folder, record, Load<float>(folder, record, threads));
    }

    /// <summary>Loads a run's model: in float for speed, in double for numbers to compare with another program's.</summary>
    public static VariationalAutoencoder<T> Load<T>(RunFolder folder, RunRecord record, int? threads = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => folder.LoadModel(record.Model, new SimdProduct<T>(ChosenProduct.TeamOf(threads)));

    /// <summary>The images for a model, with their labels where it needs them.</summary>
    public static ISampleSource SamplesOf(ImageSet images, bool withLabels)
        => !withLabels ? images.Samples
            : images.Labelled ?? throw new UsageException(
                "The model needs a label with each image, but these images have none. "
                + "Put the IDX file of their labels beside them.");

    /// <summary>Shows a training, and below a finished epoch the notes on it.</summary>
    /// <param name="display">The display.</param>
    /// <param name="training">The state of the training.</param>
    /// <param name="model">The model's name, where there are several; else empty.</param>
    /// <param name="doneBefore">The training samples of earlier models.</param>
    /// <param name="total">The training samples of all models; 0 for those of this one.</param>
    /// <param name="unit">The samples' name.</param>
    public static void Show(
        Display display,
        TrainingProgress training,
        string model = "",
        double doneBefore = 0,
        double total = 0,
        string unit = "images")
    {
        display.Training(model, training, doneBefore, total, unit);
        foreach (var diagnosis in training.Finished?.Diagnoses ?? [])
        {
            display.Line($"note: {OptionNames.In(diagnosis.ToString())}");
        }
    }

    /// <summary>A model's network and likelihood in one line.</summary>
    public static string ModelOf(VaeOptions model)
        => $"{model.Architecture}, {(model.Columns.Count > 0 ? "a likelihood for each column" : $"{model.Likelihood}")}";

    /// <summary>A run's training in one line.</summary>
    public static string TrainingOf(RunRecord record)
    {
        var (training, adam) = (record.Training, record.Training.Adam);
        string?[] parts =
        [
            $"{training.Epochs} epochs of batches of {training.BatchSize}",
            $"Adam {adam.LearningRate}, {training.Schedule.Describe}",
            training.KlWarmUpEpochs > 0 ? $"KL warm-up over {training.KlWarmUpEpochs} epochs" : null,
            adam.ClipNorm > 0 ? $"gradient norm at most {adam.ClipNorm}" : null,
            adam.WeightDecay > 0 ? $"weight decay {adam.WeightDecay}" : null,
            training.Patience > 0 ? $"patience {training.Patience} epochs" : null,
            record.Data.Table is null ? $"pixels {record.Model.Pixels}" : null,
            training.HidingShare > 0 ? $"values hidden from the encoder in {training.HidingShare:P0} of the rows" : null,
            record.IsByKind() ? "columns by their kinds"
                : record.Preparation is { } preparation ? $"columns scaled: {preparation.Scaling}"
                : null,
        ];
        return string.Join("; ", parts.OfType<string>());
    }

    /// <summary>Refuses to write results over the data.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="record">The run; the data of its training is not overwritten either.</param>
    /// <param name="request">The data to read; null for the run's.</param>
    /// <exception cref="UsageException">The file to write is the data.</exception>
    public static void RequireOther(string path, RunRecord record, string? request)
        => UsageException.Require(
            path == ResultFile.Standard || new[] { request, record.Data.Request }
                .All(read => string.IsNullOrEmpty(read) || read == ResultFile.Standard
                    || Path.GetFullPath(read) != Path.GetFullPath(path)),
            $"--out would write over the data itself, {Path.GetFullPath(path)}. Give another file.");

    /// <summary>Refuses a label that the model does not know.</summary>
    /// <exception cref="UsageException">The label is too large, or the model has none.</exception>
    public static void RequireLabel(int? label, int classes) => UsageException.Require(
        label is null || label < classes,
        classes == 0
            ? "--label wants a run that was trained with --labels, but this one was trained without."
            : $"--label wants a whole number from 0 to {classes - 1} for this run, but got '{label}'.");

    /// <summary>Writes an object as one line.</summary>
    public static void WriteJson(JsonObject value, TextWriter output) => output.WriteLine(value.ToJsonString(OneLine));

    /// <summary>Pixels in a row of a run's images; all pixels where the record has no size.</summary>
    public static int ImageColumns(RunRecord record) => record.Data.Columns > 0 ? record.Data.Columns : record.Model.Features;

    /// <summary>Writes a picture and reports its size.</summary>
    public static void Save(GreyImage image, string path, TextWriter output)
    {
        Png.Write(path, image);
        output.WriteLine($"{path}: {image.Width} x {image.Height} pixels");
    }

    private sealed class DataLines(Display display) : IProgress<DataProgress>
    {
        public void Report(DataProgress value)
        {
            if (value.IsTransfer)
            {
                display.Update("", value.Message, value.Received, value.Total ?? value.Received, "bytes");
            }
            else
            {
                display.Line(value.Message);
            }
        }
    }
}
