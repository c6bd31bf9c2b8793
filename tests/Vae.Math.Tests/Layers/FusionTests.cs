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

    [Theory, MemberData(nameof(Shapes))]
    public void Adding_and_rectifying_in_one_pass_is_adding_and_then_rectifying(int rows, int columns)
    {
        Both<float>();
        Both<double>();

        void Both<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (plain, bias) = (Some.Matrix<T>(rows, columns, seed: 1), Some.Matrix<T>(rows, 1, seed: 2));
            plain[rows - 1, columns - 1] = T.NaN;
            var fused = plain.Clone();

            Columns.Add(bias, plain, WorkerTeam.OfOne);
            Relu.Forward(plain, plain, WorkerTeam.OfOne);
            Columns.AddAndRectify(bias, fused, WorkerTeam.Shared);

            RequireSameBits(plain, fused);
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Gating_and_summing_in_one_pass_is_gating_and_then_summing(int rows, int columns)
    {
        Both<float>();
        Both<double>();

        void Both<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (output, plain) = (Some.Matrix<T>(rows, columns, seed: 1), Some.Matrix<T>(rows, columns, seed: 2));
            Relu.Forward(output, output, WorkerTeam.OfOne);
            var fused = plain.Clone();
            Matrix<T> plainSums = Some.Zeros<T>(rows, 1), fusedSums = Some.Filled<T>(rows, 1, 7);

            Relu.Backward(output, plain, plain, WorkerTeam.OfOne);
            Columns.Sum(plain, plainSums, WorkerTeam.OfOne);
            Columns.GateAndSum(output, fused, fusedSums, WorkerTeam.Shared);

            RequireSameBits(plain, fused);
            RequireSameBits(plainSums, fusedSums);
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

        RequireSameBits(expected, actual);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rectified_layer_has_the_bits_of_a_layer_and_a_rectifier(bool isSparse)
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
        Relu.Forward(plainOutput, plainOutput, WorkerTeam.OfOne);
        Relu.Backward(plainOutput, plainGradient, plainGradient, WorkerTeam.OfOne);
        plain.Backward(input, plainGradient, plainInput);
        fused.ForwardRectified(input, fusedOutput, marks);
        fused.BackwardRectified(input, fusedOutput, fusedGradient, fusedInput, marks);

        RequireSameBits(plainOutput, fusedOutput);
        RequireSameBits(plainGradient, fusedGradient);
        RequireSameBits(plainInput, fusedInput);
        RequireSameBits(plain.Weight.Gradient, fused.Weight.Gradient);
        RequireSameBits(plain.Bias.Gradient, fused.Bias.Gradient);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rectified_layers_backward_agrees_with_central_differences(bool isSparse)
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
                dense.ForwardRectified(input, output, marks);
                return Some.Inner(probe, output);
            },
            () =>
            {
                dense.ForwardRectified(input, output, marks);
                probe.CopyTo(gradient);
                dense.BackwardRectified(input, output, gradient, inputGradient: null, marks);
            },
            dense.Parameters);

        Assert.True(report.Passes(), report.ToString());
    }

    private static Matrix<T> Sparse<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(5);
        return Some.Matrix<T>(rows, columns, seed: 2).Map(value => random.NextDouble() < 0.2 ? value : T.Zero);
    }

    private static void RequireSameBits<T>(Matrix<T> expected, Matrix<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Assert.True(expected.AsSpan().SequenceEqual(actual.AsSpan()));
}
