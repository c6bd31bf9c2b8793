namespace Vae.Mnist;

/// <summary>
/// MNIST is not on this machine, and no mirror gave it. The message says what was tried, what came instead, and what to do.
/// </summary>
public sealed class DownloadException : IOException
{
    /// <summary>Describes a failed search or download.</summary>
    /// <param name="message">The addresses tried, the answer of each, and the remedy.</param>
    /// <param name="innerException">The failure that ended it, or null.</param>
    public DownloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
