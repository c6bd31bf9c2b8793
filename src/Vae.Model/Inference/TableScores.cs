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

    // The rows that say how many draws are needed, and the log-weights of their draws so far.
    private readonly int[] _pilots = Spread(int.Min(MostPilots, rows.Count), rows.Count);
    private readonly double[][] _ofPilots = new double[int.Min(MostPilots, rows.Count)][];

    /// <summary>Computes the scores.</summary>
    /// <returns>The score of each row with the standard error that comes of its draws, nats.</returns>
    public (double Score, double Error)[] All()
    {
        var draws = use.Draws == 0 ? EnoughDraws() : use.DrawsOr(0);
        return RowWork.Run(rows.Count, row => Of(row, draws), WorkerTeam.Shared, use.Progress, use.CancellationToken);
    }

    /// <summary>Doubles the draws until the median of the pilots' standard errors is small enough. A pilot keeps its draws: each
    /// is a function of its number.</summary>
    public int EnoughDraws()
    {
        var draws = FewestDraws;
        for (; draws < MostDraws; draws *= 2)
        {
            var some = draws;
            var errors = RowWork.Run(
                _pilots.Length,
                pilot => Summarised(_ofPilots[pilot] = LogWeights(_pilots[pilot], some, _ofPilots[pilot] ?? [])).Error,
                WorkerTeam.Shared,
                progress: null,
                use.CancellationToken);
            Array.Sort(errors);
            if (errors[errors.Length / 2] < WantedError)
            {
                break;
            }
        }

        return draws;
    }

    private (double Score, double Error) Of(int number, int draws)
    {
        var pilot = Array.BinarySearch(_pilots, number);
        return Summarised(LogWeights(number, draws, pilot >= 0 ? _ofPilots[pilot] ?? [] : []));
    }

    // The log-weights of a row's draws, the first of which may be there.
    private double[] LogWeights(int number, int draws, double[] some)
    {
        if (some.Length == draws)
        {
            return some;
        }

        var values = ArrayPool<double>.Shared.Rent(model.Features);
        using (var row = rows.Read(number))
        {
            row.Values(values.AsSpan(0, model.Features));
        }

        using var set = model.Rent();
        var encoded = model.Encode(values.AsSpan(0, model.Features), set);
        ArrayPool<double>.Shared.Return(values);
        var noise = new RandomDraws(use.Seed, (uint)Purpose.ImportanceNoise, 0);
        var logWeights = new double[draws];
        some.CopyTo(logWeights, 0);
        for (var done = some.Length; done < draws; done += WeightedDraws.AtOnce)
        {
            var next = logWeights.AsSpan(done, int.Min(WeightedDraws.AtOnce, draws - done));
            WeightedDraws.Next(model.Network, set, encoded, noise, done, next);
        }

        return logWeights;
    }

    private static (double Score, double Error) Summarised(double[] logWeights)
    {
        var rented = ArrayPool<double>.Shared.Rent(logWeights.Length);
        var weights = rented.AsSpan(0, logWeights.Length);
        var score = -WeightedDraws.Normalise(logWeights, weights);
        var error = double.IsFinite(score) ? WeightedDraws.StandardError(weights) : double.PositiveInfinity;
        ArrayPool<double>.Shared.Return(rented);
        return (double.IsNaN(score) ? double.PositiveInfinity : score, error); // NaN comes of infinities: no row is stranger
    }

    // Numbers from 0 to below a count, spread evenly, ascending.
    private static int[] Spread(int numbers, int count)
        => [.. Enumerable.Range(0, numbers).Select(i => (int)((long)i * count / numbers))];
}
