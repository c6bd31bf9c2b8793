namespace Vae.Model;

/// <summary>A file is no schema of a table, or a table does not fit its schema. The message says what was expected and
/// what was found.</summary>
public sealed class SchemaException : IOException
{
    /// <summary>Makes the exception without a message.</summary>
    public SchemaException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The expectation and the finding.</param>
    public SchemaException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">The expectation and the finding.</param>
    /// <param name="innerException">Its cause.</param>
    public SchemaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
