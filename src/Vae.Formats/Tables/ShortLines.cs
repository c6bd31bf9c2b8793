namespace Vae.Formats;

/// <summary>The lines of a table that have fewer fields than there are columns.</summary>
/// <param name="Count">Their number.</param>
/// <param name="First">The first of them, from 1 on.</param>
internal readonly record struct ShortLines(long Count, long First)
{
    /// <summary>The same lines and one more.</summary>
    public ShortLines With(long line) => new(Count + 1, Count == 0 ? line : First);

    /// <summary>What was done with them; null where there are none.</summary>
    public string? Note => Count switch
    {
        0 => null,
        1 => $"line {First} has too few fields, and the last values of its row are missing",
        _ => $"{Count} lines have too few fields, the first is line {First}, and the last values of their rows are missing",
    };
}
