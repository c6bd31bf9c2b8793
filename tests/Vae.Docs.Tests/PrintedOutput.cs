namespace Vae.Docs.Tests;

/// <summary>Runs a program of a document in an empty folder.</summary>
internal static class PrintedOutput
{
    /// <summary>
    /// Runs a program and records what it prints. The process's own folder and output are changed meanwhile, so only one program
    /// runs at a time: the tests of one class run one after another, and no other class prints.
    /// </summary>
    /// <param name="image">The program's assembly.</param>
    /// <returns>The lines it printed.</returns>
    public static IReadOnlyList<string> Of(byte[] image)
    {
        using var empty = new TemporaryFolder();
        using var printed = new StringWriter();
        var (folder, output) = (Environment.CurrentDirectory, Console.Out);
        try
        {
            Environment.CurrentDirectory = empty.FullPath;
            Console.SetOut(printed);
            Compiler.Run(image);
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = folder;
        }

        return [.. printed.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd())];
    }
}
