namespace Vae.Model;

/// <summary>A file of a run cannot be used; the message names the file, what was wanted and what was found.</summary>
public sealed class CheckpointException : IOException
{
    /// <summary>Makes the exception without a message.</summary>
    public CheckpointException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The file, the expectation and the finding.</param>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The file, the expectation and the finding.</param>
    /// <param name="innerException">Its cause.</param>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
