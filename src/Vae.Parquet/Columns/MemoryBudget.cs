namespace Vae.Parquet;

/// <summary>The memory that a file's pages may take at once: 16 MiB, or 100 times the file.</summary>
/// <param name="file">The file.</param>
internal sealed class MemoryBudget(SourceFile file)
{
    private const long Least = 16 << 20;
    private const int MostTimes = 100;

    private readonly long _most = long.Max(Least, MostTimes * file.Length);
    private long _held;

    /// <summary>Takes memory, or gives it back where the number is below 0.</summary>
    /// <exception cref="ParquetTableException">It is more than there is.</exception>
    public void Take(long bytes)
    {
        _held += bytes;
        if (_held > _most)
        {
            throw file.Refusal(
                $"the pages that are needed at once take {_held} bytes unpacked, but at most {_most} are wanted "
                    + $"(16 MiB, or 100 times the file)",
                "Write it with smaller pages, or with fewer rows in a group.");
        }
    }
}
