using Vae.Math;

namespace Vae.Model;

/// <summary>Draws rows from the prior, without conditions.</summary>
/// <param name="model">The model.</param>
/// <param name="seed">The seed of the draws.</param>
internal sealed class RowDrawer(RowModel model, ulong seed)
{
    /// <summary>Rows that are decoded together.</summary>
    public const int AtOnce = 64;

    /// <summary>Draws rows: the first n are the same whatever their number.</summary>
    /// <param name="first">The number of the first row.</param>
    /// <param name="count">The number of rows.</param>
    /// <returns>The texts of each row, one row after another.</returns>
    public string[] Draw(long first, int count)
    {
        using var set = model.Rent();
        var a = set.For(count, draws: 1);
        DrawLatent(first, a);
        model.Network.Decode(a);
        model.Likelihood.Draw(a.Output, a.Target, new RandomDraws(seed, (uint)Purpose.SampleDraws, 0), first);
        return Texts(model, a, count, first, new RandomDraws(seed, (uint)Purpose.PooledLevels, 0), given: null);
    }

    /// <summary>The texts of drawn rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="a">The rows, in the target.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="first">The number of the first row.</param>
    /// <param name="pools">The stream that draws the texts of pooled levels.</param>
    /// <param name="given">The texts of columns under conditions; null for none.</param>
    public static string[] Texts(
        RowModel model,
        Activations<float> a,
        int count,
        long first,
        RandomDraws pools,
        IReadOnlyDictionary<string, string>? given)
    {
        var columns = model.Result.Columns.Count;
        var texts = new string[count * columns];
        var (values, pooled) = (new double[model.Features], new double[model.Features]);
        for (var i = 0; i < count; i++)
        {
            model.ToOwnUnits<float>(a.Target.ColumnSpan(i), values);
            RowModel.FillPooled(pools, first + i, pooled);
            model.Result.Draw(values, pooled, given, texts.AsSpan(i * columns, columns));
        }

        return texts;
    }

    // z ~ p(z), a pure function of the seed and the row's number.
    private void DrawLatent(long first, Activations<float> a)
    {
        for (var i = 0; i < a.Draws; i++)
        {
            model.Network.DrawLatent(a.Latent.ColumnSpan(i), seed, first + i);
        }
    }
}
