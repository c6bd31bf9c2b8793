using Vae.Math;

namespace Vae.Model;

/// <content>Many rows at once, several threads at work: each comes to the very numbers that it comes to alone.</content>
public sealed partial class VaeModel
{
    /// <summary>The means of the posteriors of many rows.</summary>
    /// <param name="data">The rows, in their own units.</param>
    /// <param name="progress">Told now and then how many are done.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>For each row what <see cref="Encode(ReadOnlySpan{float}, int?)"/> gives.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model; the message names the row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] EncodeAll(ISampleSource data, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        => ForEach(data, (row, label) => Encode(row, label), progress, cancellationToken);

    /// <summary>Many rows as the model gives them back.</summary>
    /// <param name="data">The rows, in their own units.</param>
    /// <param name="progress">Told now and then how many are done.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>For each row what <see cref="Reconstruct(ReadOnlySpan{float}, int?)"/> gives.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model; the message names the row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] ReconstructAll(ISampleSource data, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        => ForEach(data, (row, label) => Reconstruct(row, label), progress, cancellationToken);

    /// <summary>The anomaly scores of many rows, several threads at work.</summary>
    /// <param name="data">The rows, in their own units.</param>
    /// <param name="draws">Draws of z for each.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="progress">Told now and then how many are done.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The score of each row: the very number that <see cref="AnomalyScore"/> gives for it alone.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model; the message names the row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public double[] AnomalyScores(
        ISampleSource data, int draws = UsualDraws, ulong seed = 1, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        return ForEach(data, (row, label) => AnomalyScore(row, draws, seed, label), progress, cancellationToken);
    }

    private TResult[] ForEach<TResult>(ISampleSource data, RowWork<TResult>.Row work, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireFeatures(Options);
        SampleRange.Require(Preparation?.Apply(data) ?? data, Options, cancellationToken);
        var labelled = Options.Classes > 0 ? data.RequireLabels(Options) : null;
        return new RowWork<TResult>(data, labelled, work).Run(WorkerTeam.Shared, progress, cancellationToken);
    }
}
