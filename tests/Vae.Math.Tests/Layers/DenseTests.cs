using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

public class DenseTests
{
    // Products by name, so that a failing case says which: inputs, outputs, samples.
    public static TheoryData<string, int, int, int> EveryProductAndShape
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach (var product in new[] { nameof(ReferenceProduct<>), nameof(SimdProduct<>), nameof(MathNetProduct<>) })
            {
                data.Add(product, 3, 2, 5);
                data.Add(product, 1, 1, 1);
                data.Add(product, 5, 4, 1);
                data.Add(product, 17, 9, 3);
                data.Add(product, 2, 19, 6);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(EveryProductAndShape))]
    public void Backward_agrees_with_central_differences(string product, int inputs, int outputs, int samples)
    {
        var dense = Some.Dense(inputs, outputs, Product<double>(product), seed: 1);
        var input = Some.Parameter("input", inputs, samples, seed: 3);
        var probe = Some.Matrix(outputs, samples, seed: 4);
        var output = Some.Zeros<double>(outputs, samples);

        var report = GradientCheck.Run(
            () =>
            {
                dense.Forward(input.Value, output);
                return Some.Inner(probe, output);
            },
            () => dense.Backward(input.Value, output, probe, input.Gradient),
            [.. dense.Parameters, input]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, MemberData(nameof(EveryProductAndShape))]
    public void Two_layers_that_read_one_input_add_up_their_gradients(string product, int inputs, int outputs, int samples)
    {
        var first = Some.Dense(inputs, outputs, Product<double>(product), seed: 1, "first");
        var second = Some.Dense(inputs, outputs + 1, Product<double>(product), seed: 5, "second");
        var input = Some.Parameter("input", inputs, samples, seed: 3);
        var (firstProbe, secondProbe) = (Some.Matrix(outputs, samples, seed: 4), Some.Matrix(outputs + 1, samples, seed: 6));
        var (firstOutput, secondOutput) = (Some.Zeros<double>(outputs, samples), Some.Zeros<double>(outputs + 1, samples));

        var report = GradientCheck.Run(
            () =>
            {
                first.Forward(input.Value, firstOutput);
                second.Forward(input.Value, secondOutput);
                return Some.Inner(firstProbe, firstOutput) + Some.Inner(secondProbe, secondOutput);
            },
            () =>
            {
                first.Backward(input.Value, firstOutput, firstProbe, input.Gradient);
                second.Backward(input.Value, secondOutput, secondProbe, input.Gradient, add: true);
            },
            [.. first.Parameters, .. second.Parameters, input]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void Agrees_with_PyTorch_in_double() => RequireAgreementWithPyTorch<double>();

    [Fact]
    public void Agrees_with_PyTorch_in_float() => RequireAgreementWithPyTorch<float>();

    [Fact]
    public void Outputs_and_gradients_are_overwritten_unless_they_are_to_be_added()
    {
        var dense = Some.Dense(4, 3, new SimdProduct<double>(), seed: 1);
        dense.Weight.Gradient.AsSpan().Fill(double.NaN);
        dense.Bias.Gradient.AsSpan().Fill(double.NaN);
        var output = Some.Filled<double>(3, 2, double.NaN);
        var inputGradient = Some.Filled<double>(4, 2, double.NaN);

        dense.Forward(Some.Matrix(4, 2, seed: 2), output);
        dense.Backward(Some.Matrix(4, 2, seed: 2), output, output, inputGradient);

        Assert.All([output, dense.Weight.Gradient, dense.Bias.Gradient, inputGradient], matrix =>
            Assert.All(matrix.AsSpan().ToArray(), value => Assert.True(double.IsFinite(value))));
    }

    [Fact]
    public void A_first_layer_needs_no_gradient_of_its_input()
    {
        var first = Some.Dense(4, 3, new SimdProduct<double>(), seed: 1);
        var other = Some.Dense(4, 3, new SimdProduct<double>(), seed: 1);
        var (input, output, outputGradient) = (Some.Matrix(4, 5, seed: 2), Some.Zeros<double>(3, 5), Some.Matrix(3, 5, seed: 3));

        first.Backward(input, output, outputGradient, inputGradient: null);
        other.Backward(input, output, outputGradient, Some.Zeros<double>(4, 5));

        Assert.Equal(other.Weight.Gradient, first.Weight.Gradient);
        Assert.Equal(other.Bias.Gradient, first.Bias.Gradient);
    }

    [Fact]
    public void Float_agrees_with_double()
    {
        var single = Some.Dense(50, 20, new SimdProduct<float>(), seed: 1);
        var whole = Some.Dense(50, 20, new SimdProduct<double>(), seed: 1);
        var (singleOutput, wholeOutput) = (Some.Zeros<float>(20, 7), Some.Zeros<double>(20, 7));

        single.Forward(Some.Matrix<float>(50, 7, seed: 2), singleOutput);
        whole.Forward(Some.Matrix<double>(50, 7, seed: 2), wholeOutput);

        // 51 terms below 1, each sum below 51 and rounded at 6e-8 of itself: below 51 * 51 * 6e-8 / 2 at the very worst.
        Assert.True(Some.Distance(wholeOutput, singleOutput) <= 8e-5);
    }

    [Fact]
    public void A_step_that_is_warm_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        var dense = Some.Dense(70, 60, new SimdProduct<float>(team), seed: 1);
        var input = Some.Matrix<float>(70, 40, seed: 2);
        var output = Some.Zeros<float>(60, 40);
        var inputGradient = Some.Zeros<float>(70, 40);

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            dense.Forward(input, output);
            dense.Backward(input, output, output, inputGradient);
            dense.Backward(input, output, output, inputGradient, add: true);
        }));
    }

    [Fact]
    public void Results_have_the_same_bits_for_any_number_of_threads()
    {
        var results = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var dense = Some.Dense(150, 130, new SimdProduct<float>(team), seed: 1);
            var (input, output) = (Some.Matrix<float>(150, 140, seed: 2), Some.Zeros<float>(130, 140));
            var inputGradient = Some.Zeros<float>(150, 140);
            dense.Forward(input, output);
            dense.Backward(input, output, output, inputGradient);
            return (float[])
            [
                .. output.AsSpan(),
                .. dense.Weight.Gradient.AsSpan(),
                .. dense.Bias.Gradient.AsSpan(),
                .. inputGradient.AsSpan(),
            ];
        });

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void The_parameters_are_the_weight_and_then_the_bias_with_the_names_of_PyTorch()
    {
        var dense = new Dense<float>("encoder.hidden.0", 3, 2, new ReferenceProduct<float>());

        Assert.Equal(
            ["encoder.hidden.0.weight (2 x 3)", "encoder.hidden.0.bias (2 x 1)"],
            dense.Parameters.Select(parameter => parameter.ToString()));
    }

    [Theory]
    [InlineData("input", "Must be 3 x 5 (features x samples), but is 4 x 5. (Parameter 'input')")]
    [InlineData("output", "Must be 2 x 5 (features x samples), but is 2 x 4. (Parameter 'output')")]
    [InlineData("outputGradient", "Must be 2 x 5 (features x samples), but is 3 x 5. (Parameter 'outputGradient')")]
    [InlineData("inputGradient", "Must be 3 x 5 (features x samples), but is 3 x 4. (Parameter 'inputGradient')")]
    public void A_wrong_shape_is_named_with_both_shapes(string wrong, string message)
    {
        var dense = Some.Dense(3, 2, new SimdProduct<double>(), seed: 1);
        Matrix<double> Right(int rows) => Some.Zeros<double>(rows, 5);
        Action act = wrong switch
        {
            "input" => () => dense.Forward(Some.Zeros<double>(4, 5), Right(2)),
            "output" => () => dense.Forward(Right(3), Some.Zeros<double>(2, 4)),
            "outputGradient" => () => dense.Backward(Right(3), Right(2), Some.Zeros<double>(3, 5), Right(3)),
            _ => () => dense.Backward(Right(3), Right(2), Right(2), Some.Zeros<double>(3, 4)),
        };

        Assert.Equal(message, Assert.Throws<ArgumentException>(act).Message);
    }

    private static IMatrixProduct<T> Product<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => name switch
        {
            nameof(ReferenceProduct<>) => new ReferenceProduct<T>(),
            nameof(SimdProduct<>) => new SimdProduct<T>(),
            nameof(MathNetProduct<>) => new MathNetProduct<T>(),
            _ => throw new ArgumentException($"There is no product {name}.", nameof(name)),
        };

    private static void RequireAgreementWithPyTorch<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named("linear");
        var input = golden.Samples<T>("input");
        var dense = new Dense<T>("linear", input.RowCount, 4, new SimdProduct<T>());
        golden.Weight<T>("weight").CopyTo(dense.Weight.Value);
        golden.Bias<T>("bias").CopyTo(dense.Bias.Value);
        var output = Some.Zeros<T>(4, input.ColumnCount);
        var inputGradient = Some.Zeros<T>(input.RowCount, input.ColumnCount);

        dense.Forward(input, output);
        dense.Backward(input, output, golden.Samples<T>("outputGradient"), inputGradient);

        GoldenCase.RequireAgreement(golden.Samples<double>("output"), output);
        GoldenCase.RequireAgreement(golden.Weight<double>("weightGradient"), dense.Weight.Gradient);
        GoldenCase.RequireAgreement(golden.Bias<double>("biasGradient"), dense.Bias.Gradient);
        GoldenCase.RequireAgreement(golden.Samples<double>("inputGradient"), inputGradient);
    }
}
