using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vae.Cli.Tests;

/// <summary>Runs a command line inside the test's process.</summary>
internal static class CommandLine
{
    public static Result Execute(params string[] arguments) => Execute([], arguments);

    /// <summary>Runs a command line with bytes at its standard input.</summary>
    public static Result Execute(byte[] input, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = new Application(output, error, () => new MemoryStream(input)).RunAsync(arguments).GetAwaiter().GetResult();
        return new Result(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command line that must succeed with one line of JSON and nothing else.</summary>
    public static JsonObject Json(params string[] arguments)
    {
        var result = Execute(arguments);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal("", result.Error);
        return result.Json;
    }

    internal sealed record Result(int Code, string Output, string Error)
    {
        public JsonObject Json
        {
            get
            {
                Assert.Single(Output.TrimEnd('\n').Split('\n'));
                using var document = JsonDocument.Parse(Output);
                return JsonNode.Parse(Output)!.AsObject();
            }
        }

        /// <summary>Requires a failure with these words in its last line, below lines that --quiet leaves.</summary>
        public void RequireFailureAmongLines(int code, params string[] words)
            => (this with { Error = Error.TrimEnd('\n').Split('\n')[^1] }).RequireFailure(code, words);

        /// <summary>Requires a failure in one line, with an exit code and words that must be in it.</summary>
        public void RequireFailure(int code, params string[] words)
        {
            Assert.True(code == Code, $"exit code {Code}: {Error}{Output}");
            Assert.Equal("", Output);
            var line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
            Assert.StartsWith("vae: ", line, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
            Assert.All(words, word => Assert.Contains(word, line, StringComparison.Ordinal));
        }
    }
}
