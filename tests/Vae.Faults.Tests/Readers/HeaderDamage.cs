namespace Vae.Faults.Tests;

/// <summary>One fault in the header of a safetensors file.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Place">The tensor or text at fault, modulo their number.</param>
/// <param name="Number">A number to put there.</param>
/// <param name="Text">A text to put there.</param>
internal sealed record HeaderDamage(HeaderDamage.Change Kind, int Place, long Number, string Text)
{
    /// <summary>The kinds of fault.</summary>
    internal enum Change
    {
        Type,
        Rows,
        Columns,
        Third,
        Start,
        End,
        Swap,
        Rename,
        Double,
        Remove,
        Add,
        Metadata,
        MetadataName,
        DataLength,
        HeaderLength,
    }
}
