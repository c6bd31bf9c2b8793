using System.Buffers;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <content>Many rows at once on several threads, with the same bits as each row alone.</content>
public sealed partial class VaeModel
{
    /// <summary>The means of the posteriors of many rows.</summary>
    /// <param name="data">The rows, in their own units.</param>
    /// <param name="progress">Receives the number of finished rows now and then.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>For each row the result of <see cref="Encode(ReadOnlySpan{float}, int?)"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model; the message names the row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] EncodeAll(ISampleSource data, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        => ForEach(data, rented => RowOf(rented).Mean.AsSpan().ToArray(), progress, cancellationToken);

    /// <summary>The reconstructions of many rows.</summary>
    /// <param name="data">The rows, in their own units.</param>
    /// <param name="progress">Receives the number of finished rows now and then.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>For each row the result of <see cref="Reconstruct(ReadOnlySpan{float}, int?)"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model; the message names the row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] ReconstructAll(
        ISampleSource data, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
        => ForEach(
            data,
            rented =>
            {
                var reconstruction = new float[Features];
                Reconstruct(RowOf(rented), reconstruction);
                return reconstruction;
            },
            progress,
            cancellationToken);

    /// <summary>The anomaly scores of many rows, computed on several threads.</summary>
    /// <param name="data">The rows, in their own units.</param>
    /// <param name="draws">Draws of z for each row.</param>
    /// <param name="seed">The seed of the draws.</param>
    /// <param name="progress">Receives the number of finished rows now and then.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    /// <returns>The score of each row, with the same bits as <see cref="AnomalyScore"/> for the row alone.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model; the message names the row.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public double[] AnomalyScores(
        ISampleSource data,
        int draws = UsualDraws,
        ulong seed = 1,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        return ForEach(data, rented => ScoreOf(rented, draws, seed), progress, cancellationToken);
    }

    // Encodes each row and passes its activations, with the posterior, to the work.
    private TResult[] ForEach<TResult>(
        ISampleSource data,
        Func<ActivationsSet<float>, TResult> work,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        data.RequireFeatures(Options);
        SampleRange.Require(Preparation?.Apply(data) ?? data, Options, cancellationToken);
        var labelled = Options.Classes > 0 ? data.RequireLabels(Options) : null;
        return RowWork.Run(data.Count, Do, WorkerTeam.Shared, progress, cancellationToken);

        TResult Do(int number)
        {
            using var rented = _pool.Rent();
            if (Preparation is { InDouble: true })                    // the numbers keep their digits until they are scaled
            {
                EncodeRow<double>(number, rented);
            }
            else
            {
                EncodeRow<float>(number, rented);
            }

            return work(rented);
        }

        void EncodeRow<T>(int number, ActivationsSet<float> rented)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var row = ArrayPool<T>.Shared.Rent(Features);
            var own = row.AsSpan(0, Features);
            data.Gather([number], own);
            Encode<T>(own, labelled?.LabelOf(number), RowOf(rented));
            ArrayPool<T>.Shared.Return(row);
        }
    }
}
