using Vae.Model;

namespace Vae.Cli;

/// <summary>The table that a run keeps in its folder.</summary>
internal static class KeptTable
{
    /// <summary>The remedy where the file is lost.</summary>
    public const string Remedy = "The model is not touched by that: give the table again, with --data.";

    /// <summary>The table's file.</summary>
    public static string FileOf(RunFolder run) => Path.Combine(run.FullPath, TableFile.UsualName);

    /// <summary>Removes the temporary files of a process that was killed while it read the table. The caller holds the run's
    /// lock, and has saved its own table.</summary>
    public static void RemoveLeftovers(RunFolder run) => AtomicFile.RemoveLeftovers(FileOf(run));

    /// <summary>Opens the table and compares its content with the run's record; null where there is none.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="record">The run's record.</param>
    /// <param name="display">Tells that a large one is being read.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <exception cref="CheckpointException">It is damaged, or not this run's.</exception>
    public static Table? TryOpen(RunFolder run, RunRecord record, Display display, CancellationToken cancellationToken)
    {
        var path = FileOf(run);
        if (!File.Exists(path))
        {
            return null;
        }

        Table? table = null;
        try
        {
            table = Table.Open(path);
            var sha256 = record.Schema is null ? record.Data.Sha256
                : display.Run(() => TableChecksum.Of(table.Cells, cancellationToken));
            return sha256 == record.Data.Sha256 ? (record.Schema is { IsByKind: true } schema ? table.As(schema) : table)
                : throw new CheckpointException(
                    $"{path}: expected the run's table, of SHA-256 {Printable.Cut(record.Data.Sha256)}, but found one of "
                    + $"{sha256}. The file was replaced, or is damaged.");
        }
        catch (Exception failure)
        {
            table?.Dispose();
            throw failure is CheckpointException ? new CheckpointException($"{failure.Message} {Remedy}", failure) : failure;
        }
    }

    /// <summary>Saves a run's table where its file is lost or another's.</summary>
    /// <param name="run">The run's folder, whose lock the caller holds.</param>
    /// <param name="table">The run's table.</param>
    public static void Keep(RunFolder run, Table table)
    {
        var path = FileOf(run);
        try
        {
            using var kept = Table.Open(path);
            if (TableChecksum.Of(kept.Cells) == table.Sha256)
            {
                return;
            }
        }
        catch (CheckpointException)
        {
        }

        table.Save(path);
    }
}
