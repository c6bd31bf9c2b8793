using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Vae.Cli;

/// <summary>A command with examples, which its own help shows at the end and the list of commands does not.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">One sentence.</param>
/// <param name="examples">Command lines that can be copied.</param>
internal sealed class DocumentedCommand(string name, string description, params string[] examples) : Command(name, description)
{
    private readonly Dictionary<string, string> _headings = [];

    public IReadOnlyList<string> Examples => examples;

    /// <summary>Adds options that the help shows under a heading of their own.</summary>
    public DocumentedCommand WithGroup(string heading, params Symbol[] options)
    {
        _headings.Add(options[0].Name, heading);
        return this.With(options);
    }

    /// <summary>Makes a command line's help show the examples.</summary>
    public static RootCommand ShowExamples(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
        return root;
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        // Who asks for help need not give a command all that it wants.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            if (parseResult.CommandResult.Command is not DocumentedCommand command)
            {
                return help.Invoke(parseResult);
            }

            var configuration = parseResult.InvocationConfiguration;
            var output = configuration.Output;
            using var text = new StringWriter();
            configuration.Output = text;
            var code = help.Invoke(parseResult);
            configuration.Output = output;
            WriteGrouped(text.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n'), command, output);
            output.WriteLine();
            output.WriteLine("Examples:");
            foreach (var example in command.Examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
            return code;
        }

        // The heading of the first group instead of "Options:", each other one above its first option.
        private static void WriteGrouped(string[] lines, DocumentedCommand command, TextWriter output)
        {
            var isFirst = true;
            foreach (var line in lines)
            {
                if (command._headings.GetValueOrDefault(line.TrimStart().Split(' ')[0]) is { } heading && line.StartsWith("  --", StringComparison.Ordinal))
                {
                    output.WriteLine(isFirst ? $"{heading}:" : $"\n{heading}:");
                    isFirst = false;
                }

                if (command._headings.Count == 0 || line != "Options:")
                {
                    output.WriteLine(line);
                }
            }
        }
    }
}
