namespace Vae.Model;

/// <summary>A data reader that reports what it did to read a table, for a person to know.</summary>
internal interface IReadNotes
{
    /// <summary>The notes so far, each a sentence without its full stop; complete when the last row was read.</summary>
    IReadOnlyList<string> Notes { get; }
}
