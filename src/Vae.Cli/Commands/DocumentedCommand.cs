using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Vae.Cli;

/// <summary>A command with examples at the end of its help.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">One sentence.</param>
/// <param name="examples">Command lines to copy.</param>
internal sealed class DocumentedCommand(string name, string description, params string[] examples) : Command(name, description)
{
    private readonly Dictionary<string, string> _headings = [];

    public IReadOnlyList<string> Examples => examples;

    /// <summary>Adds options under a heading of the help.</summary>
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
        // Help needs none of the arguments that the command requires.
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

        // The heading of the first group replaces "Options:"; the others stand above their first options.
        private static void WriteGrouped(string[] lines, DocumentedCommand command, TextWriter output)
        {
            var isFirst = true;
            foreach (var line in lines)
            {
                var isOption = line.StartsWith("  --", StringComparison.Ordinal);
                if (isOption && command._headings.GetValueOrDefault(line.TrimStart().Split(' ')[0]) is { } heading)
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
