namespace Vae.Model;

/// <summary>The values of each column among the training rows; of a large table, among some of them. They are read once, in their
/// own units, for all that is chosen or started by them.</summary>
internal sealed class TrainingValues
{
    private const int MostRows = 50_000;
    private const int RowsAtOnce = 256;

    private readonly double[] _rows;                                  // row after row, NaN for a hole

    private TrainingValues(double[] rows, int features) => (_rows, Features) = (rows, features);

    /// <summary>The number of features.</summary>
    public int Features { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Length / Features;

    /// <summary>A row, NaN for a hole; the first n are those of <see cref="SampleOrder.SomeTraining"/>.</summary>
    public ReadOnlySpan<double> Row(int row) => _rows.AsSpan(row * Features, Features);

    /// <summary>The values of a column; holes are left out.</summary>
    public double[] Of(int feature)
    {
        var values = new List<double>(Count);
        for (var i = feature; i < _rows.Length; i += Features)
        {
            if (!double.IsNaN(_rows[i]))
            {
                values.Add(_rows[i]);
            }
        }

        return [.. values];
    }

    /// <summary>The values as the likelihoods explain them.</summary>
    /// <param name="preparation">The scaling of the columns, whose own units these values have.</param>
    public TrainingValues Scaled(Preparation preparation)
    {
        var scaled = new double[_rows.Length];
        preparation.Arithmetic.Transform<double, double>(_rows, scaled);
        return new TrainingValues(scaled, Features);
    }

    /// <summary>Reads the values.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="training">The options of the training: its seed and its validation samples say which rows are held
    /// out.</param>
    /// <param name="cancellationToken">Stops between some rows.</param>
    public static TrainingValues Read(ISampleSource rows, TrainingOptions training, CancellationToken cancellationToken = default)
    {
        var some = new SampleOrder(rows.Count, training.ValidationSamples, training.Seed).SomeTraining(MostRows);
        var values = new double[some.Length * rows.Features];
        for (var done = 0; done < some.Length; done += RowsAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = some.AsSpan(done, int.Min(RowsAtOnce, some.Length - done));
            rows.Gather<double>(batch, values.AsSpan(done * rows.Features, batch.Length * rows.Features));
        }

        return new TrainingValues(values, rows.Features);
    }
}
