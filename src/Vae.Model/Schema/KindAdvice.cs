namespace Vae.Model;

/// <summary>The advice of notes and messages, in one form that a program can turn into its own options:
/// <c>TableOptions.Kinds["zip"] = ColumnKind.Category</c>.</summary>
internal static class KindAdvice
{
    /// <summary>The setting that gives a column a kind.</summary>
    /// <param name="name">The column's name; a quotation mark or a backslash in it is escaped as in C#.</param>
    /// <param name="kind">The kind.</param>
    public static string Set(string name, ColumnKind kind)
    {
        var quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"TableOptions.Kinds[\"{Printable.Escaped(quoted)}\"] = ColumnKind.{kind}";
    }
}
