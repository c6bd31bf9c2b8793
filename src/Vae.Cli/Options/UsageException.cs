namespace Vae.Cli;

/// <summary>Arguments that parse but contradict each other: exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Throws unless a condition between options holds.</summary>
    public static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new UsageException(message);
        }
    }

    /// <summary>Validates a library's options that all come from the command line.</summary>
    public static TOptions Unless<TOptions>(Func<TOptions> validate)
    {
        try
        {
            return validate();
        }
        catch (ArgumentException failure)
        {
            throw new UsageException(failure.Message);
        }
    }
}
