using Vae.Math;

namespace Vae.Model;

/// <summary>Does the same work for each of many rows, one row on each thread.</summary>
internal static class RowWork
{
    private const int RowsAtOnce = 256;                               // between two looks at whether to stop

    /// <summary>Processes all rows.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="work">Computes the result of a row from its number.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="progress">Receives the number of finished rows now and then.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>A result for each row, in the order of the rows.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TResult[] Run<TResult>(
        int count, Func<int, TResult> work, WorkerTeam team, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var results = new TResult[count];
        for (var start = 0; start < count; start += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = int.Min(start + RowsAtOnce, count);
            team.Run(new Part<TResult>(work, results, start), end - start);
            progress?.Report(end);
        }

        return results;
    }

    private readonly struct Part<TResult>(Func<int, TResult> work, TResult[] results, int start) : IParallelWork
    {
        public void DoPart(int part) => results[start + part] = work(start + part);
    }
}
