using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The check of a layer by its two passes alone, as the author of a custom layer calls it.</summary>
public class LayerCheckTests
{
    private readonly Dense<double> _dense = Some.Dense(3, 2, new ReferenceProduct<double>(), seed: 1);
    private readonly Matrix<double> _input = Some.Matrix(3, 5, seed: 2);

    [Fact]
    public void A_right_layer_passes_with_a_line_for_each_parameter_and_its_input()
    {
        var report = Check((x, y, dy, dx) => _dense.Backward(x, y, dy, dx));

        Assert.True(report.Passes(), report.ToString());
        Assert.Equal(["hidden.weight", "hidden.bias", "input"], report.Parameters.Select(parameter => parameter.Name));
        Assert.All(report.Parameters, parameter => Assert.Null(parameter.Diagnosis));
        Assert.All(report.Parameters, parameter => Assert.NotEqual(0, parameter.Gradient));
    }

    [Fact]
    public void An_activation_reads_its_output()
    {
        var report = GradientCheck.Layer(
            Sigmoid.Forward,
            (_, y, dy, dx) => Sigmoid.Backward(y, dy, dx),
            Some.Matrix(4, 3, seed: 1),
            outputs: 4);

        Assert.True(report.Passes(), report.ToString());
        Assert.Equal("input", Assert.Single(report.Parameters).Name);
    }

    [Fact]
    public void Each_wrong_gradient_is_named_by_itself()
    {
        var report = Check((x, y, dy, dx) =>
        {
            _dense.Backward(x, y, dy, dx);
            _dense.Bias.Gradient.Divide(5, _dense.Bias.Gradient);
            dx.Negate(dx);
        });

        Assert.Equal(
            [null, GradientPattern.Factor, GradientPattern.SignFlipped],
            report.Parameters.Select(parameter => parameter.Diagnosis?.Pattern));
        Assert.Contains("the batch has 5 samples", report.ToString(), StringComparison.Ordinal);
    }

    // PyTorch's habit; here a gradient is overwritten.
    [Fact]
    public void A_gradient_that_is_added_to_fails()
    {
        var inputGradient = Some.Zeros<double>(3, 5);

        var report = Check((x, y, dy, dx) =>
        {
            _dense.Backward(x, y, dy, inputGradient);
            dx.Add(inputGradient, dx);
        });

        Assert.Equal([true, true, false], report.Parameters.Select(parameter => parameter.Passes()));
        Assert.Equal(GradientPattern.Accumulates, report.Parameters[2].Diagnosis!.Pattern);
    }

    [Fact]
    public void A_gradient_that_is_not_written_is_distinguished_from_a_wrong_one()
        => Assert.Equal(
            GradientPattern.NotWritten,
            Check((x, y, dy, _) => _dense.Backward(x, y, dy, null)).Worst.Diagnosis!.Pattern);

    [Fact]
    public void The_gradient_of_the_output_may_be_written_to()
    {
        var report = Check((x, y, dy, dx) =>
        {
            _dense.Backward(x, y, dy, dx);
            dy.Clear();
        });

        Assert.True(report.Passes(), report.ToString());
        Assert.All(report.Parameters, parameter => Assert.Null(parameter.Diagnosis));
    }

    // Were W zero, dX = W^T dY would be zero with any mistake.
    [Fact]
    public void A_parameter_of_zeros_is_drawn_for_the_check_and_is_zero_again()
    {
        var dense = new Dense<double>("new", 3, 2, new ReferenceProduct<double>());

        var report = GradientCheck.Layer(
            (x, y) => dense.Forward(x, y),
            (x, y, dy, dx) => dense.Backward(x, y, dy, dx),
            _input,
            outputs: 2,
            dense.Parameters);

        Assert.True(report.Passes(), report.ToString());
        Assert.NotEqual(0, report.Parameters[2].Gradient);
        Assert.Equal([0.0], dense.Weight.Value.AsSpan().ToArray().Distinct());
    }

    [Fact]
    public void Values_and_the_input_are_left_as_they_were()
    {
        var weight = _dense.Weight.Value.Clone();

        Check((x, y, dy, dx) => _dense.Backward(x, y, dy, dx));

        Assert.Equal(weight, _dense.Weight.Value);
        Assert.Equal(Some.Matrix(3, 5, seed: 2), _input);
    }

    [Fact]
    public void A_layer_that_draws_noise_is_refused()
    {
        var random = new Random(1);

        Assert.Throws<InvalidOperationException>(() => GradientCheck.Layer(
            (x, y) => x.Map(value => value + random.NextDouble(), y),
            (_, _, dy, dx) => dy.CopyTo(dx),
            _input,
            outputs: 3));
    }

    [Fact]
    public void A_layer_without_an_output_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => GradientCheck.Layer((_, _) => { }, (_, _, _, _) => { }, _input, outputs: 0));

    private GradientReport Check(Action<Matrix<double>, Matrix<double>, Matrix<double>, Matrix<double>> backward)
        => GradientCheck.Layer((x, y) => _dense.Forward(x, y), backward, _input, outputs: 2, _dense.Parameters);
}
