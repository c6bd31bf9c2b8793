using System.Text;
using System.Text.Json;

namespace Vae.Model;

/// <summary>A run's <c>metrics.jsonl</c>: a line for each epoch.</summary>
/// <param name="path">The file; it may be missing.</param>
/// <param name="record">The run.</param>
internal sealed class MetricsFile(string path, RunRecord record)
{
    /// <summary>The file.</summary>
    public string FullPath => path;

    /// <summary>Adds a line.</summary>
    /// <exception cref="IOException">It cannot be written; the earlier lines are untouched.</exception>
    public void Append(EpochMetrics finished) => AtomicFile.Append(path, Encoding.UTF8.GetBytes(Text(finished) + "\n"));

    /// <summary>Reads all lines.</summary>
    /// <exception cref="CheckpointException">A line cannot be read; the message says which.</exception>
    public IReadOnlyList<EpochMetrics> Read()
        => [.. Lines().Select((line, i) => Metrics(line, i + 1)
            ?? throw new CheckpointException($"{path}, line {i + 1}: wanted the metrics of an epoch, but the line is empty."))];

    /// <summary>Makes the file end with the state's last epoch. That epoch's line is written from the state, since the one
    /// in the file may be missing or torn.</summary>
    /// <param name="last">The last epoch of the state; null before the first.</param>
    /// <exception cref="CheckpointException">A line before the last one cannot be read.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void BringInLine(EpochMetrics? last)
    {
        var all = Lines().ToList();
        var lines = all.Where((line, i) => EpochOf(line, i + 1, mayBeTorn: i == all.Count - 1) < last?.Epoch).ToList();
        if (last is not null)
        {
            lines.Add(Text(last));
        }

        var text = string.Concat(lines.Select(line => line + "\n"));
        AtomicFile.WriteOfRun(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The metrics of an epoch as a line of JSON.</summary>
    public static string Text(EpochMetrics metrics) => JsonSerializer.Serialize(metrics, MetricsJson.Default.EpochMetrics);

    private IEnumerable<string> Lines()
        => File.Exists(path) ? BoundedFile.ReadLines(path, MetricsLine.MostBytes, MetricsLine.MostBytesInLine) : [];

    // Only the last line can be unfinished. Any other unreadable line is damage, and is reported.
    private int? EpochOf(string line, int number, bool mayBeTorn)
    {
        try
        {
            return Metrics(line, number)?.Epoch;
        }
        catch (CheckpointException) when (mayBeTorn)
        {
            return null;
        }
    }

    private EpochMetrics? Metrics(string line, int number)
        => line.Length == 0 ? null : MetricsLine.Read(line, record, $"{path}, line {number}");
}
