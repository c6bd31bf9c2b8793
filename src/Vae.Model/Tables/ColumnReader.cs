using System.Globalization;

namespace Vae.Model;

/// <summary>Reads the cells of a column as its schema has them. Any number of threads may read at once.</summary>
internal sealed class ColumnReader
{
    private const int Unknown = -1;

    private readonly ICells _cells;
    private readonly Dictionary<string, int> _levels = new(StringComparer.Ordinal);
    private readonly Dictionary<double, int> _numbers = [];
    private readonly CellNotation _notation;
    private readonly int[] _codes = [];                               // the level of each listed text
    private readonly double[] _values = [];                           // the number of each level
    private readonly bool _hasLevels;

    /// <summary>Makes the reader.</summary>
    /// <param name="schema">The column.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="column">The column's number among the cells; negative where they lack it.</param>
    public ColumnReader(ColumnSchema schema, ICells cells, int column)
    {
        (Schema, _cells, Column) = (schema, cells, column);
        _hasLevels = schema.Kind is ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal;
        if (!_hasLevels || column < 0)
        {
            return;
        }

        _notation = cells.NotationOf(column);
        var all = schema.Levels.Select((text, level) => (text, level))
            .Concat(schema.PooledLevels.Select(text => (text, level: schema.Levels.Count)));
        foreach (var (text, level) in all)
        {
            _levels.TryAdd(text, level);
            if (TryNumber(text, out var number))
            {
                _numbers.TryAdd(number, level);
            }
        }

        _values = ColumnValues.OfLevels(schema);
        _codes = [.. Enumerable.Range(0, cells.TextsIn(column)).Select(code => LevelOf(cells.TextAt(column, code)))];
    }

    /// <summary>The column's schema.</summary>
    public ColumnSchema Schema { get; }

    /// <summary>The column's number among the cells; negative where they lack it.</summary>
    public int Column { get; }

    /// <summary>A cell as a number in the column's own units: of a flag 0 or 1, of a date days since 1970-01-01, of a level its
    /// number, or its place where its text is no number; NaN for a hole and for what the column cannot hold.</summary>
    public double Number(Cell cell)
        => !_hasLevels ? cell.Number
            : Level(cell) is >= 0 and var level ? _values[level]
            : double.NaN;

    /// <summary>A cell as a likelihood explains it: a number as in <see cref="Number"/>, a level as its place; NaN for a hole and
    /// for what the column cannot hold.</summary>
    public double Value(Cell cell)
        => !_hasLevels ? cell.Number
            : Level(cell) is >= 0 and var level ? level
            : double.NaN;

    /// <summary>The level of a cell in a flag, a category or an ordinal: its place in <see cref="ColumnSchema.Levels"/>, or their
    /// number where it is pooled; -1 for a hole and for an unknown level.</summary>
    public int Level(Cell cell)
        => cell.IsHole ? Unknown
            : cell.IsNumber ? LevelOf(cell.Number)
            : cell.IsText && cell.TextCode < _codes.Length ? _codes[cell.TextCode]
            : LevelOf(_cells.TextOf(Column, cell));

    /// <summary>Whether the cell is no hole, but is read as one.</summary>
    public bool IsUnknown(Cell cell)
        => !cell.IsHole && (_hasLevels ? Level(cell) < 0 : !cell.IsNumber)
            && (cell.IsNumber || !Schema.Missing.Contains(_cells.TextOf(Column, cell)));

    private int LevelOf(double number)
        => _notation.DateFormat is not null ? LevelOf(CellTexts.OfNumber(number, _notation))
            : _numbers.TryGetValue(number, out var level) ? level
            : FlagOf(number is 0 ? "0" : number is 1 ? "1" : "");

    private int LevelOf(string text)
        => _levels.TryGetValue(text, out var level) ? level
            : Schema.Missing.Contains(text) ? Unknown
            : FlagOf(text);

    // True for yes and 1 for TRUE: another source may write a flag in another way.
    private int FlagOf(string text) => Schema.Kind == ColumnKind.Flag ? FlagWords.IndexIn(Schema.Levels, text) : Unknown;

    private static bool TryNumber(string text, out double number)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
