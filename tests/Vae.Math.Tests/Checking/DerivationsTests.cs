using System.Reflection;
using System.Text.RegularExpressions;

namespace Vae.Math.Tests;

/// <summary>docs/derivations.md is held against the code it derives.</summary>
public partial class DerivationsTests
{
    internal static readonly string Root = Solution.Folder;

    private static string Document => File.ReadAllText(Path.Combine(Root, "docs", "derivations.md"));

    public static TheoryData<string> EveryDerivedType => [.. DerivedTypes()];

    [Theory, MemberData(nameof(EveryDerivedType))]
    public void Every_type_with_a_backward_pass_and_every_activation_has_its_derivation(string type)
        => Assert.Contains($"## {type}", Document.Split('\n').Select(line => line.TrimEnd()));

    [Fact]
    public void The_layers_the_activations_and_the_losses_are_found()
        => Assert.Superset(
            new HashSet<string>
            {
                "Dense", "Relu", "LeakyRelu", "Tanh", "Softplus", "Reparameterisation",
                "BinaryCrossEntropy", "GaussianKl", "Adam",
            },
            DerivedTypes().ToHashSet());

    // A derivation names a file, `src/....cs`, and quotes the comments that it arrives at, `// dW = dY X^T`.
    [Fact]
    public void Every_formula_that_is_quoted_stands_in_the_file_that_is_named_before_it()
    {
        var source = "";
        var quotes = 0;
        foreach (var code in Code().Matches(Document).Select(match => match.Groups[1].Value))
        {
            if (code.StartsWith("src/", StringComparison.Ordinal) && code.EndsWith(".cs", StringComparison.Ordinal))
            {
                source = File.ReadAllText(Path.Combine(Root, code));
            }
            else if (code.StartsWith("// ", StringComparison.Ordinal))
            {
                Assert.True(
                    source.Contains(code, StringComparison.Ordinal),
                    $"The file named before does not hold the comment: {code}");
                quotes++;
            }
        }

        Assert.True(quotes >= 21, $"Only {quotes} comments are quoted; the derivations need more.");
    }

    // Every type with a backward pass, every activation, and Adam.
    private static IEnumerable<string> DerivedTypes()
        => typeof(Dense<>).Assembly.GetTypes()
            .Where(type => type.IsClass && !type.IsNested && type != typeof(ColumnLoss))
            .Where(type => HasMethod(type, "Forward") && HasMethod(type, "Backward"))
            .Append(typeof(Adam<>))
            .Select(type => type.Name.Split('`')[0])
            .Concat(Enum.GetNames<Activation>());

    private static bool HasMethod(Type type, string name)
        => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Any(method => method.Name == name);

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();
}
