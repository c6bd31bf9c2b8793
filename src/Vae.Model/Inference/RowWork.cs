using Vae.Math;

namespace Vae.Model;

/// <summary>The same for each of many rows, a row on each thread.</summary>
/// <typeparam name="TResult">What comes of a row.</typeparam>
internal sealed class RowWork<TResult>(ISampleSource data, ILabelledSamples? labels, RowWork<TResult>.Row work)
{
    private const int RowsAtOnce = 256;                               // between two looks at whether to stop

    private readonly TResult[] _results = new TResult[data.Count];

    /// <summary>What is done to a row.</summary>
    public delegate TResult Row(ReadOnlySpan<float> row, int? label);

    /// <summary>Does all rows.</summary>
    /// <returns>A result for each, in their order.</returns>
    public TResult[] Run(WorkerTeam team, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        for (var start = 0; start < _results.Length; start += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = int.Min(start + RowsAtOnce, _results.Length);
            team.Run(new Part(this, start), end - start);
            progress?.Report(end);
        }

        return _results;
    }

    private void Do(int number)
    {
        var row = new float[data.Features];
        data.Gather<float>([number], row);
        _results[number] = work(row, labels?.LabelOf(number));
    }

    private readonly struct Part(RowWork<TResult> all, int start) : IParallelWork
    {
        public void DoPart(int part) => all.Do(start + part);
    }
}
