namespace Vae.Faults.Tests;

/// <summary>One thing that is wrong with the header of a safetensors file.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Place">With which tensor or text, counted round and round.</param>
/// <param name="Number">A number to put there.</param>
/// <param name="Text">A text to put there.</param>
internal sealed record HeaderDamage(HeaderDamage.Change Kind, int Place, long Number, string Text)
{
    /// <summary>What may be wrong with a header.</summary>
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
