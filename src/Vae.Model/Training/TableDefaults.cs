using Vae.Math;

namespace Vae.Model;

/// <summary>The defaults for a model of a table's columns: one set for imputation, drawing and scores (docs/tables.md).</summary>
internal static class TableDefaults
{
    /// <summary>The most rows that count as few: fewer parameters, and more draws, for them.</summary>
    public const int FewRows = 2000;

    private const double HidingShare = 0.5;
    private const int Draws = 5;
    private const int MostLatents = 16;
    private const int MostPriorComponents = 20;
    private const int RowsOfPriorComponent = 20;                      // for each latent: a component has a covariance
    private const int FewestOfPatience = 10;                          // epochs
    private const double KlWeight = 0.75;                             // of many rows: dependent columns agree (docs/tables.md)

    /// <summary>The options of the training: some thousand steps, which is where held-out rows stop gaining on the sets of
    /// docs/tables.md.</summary>
    /// <param name="table">The table.</param>
    /// <param name="epochs">The number of epochs; null for the usual one.</param>
    public static TrainingOptions Training(Table table, int? epochs = null)
    {
        var rows = table.Count;
        var modelled = table.Findings.Where(finding => ColumnValues.AreModelled(finding.Column)).ToArray();
        var holes = modelled.Select(finding => (double)finding.Holes / rows).DefaultIfEmpty().Average();
        var (batch, steps) = rows < FewRows ? (64, 2000) : (256, 5000);
        var usual = (int)long.Clamp(((long)steps * batch / int.Max(1, rows)) + 1, 15, 2000);
        return new TrainingOptions
        {
            Epochs = epochs ?? usual,
            BatchSize = batch,
            ValidationSamples = rows / 10,
            Patience = rows < 10 ? 0 : int.Max(FewestOfPatience, (epochs ?? usual) / 2), // the falling rate gains late
            HidingShare = HidingShare * double.Max(0, 1 - (2 * holes)), // holes teach the encoder what hiding would
            KlWarmUpEpochs = 3,
            Adam = new AdamOptions { LearningRate = rows < FewRows ? 1e-3 : 2e-3, ClipNorm = 20 },
            Schedule = new ScheduleOptions { Kind = LearningRateSchedule.Cosine },
        };
    }

    /// <summary>The model.</summary>
    /// <param name="columns">The likelihood of each modelled column.</param>
    /// <param name="rows">The number of rows.</param>
    public static VaeOptions Model(ColumnOptions[] columns, int rows)
    {
        var isSmall = rows < FewRows;
        var inputs = columns.Sum(column => column.InputRows - 1);
        var latents = int.Clamp((inputs + 1) / 2, 1, int.Max(MostLatents, columns.Length / 6));
        return new VaeOptions
        {
            Features = columns.Length,
            Columns = columns,
            Likelihood = Likelihood.Columns,
            Hidden = isSmall ? [128] : [256, 256],
            Latent = latents,
            Draws = Draws,
            KlWeight = isSmall ? 1 : KlWeight,
            Bound = Bound.ImportanceWeighted,
            LinearPaths = true,
            Factors = FactorColumns.AreEnough(columns) && FactorColumns.Of(columns).Count() <= FactorAnalysis.MostNumbers,
            PriorComponents = int.Clamp(rows / (RowsOfPriorComponent * latents), 1, MostPriorComponents),
        };
    }
}
