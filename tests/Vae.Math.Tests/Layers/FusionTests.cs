using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>
/// Passes that do several things at once have the bits of the plain passes one after another, and correct gradients.
/// </summary>
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
            Columns.AddAndActivate(bias, activation, fused, WorkerTeam.Shared);

            Some.RequireSameBits(plain, fused);
        }
    }

    [Theory, MemberData(nameof(AllAtShapes))]
    public void Gating_in_place_is_the_activations_own_backward(Activation activation, int rows, int columns)
    {
        Both<float>();
        Both<double>();

        void Both<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var output = Some.Matrix<T>(rows, columns, seed: 1, low: -3, high: 3);
            var plain = Some.Matrix<T>(rows, columns, seed: 2);
            PlainActivation.Forward(activation, output, output, WorkerTeam.OfOne);
            plain[rows - 1, columns - 1] = T.NaN;
            var fused = plain.Clone();

            PlainActivation.Backward(activation, output, plain, plain, WorkerTeam.OfOne);
            Columns.Gate(output, activation, fused, WorkerTeam.Shared);

            Some.RequireSameBits(plain, fused);
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

    // Shapes for each way of the product to compute: whole panels and a remainder, pieces of a panel, few rows (the transposed
    // product), one sample (a matrix times a vector), more inner indices than a block holds, and more columns than a part has.
    public static TheoryData<Activation, bool, int, int, int> AllWays
    {
        get
        {
            var data = new TheoryData<Activation, bool, int, int, int>();
            foreach (var activation in Enum.GetValues<Activation>())
            {
                foreach (var isSparse in new[] { false, true })
                {
                    data.Add(activation, isSparse, 70, 33, 9);
                    data.Add(activation, isSparse, 200, 3, 40);
                    data.Add(activation, isSparse, 40, 1, 7);
                    data.Add(activation, isSparse, 1, 40, 7);
                    data.Add(activation, isSparse, 300, 97, 1);
                    data.Add(activation, isSparse, 1030, 50, 130);
                    data.Add(activation, isSparse, 65, 130, 1030);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(AllWays))]
    public void A_layer_with_an_activation_has_the_bits_of_its_passes_one_after_another(
        Activation activation, bool isSparse, int inputs, int outputs, int samples)
    {
        foreach (var bits in new[] { 512, 256, 128, 0 })
        {
            Both<float>(bits);
            Both<double>(bits);
        }

        void Both<T>(int bits)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var product = new SimdProduct<T> { Bits = bits };
            var input = isSparse ? Sparse<T>(inputs, samples) : Some.Matrix<T>(inputs, samples, seed: 1);
            PlainActivation.Forward(activation, input, input, WorkerTeam.OfOne);   // a layer reads the output of an activation
            var marks = new NonZeros(inputs, samples);
            marks.Mark(input, WorkerTeam.OfOne);
            // Softplus of 0 is log 2, so its output is never sparse.
            Assert.True(inputs == 1 || (isSparse && activation != Activation.Softplus) == marks.Density < 0.3);
            var plain = Some.Dense(inputs, outputs, product, seed: 1);
            var layer = Some.Dense(inputs, outputs, product, seed: 1, activation: activation);
            var (plainOutput, layerOutput) = (Some.Zeros<T>(outputs, samples), Some.Zeros<T>(outputs, samples));
            var plainGradient = Some.Matrix<T>(outputs, samples, seed: 4);
            var layerGradient = Some.Matrix<T>(outputs, samples, seed: 4);
            var (plainInput, layerInput) = (Some.Filled<T>(inputs, samples, 2), Some.Filled<T>(inputs, samples, 2));

            product.Multiply(plain.Weight.Value, input, plainOutput);
            Columns.Add(plain.Bias.Value, plainOutput, WorkerTeam.OfOne);
            PlainActivation.Forward(activation, plainOutput, plainOutput, WorkerTeam.OfOne);
            PlainActivation.Backward(activation, plainOutput, plainGradient, plainGradient, WorkerTeam.OfOne);
            Columns.Sum(plainGradient, plain.Bias.Gradient, WorkerTeam.OfOne);
            product.Multiply(plainGradient, input, plain.Weight.Gradient, Transposed.Right);
            product.Multiply(plain.Weight.Value, plainGradient, plainInput, Transposed.Left, add: true);
            layer.Forward(input, layerOutput, marks);
            layer.Backward(input, layerOutput, layerGradient, layerInput, add: true, marks);

            Some.RequireSameBits(plainOutput, layerOutput);
            Some.RequireSameBits(plainGradient, layerGradient);
            Some.RequireSameBits(plain.Weight.Gradient, layer.Weight.Gradient);
            Some.RequireSameBits(plain.Bias.Gradient, layer.Bias.Gradient);
            Some.RequireSameBits(plainInput, layerInput);
        }
    }

    [Fact]
    public void Any_product_gives_a_layer_the_same_passes()
    {
        var input = Some.Matrix(12, 7, seed: 1, low: 0, high: 2);
        var results = new List<(Matrix<double> Output, Dense<double> Layer, Matrix<double> InputGradient)>();
        IMatrixProduct<double>[] products =
            [new ReferenceProduct<double>(), new MathNetProduct<double>(), new SimdProduct<double>()];
        foreach (var product in products)
        {
            var dense = Some.Dense(12, 5, product, seed: 3, activation: Activation.Tanh);
            var (output, inputGradient) = (Some.Zeros<double>(5, 7), Some.Zeros<double>(12, 7));
            dense.Forward(input, output);
            dense.Backward(input, output, Some.Matrix(5, 7, seed: 2), inputGradient);
            results.Add((output, dense, inputGradient));
        }

        foreach (var (output, layer, inputGradient) in results[1..])
        {
            const double Rounding = 1e-14;                            // sums of 12 terms of some units in another order
            Assert.True((output - results[0].Output).InfinityNorm() <= Rounding);
            Assert.True((inputGradient - results[0].InputGradient).InfinityNorm() <= Rounding);
            Assert.True((layer.Weight.Gradient - results[0].Layer.Weight.Gradient).InfinityNorm() <= Rounding);
            Assert.True((layer.Bias.Gradient - results[0].Layer.Bias.Gradient).InfinityNorm() <= Rounding);
        }
    }

    [Theory, MemberData(nameof(AllDenseAndSparse))]
    public void Backward_of_a_layer_with_an_activation_agrees_with_central_differences(Activation activation, bool isSparse)
    {
        const int Inputs = 20, Outputs = 9, Last = 6, Samples = 5;
        var product = new SimdProduct<double>();
        var first = Some.Dense(Inputs, Outputs, product, seed: 1, activation: activation);
        var second = Some.Dense(Outputs, Last, product, seed: 2, activation: activation);
        var input = isSparse ? Sparse<double>(Inputs, Samples) : Some.Matrix(Inputs, Samples, seed: 3);
        var marks = new NonZeros(Inputs, Samples);
        marks.Mark(input, WorkerTeam.OfOne);
        var (hidden, output) = (Some.Zeros<double>(Outputs, Samples), Some.Zeros<double>(Last, Samples));
        var (probe, hiddenGradient) = (Some.Matrix(Last, Samples, seed: 4), Some.Zeros<double>(Outputs, Samples));

        void Forward()
        {
            first.Forward(input, hidden, marks);
            second.Forward(hidden, output);
        }

        var report = GradientCheck.Run(
            () =>
            {
                Forward();
                return Some.Inner(probe, output);
            },
            () =>
            {
                Forward();
                second.Backward(hidden, output, probe.Clone(), hiddenGradient);
                first.Backward(input, hidden, hiddenGradient, inputGradient: null, nonZeros: marks);
            },
            [.. first.Parameters, .. second.Parameters]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory, MemberData(nameof(PlainActivation.All), MemberType = typeof(PlainActivation))]
    public void A_warm_layer_with_an_activation_allocates_nothing(Activation activation)
    {
        using var team = new WorkerTeam(2);
        var dense = Some.Dense(70, 33, new SimdProduct<float>(team), seed: 1, activation: activation);
        var input = Some.Matrix<float>(70, 9, seed: 2);
        var output = Some.Zeros<float>(33, 9);
        var gradient = Some.Matrix<float>(33, 9, seed: 3);
        var inputGradient = Some.Zeros<float>(70, 9);

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            dense.Forward(input, output);
            dense.Backward(input, output, gradient, inputGradient);
        }));
    }

    [Fact]
    public void A_wrong_shape_of_an_activated_layer_is_named_with_both_shapes()
    {
        var dense = Some.Dense(4, 3, new SimdProduct<double>(), seed: 1, activation: Activation.Tanh);

        var failure = Assert.Throws<ArgumentException>(
            () => dense.Forward(Some.Zeros<double>(4, 5), Some.Zeros<double>(2, 5)));

        Assert.Equal("Must be 3 x 5 (features x samples), but is 2 x 5. (Parameter 'output')", failure.Message);
    }

    [Fact]
    public void An_activation_that_does_not_exist_is_refused_with_those_that_do()
    {
        var dense = Some.Dense(4, 3, new SimdProduct<double>(), seed: 1, activation: (Activation)99);

        var failure = Assert.Throws<ArgumentOutOfRangeException>(
            () => dense.Forward(Some.Zeros<double>(4, 5), Some.Zeros<double>(3, 5)));

        Assert.StartsWith("Must be one of Relu, Tanh, Softplus, LeakyRelu.", failure.Message, StringComparison.Ordinal);
    }

    private static Matrix<T> Sparse<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(5);
        var matrix = Some.Matrix<T>(rows, columns, seed: 2);
        // One element after another: MathNet's Map would draw from several threads.
        foreach (ref var value in matrix.AsSpan())
        {
            value = random.NextDouble() < 0.2 ? value : T.Zero;
        }

        return matrix;
    }
}
