using System.Reflection;
using System.Text.RegularExpressions;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>The options of <c>vae</c> in place of the library's names in messages.</summary>
public sealed partial class OptionNamesTests
{
    private static readonly Assembly[] Libraries = [typeof(VaeOptions).Assembly, typeof(Activation).Assembly];

    // A name without a type is a parameter's, which the tests of resumed runs cover.
    public static IEnumerable<object[]> Names
        => OptionNames.ByProperty.Where(pair => pair.Key.Contains('.', StringComparison.Ordinal))
            .Select(pair => new object[] { pair.Key, pair.Value });

    [Theory, MemberData(nameof(Names))]
    public void A_name_in_the_table_is_a_public_member_of_the_library(string name, string option)
    {
        var (type, member) = (name.Split('.')[0], name.Split('.')[1]);
        Assert.True(
            Libraries.SelectMany(library => library.GetExportedTypes())
                .Any(exported => exported.Name == type && exported.GetMember(member).Length > 0),
            $"{name}, for {option}");
    }

    [Theory, MemberData(nameof(Names))]
    public void An_option_in_the_table_can_be_typed_after_vae_train(string name, string option)
    {
        var value = option.Contains(' ', StringComparison.Ordinal) ? option : $"{option} 2";
        var parsed = Commands.Root(TextWriter.Null, TextWriter.Null).Parse(["train", .. value.Split(' ')]);

        Assert.True(parsed.Errors.Count == 0, $"{name}: {string.Join(' ', parsed.Errors.Select(error => error.Message))}");
    }

    [Fact]
    public void Every_name_that_a_message_of_the_libraries_advises_is_in_the_table()
    {
        var matches = Strings().SelectMany(text => Advised().Matches(text));
        var advised = matches.Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Contains("VaeOptions.FreeBits", advised);              // the search finds names at all
        Assert.Empty(advised.Except(OptionNames.ByProperty.Keys));
    }

    [Fact]
    public void No_message_of_the_libraries_holds_an_option_of_the_command_line()
        => Assert.DoesNotContain(Strings(), text => CommandLineOption().IsMatch(text));

    [Fact]
    public void Other_words_of_a_message_stay_as_they_are()
        => Assert.Equal(
            "Try free bits (--free-bits), not Vae.Other in a.File (Xyz.Abc).",
            OptionNames.In("Try free bits (VaeOptions.FreeBits), not Vae.Other in a.File (Xyz.Abc)."));

    private static IEnumerable<string> Strings()
    {
        var compiled = $"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}";
        var files = new[] { "Vae.Math", "Vae.Model", "Vae.Formats" }
            .SelectMany(project => Directory.EnumerateFiles(Solution.PathOf("src", project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains(compiled, StringComparison.Ordinal));
        return files.SelectMany(File.ReadLines)
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .SelectMany(line => Literal().Matches(line))
            .Select(match => match.Value);
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<!\w)\(([A-Z]\w*\.[A-Z]\w*)\)")]
    private static partial Regex Advised();

    [GeneratedRegex(@"(^|[^\w-])--[a-z]")]
    private static partial Regex CommandLineOption();
}
