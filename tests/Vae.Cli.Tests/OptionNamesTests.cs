namespace Vae.Cli.Tests;

public sealed class OptionNamesTests
{
    [Fact]
    public void Every_option_that_stands_for_a_property_is_one_of_a_training()
    {
        var help = CommandLine.Execute("train", "--help").Output;

        Assert.All(OptionNames.ByProperty.Values, option => Assert.Contains($"  {option.Split(' ')[0]} ", help, StringComparison.Ordinal));
    }

    [Fact]
    public void Properties_in_parentheses_become_options_and_other_parentheses_stay()
        => Assert.Equal(
            "Clip (--clip-norm), f (x) and (VaeOptions.Unknown).",
            OptionNames.In("Clip (AdamOptions.ClipNorm), f (x) and (VaeOptions.Unknown)."));
}
