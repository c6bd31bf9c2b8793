namespace Vae.Model;

/// <summary>Profiles the columns of a table in one pass over its rows, block after block.</summary>
internal static class TableProfile
{
    private const int CellsAtOnce = 1 << 16;                          // 512 KB
    private const int CellsInCache = 1 << 12;                         // 32 KB, which all columns walk over
    private const int NumbersAtOnce = 512;
    private const int MostExamples = 3;

    /// <summary>Profiles all columns.</summary>
    /// <param name="cells">The table's cells.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    public static ColumnProfile[] Of(ICells cells, CancellationToken cancellationToken = default)
    {
        var columns = Enumerable.Range(0, cells.Names.Count).Select(column => new ColumnCount(cells, column)).ToArray();
        CellBlocks.Visit(cells, CellsAtOnce, block => WorkOver(columns, block), cancellationToken);
        return [.. columns.Select(column => column.ToProfile())];
    }

    // A column is one thread's, so its sums do not depend on the number of threads.
    private static void WorkOver(ColumnCount[] columns, CellBlock block)
    {
        var parts = int.Min(columns.Length, Environment.ProcessorCount);
        var length = int.Max(1, CellsInCache / block.Columns) * block.Columns;
        Parallel.For(0, parts, part =>
        {
            for (var all = block.Cells; !all.IsEmpty; all = all[int.Min(length, all.Length)..])
            {
                var some = all.Span[..int.Min(length, all.Length)];
                for (var column = part; column < columns.Length; column += parts)
                {
                    columns[column].Add(some, block.Columns);
                }
            }
        });
    }

    // Collects one column.
    private sealed class ColumnCount(ICells cells, int column)
    {
        private readonly NumberCount _numbers = new();
        private readonly List<string> _examples = [];
        private (Cell First, Cell Second) _exampleCells = (Cell.Hole, Cell.Hole);
        private long[] _texts = [];
        private long _others;
        private long _holes;

        public void Add(ReadOnlySpan<Cell> rows, int width)
        {
            AddExamples(rows, width);
            var texts = _texts;
            Span<double> numbers = stackalloc double[NumbersAtOnce];
            var count = 0;
            for (var place = column; place < rows.Length; place += width)
            {
                var cell = rows[place];
                if (cell.IsNumber)
                {
                    numbers[count++] = cell.Number + 0.0;    // -0 is no number of its own
                    if (count == NumbersAtOnce)
                    {
                        _numbers.Add(numbers);
                        count = 0;
                    }
                }
                else if (cell.IsText)
                {
                    var code = cell.TextCode;
                    if (code >= texts.Length)
                    {
                        Array.Resize(ref _texts, int.Max(code + 1, cells.TextsIn(column)));
                        texts = _texts;
                    }

                    texts[code]++;
                }
                else
                {
                    _holes += cell.IsHole ? 1 : 0;
                    _others += cell.IsHole ? 0 : 1;
                }
            }

            _numbers.Add(numbers[..count]);
        }

        public ColumnProfile ToProfile() => new(cells.Names[column], column, cells.Rows)
        {
            Notation = cells.NotationOf(column),
            Holes = _holes,
            Numbers = _numbers.ToProfile(),
            Texts = Texts(),
            Examples = _examples,
        };

        // Equal cells have the same text, which need not be made again.
        private void AddExamples(ReadOnlySpan<Cell> rows, int width)
        {
            var (first, second) = _exampleCells;
            for (var place = column; place < rows.Length && _examples.Count < MostExamples; place += width)
            {
                var cell = rows[place];
                if (cell.IsHole || cell.Equals(first) || cell.Equals(second))
                {
                    continue;
                }

                if (CellTexts.Of(cells, column, cell) is var text && !_examples.Contains(text))
                {
                    _examples.Add(text);
                    (first, second) = (cell, first);
                }
            }

            _exampleCells = (first, second);
        }

        private TextProfile Texts()
        {
            var listed = _texts.Sum();
            (string Text, long Count)[] different =
            [
                .. Enumerable.Range(0, _texts.Length).Where(code => _texts[code] > 0)
                    .Select(code => (cells.TextAt(column, code), _texts[code]))
                    .OrderByDescending(pair => pair.Item2).ThenBy(pair => pair.Item1, StringComparer.Ordinal),
            ];
            return new TextProfile(listed + _others)
            {
                Different = different,
                IsComplete = _others == 0,
                Others = _others,
                AllDifferent = different.Length > 0 && different[0].Count == 1,
                MeanLength = different.Sum(pair => (double)pair.Text.Length * pair.Count) / long.Max(1, listed),
            };
        }
    }
}
