namespace Vae.Model.Tests;

public sealed class SchemaBindingTests
{
    private static readonly TinyCells Trained = TinyCells.Of(
        "id,age,city,smokes,grade",
        [.. Enumerable.Range(0, 40).Select(row => $"{row},{20 + (row * 7 % 50)}.5,{(row % 3 == 0 ? "Rome" : "Oslo")},"
            + $"{(row % 2 == 0 ? "yes" : "no")},{(row % 4) + 1}")]);

    private static TableSchema Schema => SchemaInference.Infer(Trained, new TableOptions()).Schema;

    [Fact]
    public void Columns_are_found_by_name_in_any_order_and_ids_may_be_missing()
    {
        var cells = TinyCells.Of("smokes,grade,city,age", "yes,2,Rome,33.5");
        var binding = SchemaBinding.Bind(Schema, cells);

        Assert.Equal([-1, 3, 2, 0, 1], binding.Columns.Select(column => column.Column));
        Assert.Equal([33.5, 1, 2], Numbers(binding, cells, "age", "smokes", "grade"));
        Assert.Empty(binding.Notes);
    }

    [Fact]
    public void A_modelled_column_that_is_missing_is_named_with_those_that_are_there()
    {
        var failure = Assert.Throws<SchemaException>(() => SchemaBinding.Bind(Schema, TinyCells.Of("age,town", "33,Rome")));

        Assert.Contains("'city', 'smokes', 'grade'", failure.Message);
        Assert.Contains("'age', 'town'", failure.Message);
    }

    [Fact]
    public void Unknown_levels_and_texts_among_numbers_are_holes_with_one_note_a_column()
    {
        var cells = TinyCells.Of("age,city,smokes,grade,more", "33,Bern,yes,2,1", "old,Rome,yes,9,1", "34,Bonn,perhaps,2,1");
        var binding = SchemaBinding.Bind(Schema, cells);

        Assert.Contains(binding.Notes, note => note.Contains("'more'", StringComparison.Ordinal));
        Assert.Contains(binding.Notes, note
            => note.StartsWith("unknown level 'Bern' of column 'city' (line 2; 2 rows", StringComparison.Ordinal));
        Assert.Contains(binding.Notes, note => note.StartsWith("text 'old' of column 'age' (line 3)", StringComparison.Ordinal));
        Assert.Contains(binding.Notes, note => note.Contains("'perhaps'", StringComparison.Ordinal));
        Assert.Equal(5, binding.Notes.Count);
        Assert.Equal(2, binding.Findings.Single(finding => finding.Column.Name == "city").Holes);
    }

    [Fact]
    public void Another_way_to_write_a_flag_is_understood()
    {
        var cells = TinyCells.Of("age,city,smokes,grade", "33,Rome,TRUE,2", "33,Rome,0,2", "33,Rome,Yes,2.0");
        var binding = SchemaBinding.Bind(Schema, cells);

        Assert.Empty(binding.Notes);
        Assert.Equal([1], Numbers(binding, cells, "smokes"));
        var reader = binding.Columns.Single(column => column.Schema.Name == "smokes");
        Assert.Equal(0, reader.Number(Cell.OfNumber(0)));
    }

    [Fact]
    public void Pooled_levels_are_read_as_the_pooled_one()
    {
        var schema = new TableSchema([new ColumnSchema("a", ColumnKind.Category)
        {
            Levels = ["x", "y"], LevelCounts = [9, 8], PooledLevels = ["p", "q"], PooledCounts = [1, 1],
        }]);
        var cells = TinyCells.OfColumn("a", ["q", "y", "", "z"]);
        var binding = SchemaBinding.Bind(schema, cells);
        var all = new Cell[4];
        cells.Read(0, all);

        Assert.Equal([2, 1, -1, -1], all.Select(binding.Columns[0].Level));
    }

    private static double[] Numbers(SchemaBinding binding, TinyCells cells, params string[] names)
    {
        var row = new Cell[cells.Names.Count];
        cells.Read(0, row);
        return [.. names.Select(name => binding.Columns.Single(column => column.Schema.Name == name))
            .Select(column => column.Number(row[column.Column]))];
    }
}
