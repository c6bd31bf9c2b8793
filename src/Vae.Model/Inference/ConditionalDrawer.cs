using Vae.Math;

namespace Vae.Model;

/// <summary>Draws rows under conditions: the known columns are observed, and all others are imputed.</summary>
/// <remarks>Many z are drawn from the posterior given the known columns, some are chosen by their weights, and a row is drawn
/// from each. Source: Rubin 1988, "Using the SIR algorithm to simulate posterior distributions".</remarks>
/// <param name="model">The model.</param>
/// <param name="given">The texts of the known columns by name.</param>
/// <param name="values">A value for each feature in its own units; NaN for those to be drawn.</param>
/// <param name="use">Draws, seed and cancellation.</param>
internal sealed class ConditionalDrawer(
    RowModel model, IReadOnlyDictionary<string, string> given, double[] values, TableUse use)
{
    /// <summary>Rows of a group, which has draws of z of its own: memory does not grow with the number of rows.</summary>
    public const int RowsInGroup = 10_000;

    private const int DrawsPerRow = 20;
    private const int FewestDraws = 2000;
    private const ulong StepOfOrder = 1UL << 40;                      // no other step of the purpose is as large

    /// <summary>Draws a group of rows.</summary>
    /// <param name="group">The group's number, from 0 on.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="write">Receives the texts of some rows, one row after another.</param>
    /// <returns>The effective sample size of the group's draws of z.</returns>
    public double Draw(int group, int count, Action<string[]> write)
    {
        var draws = use.DrawsOr(int.Max(FewestDraws, DrawsPerRow * count));
        var (logWeights, weights) = (new double[draws], new double[draws]);
        var latents = new float[(long)draws * model.Latent];
        using (var set = model.Rent())
        {
            var weighing = new Weighing(model, model.Encode(values, set), logWeights, latents, group, use);
            WorkerTeam.Shared.Run(weighing, (draws + WeightedDraws.AtOnce - 1) / WeightedDraws.AtOnce);
        }

        use.CancellationToken.ThrowIfCancellationRequested();
        WeightedDraws.Normalise(logWeights, weights);
        var random = new RandomDraws(use.Seed, (uint)Purpose.ImputationDraws, (ulong)group);
        var (chosen, order) = (new int[count], new int[count]);
        WeightedDraws.Choose(weights, random.Uniform(0), chosen);     // the first entries belong to the choice
        (random with { Step = StepOfOrder + (ulong)group }).FillPermutation(order);
        var pools = new RandomDraws(use.Seed, (uint)Purpose.PooledLevels, (ulong)group);
        OrderedRows.Run(
            (count + RowDrawer.AtOnce - 1) / RowDrawer.AtOnce,
            (long)RowDrawer.AtOnce * model.Result.Columns.Count,
            part => Rows(part * RowDrawer.AtOnce, latents, chosen, order, random, pools),
            write,
            use with { Progress = null });
        return WeightedDraws.EffectiveSize(weights);
    }

    private string[] Rows(int first, float[] latents, int[] chosen, int[] order, RandomDraws random, RandomDraws pools)
    {
        var count = int.Min(RowDrawer.AtOnce, order.Length - first);
        using var set = model.Rent();
        var a = set.For(count, draws: 1);
        for (var i = 0; i < count; i++)
        {
            latents.AsSpan(chosen[order[first + i]] * model.Latent, model.Latent).CopyTo(a.Latent.ColumnSpan(i));
        }

        model.Network.Decode(a);
        model.Likelihood.Draw(a.Output, a.Target, random, firstColumn: 1 + first);
        return RowDrawer.Texts(model, a, count, first, pools, given);
    }

    // A part is a chunk of the draws of z.
    private readonly struct Weighing(
        RowModel model, Activations<float> row, double[] logWeights, float[] latents, int group, TableUse use) : IParallelWork
    {
        public void DoPart(int part)
        {
            if (use.CancellationToken.IsCancellationRequested)
            {
                return;
            }

            using var set = model.Rent();
            var noise = new RandomDraws(use.Seed, (uint)Purpose.ImputationNoise, (ulong)group);
            var first = part * WeightedDraws.AtOnce;
            var some = logWeights.AsSpan(first, int.Min(WeightedDraws.AtOnce, logWeights.Length - first));
            var a = WeightedDraws.Next(model.Network, set, row, noise, first, some);
            a.Latent.AsSpan().CopyTo(latents.AsSpan(first * model.Latent));
        }
    }
}
