namespace Vae.Math;

/// <summary>Rows of scratch, one after the other, each with a number for each of a few draws.</summary>
internal readonly ref struct ScratchRows(Span<double> scratch, int length)
{
    private readonly Span<double> _scratch = scratch;

    /// <summary>The numbers in a row.</summary>
    public int Length { get; } = length;

    /// <summary>A row.</summary>
    public Span<double> this[int row] => _scratch.Slice(row * Length, Length);
}
