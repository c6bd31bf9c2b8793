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
    public IReadOnlyList<string> Examples => examples;

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
            var code = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is DocumentedCommand command)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in command.Examples)
                {
                    output.WriteLine($"  {example}");
                }

                output.WriteLine();
            }

            return code;
        }
    }
}
