namespace Vae.Formats;

/// <summary>The names of delimiters in messages.</summary>
internal static class Delimiters
{
    /// <summary>The name of a delimiter.</summary>
    public static string NameOf(char delimiter) => delimiter switch
    {
        ',' => "a comma",
        ';' => "a semicolon",
        '\t' => "a tab",
        CsvSyntax.Blanks => "any number of spaces",
        _ => $"'{Model.Printable.Escaped(delimiter.ToString())}'",
    };

    /// <summary>The name of a delimiter, for many of them.</summary>
    public static string Plural(char delimiter) => delimiter switch
    {
        ',' => "commas",
        ';' => "semicolons",
        '\t' => "tabs",
        '|' => "bars",
        CsvSyntax.Blanks => "spaces",
        _ => NameOf(delimiter),
    };
}
