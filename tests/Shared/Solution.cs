namespace Vae.Tests;

/// <summary>The repository that the tests run in.</summary>
internal static class Solution
{
    /// <summary>The full path of the folder that holds VaeCore.sln.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The full path of a file or folder of the repository.</summary>
    /// <param name="parts">The names on the way there from the root.</param>
    public static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VaeCore.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds VaeCore.sln. Run the tests inside the repository.");
    }
}
