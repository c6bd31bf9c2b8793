namespace Vae.Formats;

/// <summary>The lines of a table that have fewer fields than there are columns.</summary>
/// <param name="Count">Their number.</param>
/// <param name="First">The first of them, from 1 on.</param>
/// <param name="WithOneField">The number of those with one field alone.</param>
internal readonly record struct ShortLines(long Count, long First, long WithOneField)
{
    /// <summary>The same lines and one more.</summary>
    /// <param name="line">The line.</param>
    /// <param name="fields">The number of its fields.</param>
    public ShortLines With(long line, int fields)
        => new(Count + 1, Count == 0 ? line : First, WithOneField + (fields == 1 ? 1 : 0));

    /// <summary>What was done with them; null where there are none.</summary>
    public string? Note => Count switch
    {
        0 => null,
        1 => $"line {First} has too few fields, and the last values of its row are missing",
        _ => $"{Count} lines have too few fields, the first is line {First}, and the last values of their rows are missing",
    };
}
