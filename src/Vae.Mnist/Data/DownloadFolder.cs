using Vae.Model;

namespace Vae.Mnist;

/// <summary>The folder that a download fills: made, and locked, with a line for a person where that cannot be.</summary>
internal static class DownloadFolder
{
    /// <summary>Is held open while a download runs in its folder; see <see cref="FolderLock"/>. It stays there, empty.</summary>
    public const string LockName = "download.lock";

    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Make(string folder)
    {
        if (File.Exists(folder))
        {
            throw new IOException($"{folder}: expected a folder to download into, but it is a file.");
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (IOException wrong)
        {
            throw new IOException($"{folder}: cannot be made: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }

    /// <summary>Takes the folder's lock.</summary>
    /// <returns>Null where somebody else has it.</returns>
    /// <exception cref="IOException">Nothing can be written into the folder.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written into the folder.</exception>
    public static FolderLock? TryLock(string folder)
    {
        var path = Path.Combine(folder, LockName);
        try
        {
            return FolderLock.TryTake(path);
        }
        catch (IOException wrong)
        {
            throw new IOException($"{folder}: nothing can be written there: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
        catch (UnauthorizedAccessException wrong)
        {
            throw new UnauthorizedAccessException($"{folder}: nothing may be written there: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }
}
