namespace Vae.Model;

/// <summary>The memory that the lists of texts of all columns of a table may still take, bytes.</summary>
/// <param name="left">The number of bytes.</param>
internal sealed class TextRoom(long left)
{
    /// <summary>The bytes for all columns of a table.</summary>
    public const long OfTable = 1 << 25;

    private long _left = left;

    /// <summary>Takes memory; false where it is not there.</summary>
    public bool TryTake(int length)
    {
        if (length > _left)
        {
            return false;
        }

        _left -= length;
        return true;
    }
}
