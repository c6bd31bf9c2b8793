using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vae.Model;

/// <summary>Reads and writes <c>run.json</c>. An option that is missing, as in an older run, gets its default.</summary>
/// <remarks>A source-generated reader alone would read a missing option as 0, and a KL weight of 0 has a meaning.</remarks>
internal static class RunRecordFile
{
    private const int Format = 1;
    private const int MostBytes = 2 << 20;                            // usually some kilobytes, and 60 bytes for each column

    /// <summary>Reads a record and checks all of it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointException">The file is not the record of a run, or one of
    /// its options is invalid.</exception>
    public static RunRecord Read(string path)
    {
        try
        {
            var run = JsonNode.Parse(BoundedFile.ReadAll(path, MostBytes), documentOptions: StrictJson.Options);
            if (run is not JsonObject parts
                || parts["format"] is not JsonValue format
                || !format.TryGetValue(out int found)
                || found != Format)
            {
                throw new CheckpointException($"{path}: wanted the record of a run of format {Format}, but found another one.");
            }

            MissingOptions.Add(run, JsonSerializer.SerializeToNode(Defaults, RunJson.Default.RunRecord)!.AsObject());
            return Checked(run.Deserialize(RunJson.Default.RunRecord)!);
        }
        catch (Exception failure) when (StrictJson.IsRefusal(failure) || failure is ArgumentException)
        {
            throw new CheckpointException($"{path}: not the record of a run: {Printable.Message(failure)}", failure);
        }
    }

    /// <summary>The content of the file for a record.</summary>
    /// <param name="record">The run's record.</param>
    /// <exception cref="ArgumentException">The content is longer than is read again.</exception>
    public static byte[] Bytes(RunRecord record)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(record, RunJson.Default.RunRecord);
        return bytes.Length <= MostBytes
            ? bytes
            : throw new ArgumentException(
                $"The record of the run (run.json) would have {bytes.Length} bytes, but at most {MostBytes} are read again: "
                + $"{Content(record)} are too much. Leave some columns out, or give them shorter names{Remedy(record)}.");
    }

    private static string Content(RunRecord record) => record.Schema is { } schema
        ? $"{schema.Columns.Count} columns with "
            + $"{schema.Columns.Sum(column => column.Levels.Count + column.PooledLevels.Count)} levels"
        : $"{record.Preparation?.Columns.Count ?? 0} names of columns with their scales";

    private static string Remedy(RunRecord record) => record.Schema is null ? ""
        : ", or make an ID of a column with many levels";

    // Required values have an invalid default, so that a missing one is refused.
    private static RunRecord Defaults => new(new VaeOptions { Features = 0 }, new TrainingOptions(), new DataRecord("", 0, ""));

    private static RunRecord Checked(RunRecord record)
    {
        var data = record.Data;
        record.Model.Validated();
        record.Training.Validated(data.Samples);
        record.Schema?.Validated();
        record.Preparation?.Validated(record.Model.Features);
        if (data.Rows < 0 || data.Columns < 0
            || ((long)data.Rows * data.Columns is var pixels && pixels != 0 && pixels != record.Model.Features))
        {
            throw new ArgumentException(
                $"Images must have the {record.Model.Features} pixels of a sample, or be 0 x 0 for none, "
                + $"but are {data.Rows} x {data.Columns}.");
        }

        return Shown(record);
    }

    // These texts are only shown, so commands to a terminal in them are escaped.
    private static RunRecord Shown(RunRecord record) => record with
    {
        Formula = Printable.Escaped(record.Formula),
        Command = Printable.Escaped(record.Command),
        Product = Printable.Escaped(record.Product),
        ProductName = record.ProductName is { } name ? Printable.Escaped(name) : null,
        FirstLayer = Printable.Escaped(record.FirstLayer),
        Changes = record.Changes is { } changes ? [.. changes.Select(change => Printable.Escaped(change ?? ""))] : null,
        Data = record.Data with
        {
            Request = Printable.Escaped(record.Data.Request),
            Source = Printable.Escaped(record.Data.Source),
            Sha256 = Printable.Escaped(record.Data.Sha256),
        },
    };
}
