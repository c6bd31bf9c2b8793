using System.Globalization;

namespace Vae.Model.Tests;

/// <summary>Cells of a small table that a test writes down: texts that are numbers become numbers, empty ones and NA holes,
/// and days such as 2024-01-31 dates.</summary>
internal sealed class TinyCells : ICells
{
    private readonly Cell[] _cells;
    private readonly List<string>[] _texts;
    private readonly CellNotation[] _notations;

    public TinyCells(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        Names = names;
        Rows = rows.Count;
        _cells = new Cell[rows.Count * names.Count];
        _texts = [.. names.Select(_ => new List<string>())];
        _notations = [.. names.Select((_, column) => NotationOf([.. rows.Select(row => row[column])]))];
        var codes = names.Select(_ => new Dictionary<string, int>()).ToArray();
        for (var i = 0; i < _cells.Length; i++)
        {
            var column = i % names.Count;
            _cells[i] = CellOf(rows[i / names.Count][column], codes[column], _texts[column]);
        }
    }

    public int Rows { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>A table of one column.</summary>
    public static TinyCells OfColumn(string name, IEnumerable<string> values)
        => new([name], [.. values.Select(value => (IReadOnlyList<string>)[value])]);

    /// <summary>A table of columns with commas between values.</summary>
    public static TinyCells Of(string header, params string[] rows)
        => new(header.Split(','), [.. rows.Select(row => (IReadOnlyList<string>)row.Split(','))]);

    public CellNotation NotationOf(int column) => _notations[column];

    public void Read(int first, Span<Cell> cells) => _cells.AsSpan(first * Names.Count, cells.Length).CopyTo(cells);

    public int TextsIn(int column) => _texts[column].Count;

    public string TextAt(int column, int code) => _texts[column][code];

    public string TextOf(int column, Cell cell) => _texts[column][cell.TextCode];

    public long LineOf(int row) => row + 2;

    private static Cell CellOf(string text, Dictionary<string, int> codes, List<string> texts)
    {
        if (text.Length == 0 || text is "NA" or "?" or "NaN" or "nan" or "null" or "NULL" or "N/A" or "n/a")
        {
            return Cell.Hole;
        }

        if (Number(text) is { } number)
        {
            return Cell.OfNumber(number);
        }

        if (Day(text) is { } day)
        {
            return Cell.OfNumber(day);
        }

        if (!codes.TryGetValue(text, out var code))
        {
            codes.Add(text, code = texts.Count);
            texts.Add(text);
        }

        return Cell.OfText(code);
    }

    private static CellNotation NotationOf(string[] values)
    {
        var numbers = values.Where(value => Number(value) is not null).ToArray();
        var decimals = numbers.Select(value => value.Contains('e', StringComparison.OrdinalIgnoreCase) ? 15
            : value.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? value.Length - point - 1
                : 0).DefaultIfEmpty().Max();
        var isPadded = decimals == 0 && numbers.Select(value => value.Length).Distinct().Count() == 1
            && numbers.Any(value => value.Length > 1 && value[0] == '0');
        var hasDays = numbers.Length == 0 && values.Any(value => Day(value) is not null);
        return new CellNotation(int.Min(15, decimals), isPadded ? numbers[0].Length : 0, hasDays ? "yyyy-MM-dd" : null);
    }

    private static double? Number(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : null;

    private static double? Day(string text)
        => DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? (day - new DateTime(1970, 1, 1)).TotalDays : null;
}
