namespace Vae.Model;

/// <summary>Profiles the columns of a table in one pass over its rows, block after block.</summary>
internal static class TableProfile
{
    private const int CellsAtOnce = 1 << 18;                          // 2 MB
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
        => Parallel.For(0, columns.Length, column => columns[column].Add(block));

    // Collects one column.
    private sealed class ColumnCount(ICells cells, int column)
    {
        private readonly NumberCount _numbers = new();
        private readonly List<string> _examples = [];
        private long[] _texts = [];
        private long _others;
        private long _holes;

        public void Add(CellBlock block)
        {
            var all = block.Cells.Span;
            var width = block.Columns;
            for (var place = column; place < all.Length; place += width)
            {
                Add(all[place]);
            }
        }

        public ColumnProfile ToProfile() => new(cells.Names[column], column, cells.Rows)
        {
            Notation = cells.NotationOf(column),
            Holes = _holes,
            Numbers = _numbers.ToProfile(),
            Texts = Texts(),
            Examples = _examples,
        };

        private void Add(Cell cell)
        {
            if (cell.IsNumber)
            {
                _numbers.Add(cell.Number);
            }
            else if (cell.IsText)
            {
                if (_texts.Length <= cell.TextCode)
                {
                    Array.Resize(ref _texts, int.Max(cell.TextCode + 1, cells.TextsIn(column)));
                }

                _texts[cell.TextCode]++;
            }
            else if (cell.IsHole)
            {
                _holes++;
                return;
            }
            else
            {
                _others++;
            }

            if (_examples.Count < MostExamples && CellTexts.Of(cells, column, cell) is var text && !_examples.Contains(text))
            {
                _examples.Add(text);
            }
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
