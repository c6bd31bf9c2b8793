namespace Vae.Model;

/// <summary>A tensor's place in a file, checked against the file's length.</summary>
/// <param name="IsFloat">Whether the numbers are F32; else F64.</param>
/// <param name="Rows">The number of rows, at least 1.</param>
/// <param name="Columns">The number of columns, at least 1; 1 for a vector.</param>
/// <param name="Start">The first byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record SafeTensor(bool IsFloat, int Rows, int Columns, long Start, long End)
{
    /// <summary>Bytes of a number.</summary>
    public int Size => IsFloat ? sizeof(float) : sizeof(double);

    /// <summary>The number of elements.</summary>
    public long Count => (long)Rows * Columns;
}
