namespace Vae.Model;

/// <summary>Where a tensor stands in a file, as its header says and its length bears out.</summary>
/// <param name="IsFloat">F32, or F64.</param>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1; 1 for a vector.</param>
/// <param name="Start">The first byte behind the header.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record SafeTensor(bool IsFloat, int Rows, int Columns, long Start, long End)
{
    /// <summary>Bytes of a number.</summary>
    public int Size => IsFloat ? sizeof(float) : sizeof(double);

    /// <summary>How many numbers these are.</summary>
    public long Count => (long)Rows * Columns;
}
