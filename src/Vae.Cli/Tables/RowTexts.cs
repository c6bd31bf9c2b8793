using System.Globalization;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The fields of rows that a model gives, in the data's own units.</summary>
internal sealed class RowTexts
{
    private readonly Preparation? _preparation;
    private readonly ColumnSchema?[] _columns;
    private readonly double[] _numbers;
    private readonly bool _isDrawn;

    /// <summary>Makes the writer of a run's rows.</summary>
    /// <param name="record">The run's record.</param>
    /// <param name="isDrawn">Whether rows are drawn, so that their numbers keep the columns' bounds and decimals; means do
    /// not.</param>
    public RowTexts(RunRecord record, bool isDrawn)
    {
        (_preparation, _isDrawn) = (record.Preparation, isDrawn);
        Names = _preparation?.Columns is { Count: > 0 } names
            ? names
            : [.. Enumerable.Range(1, record.Model.Features).Select(i => $"x_{i}")];
        var known = (record.Schema?.Columns ?? []).ToDictionary(column => column.Name, StringComparer.Ordinal);
        _columns = [.. Names.Select(known.GetValueOrDefault)];
        _numbers = new double[Names.Count];
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The fields of a row.</summary>
    /// <param name="row">The row as the model gives it; overwritten.</param>
    public string[] Of(Span<float> row)
    {
        if (_preparation is not { InDouble: true })                   // images, and models whose arithmetic is in floats
        {
            _preparation?.InverseTransform(row);
            return [.. row.ToArray().Select(number => number.ToString("R", CultureInfo.InvariantCulture))];
        }

        _preparation.InverseTransform(row, _numbers);
        return [.. _numbers.Zip(_columns, Text)];
    }

    private string Text(double number, ColumnSchema? column)
    {
        if (column is not null && _isDrawn && double.IsFinite(number))
        {
            number = double.IsNaN(column.Least) ? number : double.Clamp(number, column.Least, column.Largest);
            number = column.Kind == ColumnKind.Flag ? number : double.Round(number, int.Clamp(column.Decimals, 0, 15));
        }

        return column is { Kind: ColumnKind.Date } ? ColumnText.NumberOf(column, number)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }
}
