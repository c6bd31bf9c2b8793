namespace Vae.Docs.Tests;

/// <summary>A folder that a program of a document runs in, and that goes away.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vae-docs-");

    /// <summary>Runs a program here and takes down what it prints. The process's own folder and output are changed meanwhile, so one
    /// at a time: the tests of one class run one after another, and no other class prints.</summary>
    /// <param name="image">The program's assembly.</param>
    /// <returns>The lines it printed.</returns>
    public IReadOnlyList<string> Run(byte[] image)
    {
        var (folder, output) = (Environment.CurrentDirectory, Console.Out);
        using var printed = new StringWriter();
        try
        {
            Environment.CurrentDirectory = _folder.FullName;
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

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
