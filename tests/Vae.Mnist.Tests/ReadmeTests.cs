using System.Diagnostics;

namespace Vae.Mnist.Tests;

/// <summary>
/// Compiles and runs the program of docs/images.md. <c>Vae.Docs.Tests</c> runs the README's program of rows, and <c>.ci/run</c>
/// runs both against the packages.
/// </summary>
public sealed class ReadmeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vae-readme-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_program_of_images_compiles_without_a_warning_and_draws_its_picture()
    {
        var program = ProgramOfImages(await File.ReadAllTextAsync(Path.Combine(Solution.Folder, "docs", "images.md")));
        Assert.InRange(program.Split('\n').Count(line => line.Trim().Length > 0), 10, 25); // "a 20-line program"
        await File.WriteAllTextAsync(Path.Combine(_folder, "Program.cs"), program);
        await File.WriteAllTextAsync(Path.Combine(_folder, "readme.csproj"), Project());

        var (code, text) = await RunAsync("run", "-c", "Release");

        Assert.True(code == 0, text);
        Assert.Contains("(nats per image)", text, StringComparison.Ordinal);
        var picture = new FileInfo(Path.Combine(_folder, "samples.png"));
        Assert.True(picture.Length > 1000, "The picture of 64 digits is missing or all black.");
        Assert.True(File.Exists(Path.Combine(_folder, "model.safetensors")), "The weights are missing.");
    }

    private static string ProgramOfImages(string page)
    {
        const string fence = "```csharp";
        var start = page.IndexOf(fence, StringComparison.Ordinal) + fence.Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }

    // References the very assemblies that this test runs with, so that nothing has to be packed or restored.
    private static string Project()
    {
        string[] names =
        [
            "Vae.Math", "Vae.Model", "Vae.Mnist",
            "MathNet.Numerics", "System.Numerics.Tensors", "Microsoft.Extensions.Logging.Abstractions",
        ];
        var paths = names.Select(name => Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        var references = paths.Select(path => $"""<Reference Include="{path}" />""");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>{string.Concat(references)}</ItemGroup>
            </Project>
            """;
    }

    private async Task<(int Code, string Text)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var _ = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
