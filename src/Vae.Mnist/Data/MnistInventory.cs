using System.Text;

namespace Vae.Mnist;

/// <summary>Describes the places that a <see cref="MnistLocator"/> searches, without using the network.</summary>
internal static class MnistInventory
{
    /// <summary>Describes each place in the order of the search.</summary>
    /// <returns>Several lines for a person.</returns>
    public static string Describe(MnistLocator locator)
    {
        var text = new StringBuilder();
        if (locator.ReadVariable(MnistLocator.FolderVariable) is { Length: > 0 } named)
        {
            AddFolder(text, MnistLocator.FolderVariable, named, locator.Downloader.Files);
        }
        else
        {
            text.AppendLine($"{MnistLocator.FolderVariable}: not set");
        }

        AddFolder(text, "cache", locator.CacheFolder, locator.Downloader.Files);
        AddMirrors(text, locator);
        return text.Append("otherwise: drawn digits (not MNIST)").ToString();
    }

    private static void AddMirrors(StringBuilder text, MnistLocator locator)
    {
        if (!locator.AllowDownload)
        {
            text.AppendLine("download: not allowed");
            return;
        }

        try
        {
            var mirrors = locator.MirrorsInTurn();
            var own = mirrors.Count > locator.Mirrors.Count ? mirrors[0].AbsoluteUri : "not set";
            text.AppendLine($"{MnistLocator.MirrorVariable}: {own}").AppendLine("download, in this order:");
            foreach (var mirror in mirrors)
            {
                text.AppendLine($"  {mirror}");
            }
        }
        catch (IOException wrong)
        {
            text.AppendLine($"download: not possible, {wrong.Message}");
        }
    }

    private static void AddFolder(StringBuilder text, string name, string path, IReadOnlyList<MnistFile> files)
    {
        text.AppendLine($"{name}: {path}{(File.Exists(path) ? " (a file, where a folder is wanted)" : "")}");
        var folder = new ImageFolder(path);
        string?[] paths = [folder.TrainImages, folder.TrainLabels, folder.TestImages, folder.TestLabels];
        foreach (var (file, found) in files.Zip(paths))
        {
            text.AppendLine(found is null ? $"  {file.Name}: missing" : $"  {Path.GetFileName(found)}: {Content(file, found)}");
        }
    }

    private static string Content(MnistFile file, string path)
    {
        try
        {
            using var open = File.OpenRead(path);                     // the length of the file itself, not of a link to it
            var stays = IdxFile.StaysOnDisk(path) ? ", stays on disk while it is used" : "";
            var problem = file.FindProblem(path);
            return $"{open.Length} bytes, {(problem is null ? "content checked" : $"not MNIST's: {problem}{stays}")}";
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {wrong.Message}";
        }
    }
}
