using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli.Tests;

/// <summary>
/// The output of <c>vae check</c> for a wrong gradient. The gradients of the library are right, so
/// the model of these tests computes with a wrong product.
/// </summary>
public class CheckTests
{
    private static readonly VaeOptions _options = new()
    {
        Features = 6,
        Hidden = [5],
        Latent = 2,
        EncoderActivation = Activation.Tanh,
        DecoderActivation = Activation.Tanh,
    };

    [Fact]
    public void Below_a_line_that_fails_is_the_usual_cause_of_the_error()
    {
        var (passes, lines) = Lines(GradientCheck.Tolerance);

        Assert.False(passes);
        for (var i = 1; i < lines.Length - 1; i++)
        {
            var isWeight = lines[i].Contains(".weight", StringComparison.Ordinal);
            Assert.StartsWith(isWeight ? "FAIL " : "ok   ", lines[i], StringComparison.Ordinal);
            if (isWeight)
            {
                Assert.Matches(@"at \[\d, \d\]: backward .+, differences .+", lines[i]);
                Assert.StartsWith(
                    "     Every entry has the wrong sign: usually a minus is missing",
                    lines[++i],
                    StringComparison.Ordinal);
            }
        }

        Assert.Equal("5 of 10 parameters beyond 1.0e-07", lines[^1]);
    }

    // An error of a sign is 2, so at 3 all is accepted: a diagnosis decides nothing.
    [Fact]
    public void An_accepted_parameter_has_no_diagnosis()
    {
        var (passes, lines) = Lines(tolerance: 3);

        Assert.True(passes);
        Assert.Equal(12, lines.Length);
        Assert.DoesNotContain(lines, line => line.Contains("usually", StringComparison.Ordinal));
    }

    [Fact]
    public void The_json_has_the_pattern_the_words_and_both_numbers()
    {
        using var output = new StringWriter();

        var passes = Commands.WriteJson(Checks(), GradientCheck.Tolerance, output);

        Assert.False(passes);
        var parameters = JsonNode.Parse(output.ToString())!["parameters"]!.AsArray();
        var (weight, bias) = (parameters[0]!, parameters[1]!);
        Assert.Equal(("encoder.hidden.0.weight", "SignFlipped"), ((string?)weight["name"], (string?)weight["pattern"]));
        Assert.StartsWith("Every entry has the wrong sign", (string?)weight["diagnosis"], StringComparison.Ordinal);
        Assert.Equal((double)weight["expected"]!, -(double)weight["gradient"]!, 1e-9); // the differences' own error, and to spare
        Assert.Null(bias["pattern"]);
        Assert.Null(bias["diagnosis"]);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_null_in_the_json()
    {
        using var output = new StringWriter();

        Commands.WriteJson(
            [new ParameterCheck("w", 1, 0, 0, double.NaN, double.PositiveInfinity, double.NaN)],
            GradientCheck.Tolerance,
            output);

        var parameter = JsonNode.Parse(output.ToString())!["parameters"]![0]!;
        Assert.All(["gradient", "expected", "relative_error"], name => Assert.Null(parameter[name]));
    }

    private static (bool Passes, string[] Lines) Lines(double tolerance)
    {
        using var output = new StringWriter();
        var passes = Commands.WriteLines(Checks(), _options, tolerance, output);
        return (passes, output.ToString().TrimEnd().Split(Environment.NewLine));
    }

    private static IEnumerable<ParameterCheck> Checks() => ModelCheck.Run(_options, samples: 3, seed: 1, new Flipped());

    // dW = -dY X^T; all else is right.
    private sealed class Flipped : IMatrixProduct<double>
    {
        private readonly ReferenceProduct<double> _right = new();

        public string Name => _right.Name;

        public string Description => _right.Description;

        public WorkerTeam Team => _right.Team;

        public void Multiply(
            Matrix<double> left,
            Matrix<double> right,
            Matrix<double> result,
            Transposed transposed = Transposed.Neither,
            bool add = false)
        {
            _right.Multiply(left, right, result, transposed, add);
            if (transposed == Transposed.Right)
            {
                result.Negate(result);
            }
        }
    }
}
