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

/// <summary>What commands over a trained run have in common: the model, its data, and drawing to a file.</summary>
internal static class Session
{
    // A person may read it, too: a plus sign or an apostrophe stays what it is.
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Finds the images, and says loudly where they are not MNIST but drawn.</summary>
    public static async Task<ImageData> FindDataAsync(
        string request, Display display, TextWriter error, CancellationToken cancellationToken, MnistLocator? locator = null)
    {
        locator ??= new MnistLocator();
        var data = await Task.Run(                                    // what comes before its first wait must not keep Ctrl+C waiting
            () => display.RunAsync(() => locator.FindAsync(request, progress: new DataLines(display), cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        if (data.IsDrawn)                                              // said even when quiet: nobody shall take its numbers for MNIST's
        {
            await error.WriteLineAsync("*** DRAWN DIGITS, NOT MNIST: no number here compares with one on MNIST. ***").ConfigureAwait(false);
        }

        return data;
    }

    /// <summary>What a run's record says of its images, their checksum among it: several seconds where they are on disk.</summary>
    public static DataRecord Describe(ImageData data, string request, bool withLabels, Display display, CancellationToken cancellationToken)
        => display.Run(() => data.ToRecord(request, withLabels, new DataLines(display), cancellationToken));

    /// <summary>Opens a run and its model.</summary>
    public static (RunRecord Record, VariationalAutoencoder<float> Model) Open(string run, int? threads = null)
    {
        var (folder, record) = RunFolder.Open(run);
        return (record, Load<float>(folder, record, threads));
    }

    /// <summary>A run's model: in float for speed, in double for numbers that are compared with another program's.</summary>
    public static VariationalAutoencoder<T> Load<T>(RunFolder folder, RunRecord record, int? threads = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => folder.LoadModel(record.Model, new SimdProduct<T>(ChosenProduct.TeamOf(threads)));

    /// <summary>What a run is measured on or drawn from: what it was trained on unless something else is asked for. Of a table the columns
    /// that the model knows are taken by their names, in whatever order they stand.</summary>
    public static async Task<RunSamples> FindSamplesAsync(
        RunRecord record, string? request, string? split, Display display, TextWriter error, CancellationToken cancellationToken)
    {
        var isTable = TableArguments.IsTable(request, record);
        request ??= record.Data.Request;
        if (isTable)
        {
            UsageException.Require(split is null, "--split goes with images: a table has one part. Give another table with --data.");
            var table = display.Run(() => ReadTable(record, request, cancellationToken));
            var seen = record.Preparation?.Apply(table) ?? table;
            seen.RequireFit(record.Model, cancellationToken);
            return new RunSamples(seen, TableArguments.SourceOf(table, request), null, table);
        }

        var data = await FindDataAsync(request, display, error, cancellationToken).ConfigureAwait(false);
        var images = split == "train" ? data.Train : data.Test;
        var samples = SamplesOf(images, record.Model.Classes > 0);
        return new RunSamples(record.Preparation?.Apply(samples) ?? samples, data.Source, images, null);
    }

    /// <summary>Reads a table for a run as that one's own was read.</summary>
    public static CsvTable ReadTable(RunRecord record, string path, CancellationToken cancellationToken)
        => CsvTable.Read(path, new CsvTableOptions
        {
            HasHeader = record.Data.Table?.HasHeader ?? true,
            DecimalComma = record.Data.Table?.DecimalComma ?? false,
            Delimiter = record.Data.Table?.Delimiter,
            Columns = record.Preparation?.Columns is { Count: > 0 } columns ? columns : null,
        }, cancellationToken);

    /// <summary>The images for a model, with their labels where it wants them.</summary>
    public static ISampleSource SamplesOf(ImageSet images, bool withLabels)
        => !withLabels ? images.Samples
            : images.Labelled ?? throw new UsageException("The model wants a label with each image, but these images have none. Put the IDX file of their labels beside them.");

    /// <summary>How a run is trained, in a line.</summary>
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
            record.Preparation is { } preparation ? $"columns scaled: {preparation.Scaling}" : null,
        ];
        return string.Join("; ", parts.OfType<string>());
    }

    /// <summary>Refuses to write results over what they are made from.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="record">The run, whose own table is as precious.</param>
    /// <param name="request">What is read, where it was given.</param>
    /// <exception cref="UsageException">It is the same file.</exception>
    public static void RequireOther(string path, RunRecord record, string? request)
        => UsageException.Require(
            new[] { request, record.Data.Request }.All(read => string.IsNullOrEmpty(read) || Path.GetFullPath(read) != Path.GetFullPath(path)),
            $"--out would write over the data itself, {Path.GetFullPath(path)}. Give another file.");

    /// <summary>Writes an object as one line.</summary>
    public static void WriteJson(JsonObject value, TextWriter output) => output.WriteLine(value.ToJsonString(OneLine));

    /// <summary>Pixels in a row of the images that a run draws: from its record, or a row for everything.</summary>
    public static int ImageColumns(RunRecord record) => record.Data.Columns > 0 ? record.Data.Columns : record.Model.Features;

    /// <summary>Writes a picture and says so.</summary>
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
                display.Update(value.Message, value.Received, value.Total ?? value.Received);
            }
            else
            {
                display.Line(value.Message);
            }
        }
    }
}
