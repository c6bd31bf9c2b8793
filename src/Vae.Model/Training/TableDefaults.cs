using Vae.Math;

namespace Vae.Model;

/// <summary>The defaults for a model of a table's columns: one set for imputation, drawing and scores (docs/tables.md).</summary>
internal static class TableDefaults
{
    private const int Hidden = 256;
    private const int MostLatents = 16;

    /// <summary>The options of the training.</summary>
    /// <param name="rows">The number of rows.</param>
    public static TrainingOptions Training(int rows) => new()
    {
        Epochs = int.Clamp(600_000 / int.Max(1, rows), 20, 1000),
        BatchSize = rows < 2000 ? 64 : 256,
        ValidationSamples = rows / 10,
        HidingShare = 0.5,
        KlWarmUpEpochs = 5,
        Adam = new AdamOptions { LearningRate = 2e-3, ClipNorm = 10 },
        Schedule = new ScheduleOptions { Kind = LearningRateSchedule.Cosine },
    };

    /// <summary>The model.</summary>
    /// <param name="schema">The table's columns, fitted by kind.</param>
    /// <param name="values">The values of each column among the training rows.</param>
    public static VaeOptions Model(TableSchema schema, TrainingValues values)
    {
        var modelled = schema.Modelled;
        var columns = modelled.Select((column, feature) => LikelihoodChoice.Of(column, values.Of(feature))).ToArray();
        return new VaeOptions
        {
            Features = columns.Length,
            Columns = columns,
            Likelihood = Likelihood.Columns,
            Hidden = [Hidden],
            Latent = int.Clamp(columns.Length, 1, MostLatents),
            LinearPaths = true,
            Factors = FactorColumns.AreEnough(columns) && FactorColumns.Of(columns).Count() <= FactorAnalysis.MostNumbers,
        };
    }
}
