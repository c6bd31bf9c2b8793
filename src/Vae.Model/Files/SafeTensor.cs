namespace Vae.Model;

/// <summary>A tensor's place in a file, checked against the file's length.</summary>
/// <param name="Type">The type of its numbers.</param>
/// <param name="Shape">The length of each dimension, the slowest first; none for a single number.</param>
/// <param name="Position">The first byte, counted from the beginning of the file.</param>
/// <param name="Length">The number of bytes.</param>
internal sealed record SafeTensor(SafeTensorType Type, IReadOnlyList<long> Shape, long Position, long Length)
{
    private const int MostShown = 8;

    /// <summary>The number of elements.</summary>
    public long Count => (long)((Int128)Length * 8 / Type.Bits);

    /// <summary>The shape as rows and columns; a vector has one column. Null for a tensor that is no matrix.</summary>
    public (int Rows, int Columns)? MatrixShape
        => Shape.Count <= 2 && Shape.All(length => length is >= 1 and <= int.MaxValue)
            ? ((int)LengthOf(0), (int)LengthOf(1))
            : null;

    /// <summary>The shape as text.</summary>
    public string ShapeText => MatrixShape is { } matrix
        ? $"{matrix.Rows} x {matrix.Columns}"
        : string.Join(" x ", Shape.Take(MostShown)) + (Shape.Count > MostShown ? " x ..." : "");

    private long LengthOf(int dimension) => dimension < Shape.Count ? Shape[dimension] : 1;
}
