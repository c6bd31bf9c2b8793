namespace Vae.Model;

/// <summary>Notes that several rules give.</summary>
internal static class ColumnNotes
{
    /// <summary>The note of a column with one value.</summary>
    public const string Constant = "one value in all rows: it tells no row from another";
}
