namespace Vae.Model;

/// <summary>Profiles the columns of a table in one pass over its rows, block after block.</summary>
internal static class TableProfile
{
    private const int CellsAtOnce = 1 << 16;                          // 512 KB
    private const int CellsInCache = 1 << 13;                         // 64 KB, which all columns walk over
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
        private readonly double[] _group = new double[NumbersAtOnce]; // numbers that are still to be added
        private readonly List<string> _examples = [];
        private readonly Cell[] _exampleCells = new Cell[MostExamples];
        private int _inGroup;
        private long[] _texts = [];
        private long _others;
        private long _holes;

        public void Add(ReadOnlySpan<Cell> rows, int width)
        {
            for (var place = column; place < rows.Length; place += width)
            {
                var cell = rows[place];
                if (_examples.Count < MostExamples && !cell.IsHole)
                {
                    AddExample(cell);
                }

                if (cell.IsNumber)
                {
                    AddNumber(cell.Number + 0.0);            // -0 is no number of its own
                }
                else if (cell.IsText)
                {
                    AddText(cell.TextCode);
                }
                else
                {
                    _holes += cell.IsHole ? 1 : 0;
                    _others += cell.IsHole ? 0 : 1;
                }
            }
        }

        public ColumnProfile ToProfile()
        {
            _numbers.Add(_group.AsSpan(0, _inGroup));
            _inGroup = 0;
            return new ColumnProfile(cells.Names[column], column, cells.Rows)
            {
                Notation = cells.NotationOf(column),
                Holes = _holes,
                Numbers = _numbers.ToProfile(),
                Texts = Texts(),
                Examples = _examples,
            };
        }

        private void AddNumber(double number)
        {
            _group[_inGroup++] = number;
            if (_inGroup == NumbersAtOnce)
            {
                _numbers.Add(_group);
                _inGroup = 0;
            }
        }

        private void AddText(int code)
        {
            if (_texts.Length <= code)
            {
                Array.Resize(ref _texts, int.Max(code + 1, cells.TextsIn(column)));
            }

            _texts[code]++;
        }

        // Equal cells have the same text, which need not be made again.
        private void AddExample(Cell cell)
        {
            if (!_exampleCells.AsSpan(0, _examples.Count).Contains(cell)
                && CellTexts.Of(cells, column, cell) is var text
                && !_examples.Contains(text))
            {
                _exampleCells[_examples.Count] = cell;
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
