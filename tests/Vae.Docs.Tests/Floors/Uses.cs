using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vae.Docs.Tests;

/// <summary>Finds which file of a project uses which other one, by the compiler's own view of the sources.</summary>
internal static class Uses
{
    // References in XML documentation are for readers and bind nothing.
    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest, DocumentationMode.None);

    /// <summary>Finds the uses within a project.</summary>
    /// <param name="project">The project's name, such as <c>Vae.Math</c>.</param>
    /// <param name="files">The sources: their paths relative to the project, and their texts.</param>
    /// <returns>Every use of another file, once for each name, in order.</returns>
    public static IReadOnlyList<Use> Find(string project, IEnumerable<(string Path, string Text)> files)
    {
        SyntaxTree[] trees = [.. files.Select(file => CSharpSyntaxTree.ParseText(file.Text, Language, file.Path))];
        var compilation = CSharpCompilation.Create(
            project,
            [CSharpSyntaxTree.ParseText(Compiler.ImplicitUsings, Language), .. trees],
            Compiler.ReferencesBut(project),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        return [.. trees.SelectMany(tree => In(tree, compilation.GetSemanticModel(tree))).Distinct()
            .OrderBy(use => use.From, StringComparer.Ordinal).ThenBy(use => use.To, StringComparer.Ordinal)
            .ThenBy(use => use.Name, StringComparer.Ordinal)];
    }

    private static IEnumerable<Use> In(SyntaxTree tree, SemanticModel model)
    {
        var names = tree.GetRoot().DescendantNodes()
            .Where(node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax);
        foreach (var node in names)
        {
            var info = model.GetSymbolInfo(node);
            foreach (var symbol in info.Symbol is null ? info.CandidateSymbols : [info.Symbol])
            {
                foreach (var file in Declaring(symbol).Where(file => file != tree.FilePath))
                {
                    yield return new Use(tree.FilePath, Name(symbol), file);
                }
            }
        }
    }

    // The files that declare a type or member; none where it is local to a file or comes from a reference.
    private static IEnumerable<string> Declaring(ISymbol symbol)
    {
        if (symbol is not (INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol))
        {
            return [];
        }

        var declared = symbol is IMethodSymbol { ReducedFrom: { } extension }
            ? extension.OriginalDefinition
            : symbol.OriginalDefinition;
        if (declared.DeclaringSyntaxReferences.Length == 0 && declared.ContainingType is { } type)
        {
            declared = type.OriginalDefinition;                       // a constructor that nobody wrote
        }

        return declared.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath)
            .Where(path => path.Length > 0);
    }

    private static string Name(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } => symbol.ContainingType.Name,
        INamedTypeSymbol => symbol.Name,
        _ => $"{symbol.ContainingType?.Name}.{symbol.Name}",
    };
}
