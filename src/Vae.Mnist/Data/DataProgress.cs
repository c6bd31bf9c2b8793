namespace Vae.Mnist;

/// <summary>What finding, fetching or reading data has to tell: a line for a person, or the state of a transfer.</summary>
/// <param name="Message">A line for a person, without a line break.</param>
/// <param name="Received">While a file is fetched or read: its bytes so far; otherwise 0.</param>
/// <param name="Total">While a file is fetched or read: all its bytes, where they are known; otherwise null.</param>
public readonly record struct DataProgress(string Message, long Received = 0, long? Total = null)
{
    /// <summary>Whether this is one of many reports on a transfer, not a line to keep.</summary>
    public bool IsTransfer => Received > 0;
}
