namespace Vae.Formats;

/// <summary>Finds the names of columns in the comment line above the first row, where NumPy's <c>savetxt</c> and others
/// write them:
/// <c># a b c</c>.</summary>
internal static class CommentHeader
{
    /// <summary>The names; null where the last comment line above the table has none.</summary>
    /// <param name="sample">The first lines.</param>
    /// <param name="syntax">How lines are split.</param>
    /// <param name="first">The first record that is no comment.</param>
    /// <param name="columns">The number of columns.</param>
    public static IReadOnlyList<string>? Of(TableSample sample, CsvSyntax syntax, SampleRecord first, int columns)
    {
        if (Array.Exists(first.Fields, field => !FieldForm.IsTyped(field) && !FieldForm.IsHole(field)))
        {
            return null;                                              // its texts may be the names
        }

        var lines = sample.Text.Span;
        var above = (ReadOnlySpan<byte>)[];
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range].Trim("\r \t"u8);
            if (line is not [(byte)CsvSyntax.CommentSign, ..] && line.Length > 0)
            {
                break;
            }

            above = line.Length > 0 ? line : above;
        }

        var names = new TableSample(above.TrimStart("# \t"u8).ToArray(), IsWhole: true)
            .Records(syntax with { HasComments = false }, 1)
            .FirstOrDefault()?.Fields;
        return names?.Length == columns && Array.TrueForAll(names, name => name.Length > 0 && !FieldForm.IsTyped(name))
            ? names
            : null;
    }
}
