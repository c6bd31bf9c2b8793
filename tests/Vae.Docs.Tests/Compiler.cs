using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vae.Docs.Tests;

/// <summary>Compiles a text like a new console project that references the libraries.</summary>
internal static class Compiler
{
    /// <summary>The usings of a console project with implicit usings.</summary>
    public const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // Libraries of the tests and of the command. A reader's project has none of them.
    private static readonly string[] OfTests =
    [
        "Vae.Docs.Tests", "xunit", "FsCheck", "FSharp",
        "Microsoft.CodeAnalysis", "Microsoft.TestPlatform", "Microsoft.VisualStudio", "testhost",
        "Spectre", "System.CommandLine",
    ];

    // MathNet was built against an older framework; the SDK silences these two for every project.
    private static readonly Dictionary<string, ReportDiagnostic> VersionsThatDiffer =
        new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest, DocumentationMode.None);

    private static readonly Lazy<MetadataReference[]> References = new(FindReferences);

    /// <summary>Compiles a text.</summary>
    /// <param name="source">The text; a program where it has top-level statements, else a library.</param>
    /// <param name="image">The stream that takes the assembly.</param>
    /// <returns>Errors and warnings, as <c>docs/choosing.md(12,5): error CS0103: ...</c>; empty where all is well.</returns>
    public static string Compile(string source, Stream image)
    {
        var tree = CSharpSyntaxTree.ParseText(source, Language);
        var isProgram = ((CompilationUnitSyntax)tree.GetRoot()).Members.Any(member => member is GlobalStatementSyntax);
        var compilation = CSharpCompilation.Create(
            $"block-{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, Language), tree],
            References.Value,
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                specificDiagnosticOptions: VersionsThatDiffer,
                nullableContextOptions: NullableContextOptions.Enable));
        var found = compilation.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
        return string.Join('\n', found.Select(Text));
    }

    /// <summary>Runs a compiled program, on this thread and in this process.</summary>
    /// <param name="image">The assembly that <see cref="Compile"/> wrote.</param>
    /// <exception cref="TargetInvocationException">The program threw.</exception>
    public static void Run(byte[] image)
    {
        var main = Assembly.Load(image).EntryPoint!;
        main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
    }

    /// <summary>Every available assembly except a project's own, to compile that project's sources.</summary>
    /// <param name="project">The project's name.</param>
    public static IEnumerable<MetadataReference> ReferencesBut(string project)
        => Assemblies().Where(path => Path.GetFileNameWithoutExtension(path) != project)
            .Select(path => MetadataReference.CreateFromFile(path));

    private static string Text(Diagnostic diagnostic)
    {
        var place = diagnostic.Location.GetMappedLineSpan();
        var start = place.StartLinePosition;
        var severity = diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning";
        var message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        return $"{place.Path}({start.Line + 1},{start.Character + 1}): {severity} {diagnostic.Id}: {message}";
    }

    private static MetadataReference[] FindReferences()
        => [.. Assemblies()
            .Where(path => !OfTests.Any(name => Path.GetFileName(path).StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .Select(path => MetadataReference.CreateFromFile(path))];

    private static string[] Assemblies()
        => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
}
