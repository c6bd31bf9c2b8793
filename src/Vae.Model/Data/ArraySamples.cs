using System.Numerics;

namespace Vae.Model;

/// <summary>Samples kept as an array of rows.</summary>
public sealed class ArraySamples : ISampleSource
{
    private readonly float[][] _rows;

    /// <summary>Makes the source from an array of rows.</summary>
    /// <param name="rows">The samples, all of one length; not copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no row, or a row has another length than the first.</exception>
    public ArraySamples(float[][] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Length == 0 || rows[0] is not { Length: >= 1 })
        {
            throw new ArgumentException("There must be at least one row with at least one number.", nameof(rows));
        }

        var wrong = Array.FindIndex(rows, row => row?.Length != rows[0].Length);
        if (wrong >= 0)
        {
            throw new ArgumentException(
                $"All rows must have the {rows[0].Length} numbers of row 0, but row {wrong} has {rows[wrong]?.Length ?? 0}.",
                nameof(rows));
        }

        _rows = rows;
    }

    /// <summary>Makes a source from a sequence of rows, such as a query's result. Each row is copied, so the caller may
    /// reuse one array.</summary>
    /// <param name="rows">The samples, all of one length.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rows"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no row, or a row has another length than the first.</exception>
    public static ArraySamples From(IEnumerable<float[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new ArraySamples([.. rows.Select(row => (float[])row?.Clone()!)]);
    }

    /// <inheritdoc/>
    public int Count => _rows.Length;

    /// <inheritdoc/>
    public int Features => _rows[0].Length;

    /// <inheritdoc/>
    public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var column = 0; column < samples.Length; column++)
        {
            var row = _rows[samples[column]];
            var target = batch.Slice(column * Features, Features);
            for (var feature = 0; feature < target.Length; feature++)
            {
                target[feature] = T.CreateTruncating(row[feature]);
            }
        }
    }
}
