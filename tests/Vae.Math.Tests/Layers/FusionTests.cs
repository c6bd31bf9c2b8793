using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>What is done in one pass has the bits of its plain twin, and gradients of its own that agree with central differences.</summary>
public class FusionTests
{
    // Rows that straddle vectors, groups of four of them and the parts of 512.
    public static TheoryData<int, int> Shapes => new()
    {
        { 1, 1 }, { 3, 5 }, { 16, 2 }, { 17, 7 }, { 63, 4 }, { 65, 3 }, { 130, 128 }, { 400, 9 }, { 515, 3 },
    };

    public static TheoryData<Activation, int, int> AllAtShapes
    {
        get
        {
            var data = new TheoryData<Activation, int, int>();
            foreach (var activation in Enum.GetValues<Activation>())
            {
                foreach (var shape in Shapes)
                {
                    data.Add(activation, (int)shape[0], (int)shape[1]);
                }
            }

            return data;
        }
    }

    public static TheoryData<Activation, bool> AllDenseAndSparse
    {
        get
        {
            var data = new TheoryData<Activation, bool>();
            foreach (var activation in Enum.GetValues<Activation>())
            {
                data.Add(activation, false);
                data.Add(activation, true);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(AllAtShapes))]
    public void Adding_and_activating_in_one_pass_is_adding_and_then_activating(Activation activation, int rows, int columns)
    {
        Both<float>();
        Both<double>();

        void Both<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (plain, bias) = (Some.Matrix<T>(rows, columns, seed: 1, low: -3, high: 3), Some.Matrix<T>(rows, 1, seed: 2));
            plain[rows - 1, columns - 1] = T.NaN;
            var fused = plain.Clone();

            Columns.Add(bias, plain, WorkerTeam.OfOne);
            PlainActivation.Forward(activation, plain, plain, WorkerTeam.OfOne);
            ActivationPasses.AddAndActivate(activation, bias, fused, WorkerTeam.Shared);

            Some.RequireSameBits(plain, fused);
        }
    }

    [Theory, MemberData(nameof(AllAtShapes))]
    public void Gating_and_summing_in_one_pass_is_gating_and_then_summing(Activation activation, int rows, int columns)
    {
        Both<float>();
        Both<double>();

        void Both<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (output, plain) = (Some.Matrix<T>(rows, columns, seed: 1, low: -3, high: 3), Some.Matrix<T>(rows, columns, seed: 2));
            PlainActivation.Forward(activation, output, output, WorkerTeam.OfOne);
            var fused = plain.Clone();
            Matrix<T> plainSums = Some.Zeros<T>(rows, 1), fusedSums = Some.Filled<T>(rows, 1, 7);

            PlainActivation.Backward(activation, output, plain, plain, WorkerTeam.OfOne);
            Columns.Sum(plain, plainSums, WorkerTeam.OfOne);
            ActivationPasses.GateAndSum(activation, output, fused, fusedSums, WorkerTeam.Shared);

            Some.RequireSameBits(plain, fused);
            Some.RequireSameBits(plainSums, fusedSums);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Summing_adds_the_columns_one_after_another(int rows, int columns)
    {
        var matrix = Some.Matrix<float>(rows, columns, seed: 1);
        var (expected, actual) = (Some.Zeros<float>(rows, 1), Some.Filled<float>(rows, 1, 7));
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++)
            {
                expected[row, 0] += matrix[row, column];
            }
        }

        Columns.Sum(matrix, actual, WorkerTeam.Shared);

        Some.RequireSameBits(expected, actual);
    }

    [Fact]
    public void A_batch_without_samples_gets_no_bias_and_has_sums_of_zero()
    {
        var (batch, sums) = (Some.Zeros<double>(5, 0), Some.Filled<double>(5, 1, 7));

        Columns.Add(Some.Filled<double>(5, 1, 1), batch, WorkerTeam.OfOne);
        Columns.Sum(batch, sums, WorkerTeam.OfOne);

        Assert.Equal(Some.Zeros<double>(5, 1), sums);
    }

    [Theory, MemberData(nameof(AllDenseAndSparse))]
    public void An_activated_layer_has_the_bits_of_a_layer_and_an_activation(Activation activation, bool isSparse)
    {
        const int Inputs = 70, Outputs = 33, Samples = 9;
        var product = new SimdProduct<float>();
        var input = isSparse ? Sparse<float>(Inputs, Samples) : Some.Matrix<float>(Inputs, Samples, seed: 1);
        var marks = new NonZeros(Inputs, Samples);
        marks.Mark(input, WorkerTeam.OfOne);
        Assert.Equal(isSparse, marks.AreFew);
        var (plain, fused) = (Some.Dense(Inputs, Outputs, product, seed: 1), Some.Dense(Inputs, Outputs, product, seed: 1));
        var (plainOutput, fusedOutput) = (Some.Zeros<float>(Outputs, Samples), Some.Zeros<float>(Outputs, Samples));
        var (plainGradient, fusedGradient) = (Some.Matrix<float>(Outputs, Samples, seed: 4), Some.Matrix<float>(Outputs, Samples, seed: 4));
        var (plainInput, fusedInput) = (Some.Zeros<float>(Inputs, Samples), Some.Zeros<float>(Inputs, Samples));

        plain.Forward(input, plainOutput);
        PlainActivation.Forward(activation, plainOutput, plainOutput, WorkerTeam.OfOne);
        PlainActivation.Backward(activation, plainOutput, plainGradient, plainGradient, WorkerTeam.OfOne);
        plain.Backward(input, plainGradient, plainInput);
        fused.ForwardActivated(activation, input, fusedOutput, marks);
        fused.BackwardActivated(activation, input, fusedOutput, fusedGradient, fusedInput, marks);

        Some.RequireSameBits(plainOutput, fusedOutput);
        Some.RequireSameBits(plainGradient, fusedGradient);
        Some.RequireSameBits(plainInput, fusedInput);
        Some.RequireSameBits(plain.Weight.Gradient, fused.Weight.Gradient);
        Some.RequireSameBits(plain.Bias.Gradient, fused.Bias.Gradient);
    }

    [Theory, MemberData(nameof(AllDenseAndSparse))]
    public void An_activated_layers_backward_agrees_with_central_differences(Activation activation, bool isSparse)
    {
        const int Inputs = 20, Outputs = 9, Samples = 5;
        var dense = Some.Dense(Inputs, Outputs, new SimdProduct<double>(), seed: 1);
        var input = isSparse ? Sparse<double>(Inputs, Samples) : Some.Matrix(Inputs, Samples, seed: 3);
        var marks = new NonZeros(Inputs, Samples);
        marks.Mark(input, WorkerTeam.OfOne);
        var (probe, output, gradient) = (Some.Matrix(Outputs, Samples, seed: 4), Some.Zeros<double>(Outputs, Samples), Some.Zeros<double>(Outputs, Samples));

        var report = GradientCheck.Run(
            () =>
            {
                dense.ForwardActivated(activation, input, output, marks);
                return Some.Inner(probe, output);
            },
            () =>
            {
                dense.ForwardActivated(activation, input, output, marks);
                probe.CopyTo(gradient);
                dense.BackwardActivated(activation, input, output, gradient, inputGradient: null, marks);
            },
            dense.Parameters);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, MemberData(nameof(PlainActivation.All), MemberType = typeof(PlainActivation))]
    public void An_activated_layer_that_is_warm_allocates_nothing(Activation activation)
    {
        using var team = new WorkerTeam(2);
        var dense = Some.Dense(70, 33, new SimdProduct<float>(team), seed: 1);
        var (input, output, gradient) = (Some.Matrix<float>(70, 9, seed: 2), Some.Zeros<float>(33, 9), Some.Matrix<float>(33, 9, seed: 3));
        var inputGradient = Some.Zeros<float>(70, 9);

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            dense.ForwardActivated(activation, input, output);
            dense.BackwardActivated(activation, input, output, gradient, inputGradient);
        }));
    }

    [Fact]
    public void A_wrong_shape_of_an_activated_layer_is_named_with_both_shapes()
    {
        var dense = Some.Dense(4, 3, new SimdProduct<double>(), seed: 1);

        var failure = Assert.Throws<ArgumentException>(
            () => dense.ForwardActivated(Activation.Tanh, Some.Zeros<double>(4, 5), Some.Zeros<double>(2, 5)));

        Assert.Equal("Must be 3 x 5 (features x samples), but is 2 x 5. (Parameter 'output')", failure.Message);
    }

    [Fact]
    public void An_activation_that_does_not_exist_is_refused_with_those_that_do()
    {
        var dense = Some.Dense(4, 3, new SimdProduct<double>(), seed: 1);

        var failure = Assert.Throws<ArgumentOutOfRangeException>(
            () => dense.ForwardActivated((Activation)99, Some.Zeros<double>(4, 5), Some.Zeros<double>(3, 5)));

        Assert.StartsWith("Must be one of Relu, Tanh, Softplus, LeakyRelu.", failure.Message, StringComparison.Ordinal);
    }

    private static Matrix<T> Sparse<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(5);
        return Some.Matrix<T>(rows, columns, seed: 2).Map(value => random.NextDouble() < 0.2 ? value : T.Zero);
    }
}
