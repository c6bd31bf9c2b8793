using Vae.Math;

namespace Vae.Model;

/// <summary>Does the same for each of many rows, a row on each thread.</summary>
internal static class RowWork
{
    private const int RowsAtOnce = 256;                               // between two looks at whether to stop

    /// <summary>Does all rows.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="work">Makes the result of a row, given its number.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="progress">Told now and then how many are done.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>A result for each row, in their order.</returns>
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
