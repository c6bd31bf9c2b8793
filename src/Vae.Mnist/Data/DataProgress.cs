namespace Vae.Mnist;

/// <summary>The progress of finding, downloading or reading data: a line for a person, or the state of a transfer.</summary>
/// <param name="Message">A line for a person, without a line break.</param>
/// <param name="Received">During a transfer its bytes so far; otherwise 0.</param>
/// <param name="Total">During a transfer all its bytes, or null if unknown; otherwise null.</param>
public readonly record struct DataProgress(string Message, long Received = 0, long? Total = null)
{
    /// <summary>Whether this is one of many reports on a transfer rather than a line to keep.</summary>
    public bool IsTransfer => Received > 0;
}
