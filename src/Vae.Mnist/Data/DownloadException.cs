namespace Vae.Mnist;

/// <summary>A file that no mirror gave. The message says for each mirror why.</summary>
public sealed class DownloadException : IOException
{
    /// <summary>Describes a download that failed.</summary>
    /// <param name="fileName">The file that could not be had.</param>
    /// <param name="failures">For each mirror tried, its name and what went wrong.</param>
    public DownloadException(string fileName, IReadOnlyList<string> failures)
        : base($"{fileName} could not be downloaded: {string.Join("; ", failures)}")
    {
        FileName = fileName;
        Failures = failures;
    }

    /// <summary>The file that could not be had.</summary>
    public string FileName { get; }

    /// <summary>For each mirror tried, its name and what went wrong.</summary>
    public IReadOnlyList<string> Failures { get; }
}
