using Vae.Math;
using Vae.Model;

namespace Vae.Formats;

/// <summary>Adds the coding of a table's rows to a graph: from the columns' own units to what the encoder reads, with the
/// arithmetic of <see cref="FeatureScaling"/> and <see cref="RowCoding"/>.</summary>
/// <remarks>Columns of a kind are coded together, so that the graph has about forty operators whatever the number of columns.
/// The results stand group after group, and one Gather puts them into the coding's order.</remarks>
internal sealed class OnnxRowCoding
{
    private const double WholeSlack = 1e-300;                         // a difference from the whole number below is 0 or larger
    private const double AnySlack = 2;

    private readonly OnnxGraph _graph;
    private readonly string _x;
    private readonly ColumnOptions[] _columns;
    private readonly Preparation _preparation;
    private readonly RowCoding _coding;
    private readonly List<string> _groups = [];
    private readonly List<(int Column, int Row)> _places = [];        // of each number of the groups

    private OnnxRowCoding(OnnxGraph graph, TableSchema schema, IReadOnlyList<ColumnOptions> columns, string x)
    {
        (_graph, _x) = (graph, x);
        _columns = [.. columns];
        _preparation = schema.ToPreparation();
        _coding = new RowCoding(columns);
    }

    /// <summary>Adds the coding.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="schema">The schema, whose modelled columns are the features.</param>
    /// <param name="columns">The columns of the model.</param>
    /// <param name="x">Rows of a double for each feature; NaN for a hole.</param>
    /// <returns>Rows of floats, as many as <see cref="RowCoding.Rows"/>.</returns>
    public static string Encode(OnnxGraph graph, TableSchema schema, IReadOnlyList<ColumnOptions> columns, string x)
        => new OnnxRowCoding(graph, schema, columns, x).Encode();

    private string Encode()
    {
        var present = Present();
        Add(Where(column => !IsLogarithm(column) && !HasLevels(column) && !_columns[column].IsCount), Scaled);
        Add(Where(IsLogarithm), Logarithms);
        Add(Where(column => _columns[column].IsCount), Counts);
        AddZeros(Where(column => _columns[column].Likelihood.HasZeros));
        AddLevels(ColumnFamily.Category, column => column.Levels, (picked, levels) => _graph.Apply("Equal", picked, levels));
        AddLevels(                                                    // level r of 0 to levels - 1: r ones
            ColumnFamily.Ordinal,
            column => column.Levels - 1,
            (picked, levels) => _graph.Apply("Less", _graph.Apply("Add", levels, _graph.Double(0.5)), picked));

        var known = _graph.Pick(present, _places.Select(place => place.Column));
        var values = _graph.Apply("Where", known, _graph.Join([.. _groups]), _graph.Number(0));
        var holes = _graph.Cast(_graph.Apply("Not", present), OnnxType.Float);
        for (var column = 0; column < _columns.Length; column++)
        {
            _places.Add((column, _coding.Start(column) + _columns[column].InputRows - 1));
        }

        var order = new int[_coding.Rows];
        for (var i = 0; i < _places.Count; i++)
        {
            order[_places[i].Row] = i;
        }

        return _graph.Pick(_graph.Join(values, holes), order);
    }

    // Whether each value is one that its column can hold: finite; whole where it is a count, a flag or a level, and in range.
    private string Present()
    {
        var least = Array.ConvertAll(_columns, column => IsWhole(column) ? -0.5 : double.NegativeInfinity);
        var limit = Array.ConvertAll(_columns, Limit);
        var slack = Array.ConvertAll(_columns, column => IsWhole(column) ? WholeSlack : AnySlack);
        var above = _graph.Apply("Sub", _x, _graph.Apply("Floor", _x));
        return _graph.Apply(
            "And",
            _graph.Apply("Less", above, _graph.Doubles(slack)),       // NaN answers no
            _graph.Apply(
                "And",
                _graph.Apply("Less", _graph.Doubles(least), _x),
                _graph.Apply("Less", _x, _graph.Doubles(limit))));
    }

    private static double Limit(ColumnOptions column) => column.Likelihood.Family switch
    {
        ColumnFamily.Bernoulli => 1.5,
        ColumnFamily.Category or ColumnFamily.Ordinal => column.Likelihood.Levels - 0.5,
        _ => double.PositiveInfinity,
    };

    private string Scaled(int[] columns) => Standardised(columns, _graph.Pick(_x, columns));

    // As FeatureScaling.Logarithm, with 0 in the place of minus infinity: a zero has a number of its own.
    private string Logarithms(int[] columns)
    {
        var x = _graph.Pick(_x, columns);
        var least = _graph.Double(FeatureScaling.LeastLogarithm);
        var logarithm = _graph.Apply("Max", Standardised(columns, _graph.Apply("Log", x)), least);
        var ofZero = _graph.Doubles(
            [.. columns.Select(column => _columns[column].Likelihood.HasZeros ? 0 : FeatureScaling.LeastLogarithm)]);
        var others = _graph.Apply("Where", _graph.Apply("Equal", x, _graph.Double(0)), ofZero, least);
        return _graph.Apply("Where", _graph.Apply("Less", _graph.Double(0), x), logarithm, others);
    }

    private string Counts(int[] columns)
    {
        var logarithm = _graph.Apply("Log", _graph.Apply("Add", _graph.Pick(_x, columns), _graph.Double(1)));
        return Standardised(
            logarithm,
            columns.Select(column => _columns[column].InputOffset),
            columns.Select(column => _columns[column].InputScale));
    }

    private string Standardised(int[] columns, string x) => Standardised(
        x, columns.Select(column => _preparation.Offset[column]), columns.Select(column => _preparation.Scale[column]));

    private string Standardised(string x, IEnumerable<double> offset, IEnumerable<double> scale)
        => _graph.Apply("Div", _graph.Apply("Sub", x, _graph.Doubles([.. offset])), _graph.Doubles([.. scale]));

    private void Add(int[] columns, Func<int[], string> code)
    {
        if (columns.Length > 0)
        {
            _groups.Add(_graph.Cast(code(columns), OnnxType.Float));
            _places.AddRange(columns.Select(column => (column, _coding.Start(column))));
        }
    }

    private void AddZeros(int[] columns)
    {
        if (columns.Length > 0)
        {
            var isZero = _graph.Apply("Equal", _graph.Pick(_x, columns), _graph.Double(0));
            _groups.Add(_graph.Cast(isZero, OnnxType.Float));
            _places.AddRange(columns.Select(column => (column, _coding.Start(column) + 1)));
        }
    }

    private void AddLevels(ColumnFamily family, Func<ColumnLikelihood, int> numbers, Func<string, string, string> compare)
    {
        (int Column, int Level)[] levels =
        [
            .. Where(column => _columns[column].Likelihood.Family == family).SelectMany(
                column => Enumerable.Range(0, numbers(_columns[column].Likelihood)).Select(level => (column, level))),
        ];
        if (levels.Length > 0)
        {
            var picked = _graph.Pick(_x, levels.Select(each => each.Column));
            var places = _graph.Doubles([.. levels.Select(each => (double)each.Level)]);
            _groups.Add(_graph.Cast(compare(picked, places), OnnxType.Float));
            _places.AddRange(levels.Select(each => (each.Column, _coding.Start(each.Column) + each.Level)));
        }
    }

    private int[] Where(Func<int, bool> holds) => [.. Enumerable.Range(0, _columns.Length).Where(holds)];

    private bool IsLogarithm(int column) => _columns[column].Likelihood.IsLogarithm;

    private bool HasLevels(int column)
        => _columns[column].Likelihood.Family is ColumnFamily.Category or ColumnFamily.Ordinal;

    private static bool IsWhole(ColumnOptions column) => column.IsCount
        || column.Likelihood.Family is ColumnFamily.Bernoulli or ColumnFamily.Category or ColumnFamily.Ordinal;
}
