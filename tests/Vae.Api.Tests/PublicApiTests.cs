using System.Reflection;
using PublicApiGenerator;

namespace Vae.Api.Tests;

public class PublicApiTests
{
    private static readonly ApiGeneratorOptions TypesAlone = new() { IncludeAssemblyAttributes = false };

    private static readonly string[] Libraries = ["Vae.Formats", "Vae.Math", "Vae.Mnist", "Vae.Model", "Vae.Parquet"];

    public static TheoryData<string> EveryLibrary => [.. Libraries];

    [Theory, MemberData(nameof(EveryLibrary))]
    public void The_public_members_of_a_library_are_the_recorded_ones(string library)
    {
        var actual = Assembly.Load(library).GeneratePublicApi(TypesAlone).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable(ApiFile.AcceptVariable) == "1")
        {
            File.WriteAllText(ApiFile.PathOf(library), actual);
        }

        var recorded = File.Exists(ApiFile.PathOf(library)) ? File.ReadAllText(ApiFile.PathOf(library)) : "";
        var difference = ApiFile.Difference(library, recorded, actual);
        Assert.True(difference is null, difference);
    }

    [Fact]
    public void Every_library_has_a_recorded_API()
    {
        var sources = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ApiFile.PathOf("any"))!, "../../../src"));
        var projects = Directory.GetFiles(sources, "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)!);
        Assert.Equal(Libraries.Append("Vae.Cli").Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }
}
