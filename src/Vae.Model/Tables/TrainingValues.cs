namespace Vae.Model;

/// <summary>The observed values of each column among the training rows, as the likelihood explains them. Of a large table, an
/// even selection of rows.</summary>
internal sealed class TrainingValues
{
    private const int MostRows = 50_000;
    private const int RowsAtOnce = 256;

    private readonly double[][] _values;

    private TrainingValues(double[][] values) => _values = values;

    /// <summary>The values of a column; holes are left out.</summary>
    public ReadOnlySpan<double> Of(int feature) => _values[feature];

    /// <summary>Reads the values.</summary>
    /// <param name="seen">The rows, scaled.</param>
    /// <param name="training">The options of the training: its seed and its validation samples say which rows are held
    /// out.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    public static TrainingValues Read(ISampleSource seen, TrainingOptions training, CancellationToken cancellationToken = default)
    {
        var order = new SampleOrder(seen.Count, training.ValidationSamples, training.Seed);
        var rows = order.SomeTraining(MostRows);
        var values = Enumerable.Range(0, seen.Features).Select(_ => new List<double>(rows.Length)).ToArray();
        var batch = new double[RowsAtOnce * seen.Features];
        foreach (var some in rows.Chunk(RowsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var numbers = batch.AsSpan(0, some.Length * seen.Features);
            seen.Gather<double>(some, numbers);
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!double.IsNaN(numbers[i]))
                {
                    values[i % seen.Features].Add(numbers[i]);
                }
            }
        }

        return new TrainingValues([.. values.Select(column => column.ToArray())]);
    }
}
