using System.Buffers;
using Vae.Math;

namespace Vae.Model;

/// <summary>Fills in a row's missing values given its observed ones, by importance sampling.</summary>
/// <remarks>Source: Mattei and Frellsen 2019, "MIWAE", section 3: the point estimate is taken under self-normalised weights;
/// multiple imputations come by sampling importance resampling.</remarks>
/// <param name="model">The model.</param>
/// <param name="rows">The rows.</param>
/// <param name="imputations">1 for the point estimate, above 1 for so many draws of each row.</param>
/// <param name="draws">Draws of z for each row.</param>
/// <param name="seed">The seed of the draws.</param>
internal sealed class Imputer(RowModel model, ModelRows rows, int imputations, int draws, ulong seed)
{
    private const int UsualDraws = 256;
    private const int FewestDraws = 100;
    private const int NumbersAtOnce = 1 << 23;                        // 32 MB of the decoder's output on each thread

    /// <summary>The usual number of draws: fewer where the decoder's output is so wide that memory would be short.</summary>
    public static int Usual(VaeOptions options)
        => (int)long.Clamp(NumbersAtOnce / options.OutputRows, FewestDraws, UsualDraws);

    /// <summary>Fills in a row.</summary>
    /// <param name="number">The row's number, which the draws are a function of.</param>
    public Imputed Fill(int number)
    {
        var columns = model.Result.Columns.Count;
        var texts = new string[columns * imputations];
        using var row = rows.Read(number);
        var rented = ArrayPool<int>.Shared.Rent(model.Features);
        var (filled, modelled) = model.Result.Missing(row, rented);
        var missing = rented.AsSpan(0, modelled);
        if (modelled == 0)
        {
            for (var i = 0; i < imputations; i++)
            {
                model.Result.Fill(row, values: [], pooled: [], texts.AsSpan(i * columns, columns));
            }

            ArrayPool<int>.Shared.Return(rented);
            return new Imputed(texts, filled, double.NaN);
        }

        var room = ArrayPool<double>.Shared.Rent((2 * draws) + (2 * model.Features));
        var logWeights = room.AsSpan(0, draws);
        var weights = room.AsSpan(draws, draws);
        var values = room.AsSpan(2 * draws, model.Features);
        var point = room.AsSpan((2 * draws) + model.Features, model.Features);
        using var set = model.Rent();
        row.Values(values);
        var encoded = model.Encode(values, set);
        var noise = new RandomDraws(seed, (uint)Purpose.ImputationNoise, (ulong)number);
        var a = WeightedDraws.Next(model.Network, set, encoded, noise, first: 0, logWeights);
        WeightedDraws.Normalise(logWeights, weights);
        var effective = WeightedDraws.EffectiveSize(weights);
        if (imputations == 1)
        {
            point.Clear();
            foreach (var feature in missing)
            {
                point[feature] = model.Likelihood.PointOf(feature, a.Output, weights);
            }

            model.ToOwnUnits<double>(point, values);
            model.Result.Fill(row, values, pooled: [], texts);
        }
        else
        {
            Draw(number, row, a, set, weights, values, texts);
        }

        ArrayPool<int>.Shared.Return(rented);
        ArrayPool<double>.Shared.Return(room);
        return new Imputed(texts, filled, effective);
    }

    // z_k by its weight, then x ~ p(x|z_k).
    private void Draw(
        int number,
        in ModelRows.Row row,
        Activations<float> a,
        ActivationsSet<float> set,
        ReadOnlySpan<double> weights,
        Span<double> values,
        string[] texts)
    {
        var random = new RandomDraws(seed, (uint)Purpose.ImputationDraws, (ulong)number);
        var pools = new RandomDraws(seed, (uint)Purpose.PooledLevels, (ulong)number);
        var chosen = new int[imputations];
        WeightedDraws.Choose(weights, random.Uniform(0), chosen);     // the first entries belong to the choice
        var b = set.For(samples: imputations, draws: 1);
        WeightedDraws.Copy(a.Output, chosen, b.Output);
        model.Likelihood.Draw(b.Output, b.Target, random, firstColumn: 1);
        var pooled = new double[model.Features];
        var columns = model.Result.Columns.Count;
        for (var i = 0; i < imputations; i++)
        {
            model.ToOwnUnits<float>(b.Target.ColumnSpan(i), values);
            RowModel.FillPooled(pools, i, pooled);
            model.Result.Fill(row, values, pooled, texts.AsSpan(i * columns, columns));
        }
    }

    /// <summary>A row without holes.</summary>
    /// <param name="Texts">The texts of each imputation, one after another.</param>
    /// <param name="Filled">The number of values filled in.</param>
    /// <param name="EffectiveSize">The effective sample size of the draws; NaN where none were needed.</param>
    public readonly record struct Imputed(string[] Texts, int Filled, double EffectiveSize);
}
