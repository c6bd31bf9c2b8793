using Vae.Math;

namespace Vae.Model;

/// <summary>Does the same work for each of many rows, one row on each thread, and hands over the results in the order of the
/// rows: memory does not grow with their number.</summary>
internal static class OrderedRows
{
    private const int RowsAtOnce = 256;                               // between two looks at whether to stop
    private const int TextsAtOnce = 1 << 18;                          // some MB

    /// <summary>Processes all rows.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="textsInRow">The number of texts in a row's result, by which memory is bounded.</param>
    /// <param name="work">Computes the result of a row from its number, on any thread.</param>
    /// <param name="write">Receives the results in order, on the caller's thread.</param>
    /// <param name="use">Progress and cancellation.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Run<TResult>(
        int count, long textsInRow, Func<int, TResult> work, Action<TResult> write, TableUse use)
    {
        var atOnce = (int)long.Clamp(TextsAtOnce / long.Max(1, textsInRow), 1, RowsAtOnce);
        var results = new TResult[int.Min(atOnce, count)];
        for (var start = 0; start < count; start += atOnce)
        {
            use.CancellationToken.ThrowIfCancellationRequested();
            var some = int.Min(atOnce, count - start);
            WorkerTeam.Shared.Run(new Part<TResult>(work, results, start), some);
            for (var i = 0; i < some; i++)
            {
                write(results[i]);
            }

            use.Progress?.Report(start + some);
        }
    }

    private readonly struct Part<TResult>(Func<int, TResult> work, TResult[] results, int start) : IParallelWork
    {
        public void DoPart(int part) => results[part] = work(start + part);
    }
}
