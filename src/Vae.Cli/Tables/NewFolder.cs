namespace Vae.Cli;

/// <summary>A folder that is made now, for a temporary file beside what will be written there, and is removed again where nothing
/// was.</summary>
internal sealed class NewFolder : IDisposable
{
    private readonly Stack<string> _made = [];

    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public NewFolder(string path)
    {
        FullPath = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var missing = new Stack<string>();
        for (var folder = FullPath; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }

        foreach (var folder in missing)
        {
            Directory.CreateDirectory(folder);
            _made.Push(folder);
        }
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>Removes those of the folders that are empty.</summary>
    public void Dispose()
    {
        try
        {
            foreach (var folder in _made.Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // An empty folder is left, which harms nobody.
        }
    }
}
