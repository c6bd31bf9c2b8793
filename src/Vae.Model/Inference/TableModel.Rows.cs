using Vae.Math;

namespace Vae.Model;

/// <content>The streaming forms, for tables larger than memory and for the command line. A row of texts has a text for each of
/// <see cref="Columns"/>; an empty text is a missing value. Rows come in order, on the caller's thread; the memory is used again
/// by later rows.</content>
public sealed partial class TableModel
{
    private const double DoubtfulSize = 10;                           // draws: an estimate from fewer is not to be believed

    /// <summary>Fills in missing values row after row.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="imputations">1 for point estimates. Above, each row comes so many times, one after the other, its missing
    /// values drawn from their distribution given the observed ones.</param>
    /// <param name="use">Draws, seed, progress and cancellation.</param>
    /// <param name="write">Receives each row.</param>
    internal ImputationSummary Impute(Table table, int imputations, TableUse use, Action<ReadOnlyMemory<string>> write)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imputations, 1);
        var rows = RowsOf(table);
        var imputer = new Imputer(_rows, rows, imputations, use.DrawsOr(Imputer.Usual(Model.Options)), use.Seed);
        var filled = 0L;
        var sizes = new List<float>();
        OrderedRows.Run(
            rows.Count,
            (long)Columns.Count * imputations,
            imputer.Fill,
            row =>
            {
                filled += row.Filled;
                if (!double.IsNaN(row.EffectiveSize))
                {
                    sizes.Add((float)row.EffectiveSize);
                }

                WriteEach(row.Texts, write);
            },
            use);
        sizes.Sort();
        return new ImputationSummary(
            filled, sizes.Count > 0 ? sizes[sizes.Count / 2] : double.NaN, sizes.Count(size => size < DoubtfulSize));
    }

    /// <summary>Draws rows one after another.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="where">The texts of known columns by name; null or empty for none.</param>
    /// <param name="use">Draws, seed, progress and cancellation.</param>
    /// <param name="write">Receives each row.</param>
    /// <returns>The effective sample size of the draws of z under conditions, of at most 10,000 rows together; NaN without
    /// conditions.</returns>
    internal double Sample(
        int count, IReadOnlyDictionary<string, string>? where, TableUse use, Action<ReadOnlyMemory<string>> write)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        use.DrawsOr(1);
        if (where is { Count: > 0 })
        {
            return SampleWhere(count, where, use, write);
        }

        const int atOnce = RowDrawer.AtOnce;
        var drawer = new RowDrawer(_rows, use.Seed);
        var done = 0;
        OrderedRows.Run(
            (count + atOnce - 1) / atOnce,
            (long)atOnce * Columns.Count,
            part => drawer.Draw((long)part * atOnce, int.Min(atOnce, count - (part * atOnce))),
            texts =>
            {
                WriteEach(texts, write);
                done += texts.Length / Columns.Count;
                use.Progress?.Report(done);
            },
            use with { Progress = null });
        return double.NaN;
    }

    /// <summary>Reconstructs rows one after another.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="use">Progress and cancellation.</param>
    /// <param name="write">Receives each row.</param>
    internal void Reconstruct(Table table, TableUse use, Action<ReadOnlyMemory<string>> write)
    {
        var rows = RowsOf(table);
        OrderedRows.Run(rows.Count, Columns.Count, number => Reconstructed(rows, number), texts => WriteEach(texts, write), use);
    }

    /// <summary>The score of each row with the standard error that comes of its draws, nats.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="use">Draws, seed, progress and cancellation.</param>
    internal (double Score, double Error)[] ScoreWithError(Table table, TableUse use)
        => new TableScores(_rows, RowsOf(table), use).All();

    private float[][] Encode(ModelRows rows, TableUse use)
        => RowWork.Run(
            rows.Count,
            number =>
            {
                var values = new double[rows.Features];
                using var row = rows.Read(number);
                row.Values(values);
                using var set = _rows.Rent();
                return _rows.Encode(values, set).Mean.AsSpan().ToArray();
            },
            WorkerTeam.Shared,
            use.Progress,
            use.CancellationToken);

    private string[] Reconstructed(ModelRows rows, int number)
    {
        var (values, point) = (new double[rows.Features], new double[rows.Features]);
        using var row = rows.Read(number);
        row.Values(values);
        using var set = _rows.Rent();
        var a = _rows.Encode(values, set);
        a.Mean.AsSpan().CopyTo(a.Latent.AsSpan());
        _rows.Network.Decode(a);
        _rows.Likelihood.Point(a.Output, [1.0], point);
        _rows.ToOwnUnits<double>(point, values);
        var texts = new string[Columns.Count];
        _rows.Result.Replace(row, values, texts);
        return texts;
    }

    private double SampleWhere(
        int count, IReadOnlyDictionary<string, string> where, TableUse use, Action<ReadOnlyMemory<string>> write)
    {
        var drawer = new ConditionalDrawer(_rows, where, Conditions.Read(Schema, where), use);
        var (done, least) = (0, double.PositiveInfinity);
        for (var group = 0; done < count; group++)
        {
            var some = int.Min(ConditionalDrawer.RowsInGroup, count - done);
            var size = drawer.Draw(group, some, texts =>
            {
                WriteEach(texts, write);
                done += texts.Length / Columns.Count;
                use.Progress?.Report(done);
            });
            least = double.Min(least, size);
        }

        return least;
    }

    private void WriteEach(string[] texts, Action<ReadOnlyMemory<string>> write)
    {
        for (var start = 0; start < texts.Length; start += Columns.Count)
        {
            write(texts.AsMemory(start, Columns.Count));
        }
    }

    private ModelRows RowsOf(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new ModelRows(Schema, table);
    }
}
