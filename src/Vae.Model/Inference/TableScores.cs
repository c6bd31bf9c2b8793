using System.Buffers;
using Vae.Math;

namespace Vae.Model;

/// <summary>The anomaly scores of a table's rows: <c>-log p(x)</c> of each row's observed values, estimated by importance
/// sampling with equally many draws for every row, since the estimate's bias depends on their number.</summary>
/// <remarks>Source: Burda, Grosse and Salakhutdinov 2015, section 5. The noise is the same for every row: equal rows have equal
/// scores, and the order of rows scatters less than the scores.</remarks>
/// <param name="model">The model.</param>
/// <param name="rows">The rows.</param>
/// <param name="use">Draws, seed, progress and cancellation.</param>
internal sealed class TableScores(RowModel model, ModelRows rows, TableUse use)
{
    private const int FewestDraws = 64;
    private const int MostDraws = 4096;
    private const int MostPilots = 200;                               // rows that say how many draws are needed
    private const double WantedError = 0.1;                           // nats, of half of the pilots

    /// <summary>Computes the scores.</summary>
    /// <returns>The score of each row with the standard error that comes of its draws, nats.</returns>
    public (double Score, double Error)[] All()
    {
        var draws = use.Draws == 0 ? EnoughDraws() : use.DrawsOr(0);
        return RowWork.Run(rows.Count, row => Of(row, draws), WorkerTeam.Shared, use.Progress, use.CancellationToken);
    }

    /// <summary>Doubles the draws until the median of the pilots' standard errors is small enough.</summary>
    public int EnoughDraws()
    {
        var pilots = int.Min(MostPilots, rows.Count);
        for (var draws = FewestDraws; draws < MostDraws; draws *= 2)
        {
            var some = draws;
            var errors = RowWork.Run(
                pilots,
                i => Of((int)((long)i * rows.Count / pilots), some).Error,
                WorkerTeam.Shared,
                progress: null,
                use.CancellationToken);
            Array.Sort(errors);
            if (errors[pilots / 2] < WantedError)
            {
                return draws;
            }
        }

        return MostDraws;
    }

    private (double Score, double Error) Of(int number, int draws)
    {
        var room = ArrayPool<double>.Shared.Rent((2 * draws) + model.Features);
        var logWeights = room.AsSpan(0, draws);
        var weights = room.AsSpan(draws, draws);
        var values = room.AsSpan(2 * draws, model.Features);
        using (var row = rows.Read(number))
        {
            row.Values(values);
        }

        using var set = model.Rent();
        var encoded = model.Encode(values, set);
        var noise = new RandomDraws(use.Seed, (uint)Purpose.ImportanceNoise, 0);
        for (var done = 0; done < draws; done += WeightedDraws.AtOnce)
        {
            var some = logWeights.Slice(done, int.Min(WeightedDraws.AtOnce, draws - done));
            WeightedDraws.Next(model.Network, set, encoded, noise, done, some);
        }

        var score = -WeightedDraws.Normalise(logWeights, weights);
        var error = double.IsFinite(score) ? WeightedDraws.StandardError(weights) : double.PositiveInfinity;
        ArrayPool<double>.Shared.Return(room);
        return (double.IsNaN(score) ? double.PositiveInfinity : score, error); // NaN comes of infinities: no row is stranger
    }
}
