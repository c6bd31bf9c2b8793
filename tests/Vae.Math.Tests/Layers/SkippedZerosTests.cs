using System.Numerics;

namespace Vae.Math.Tests;

/// <summary>A layer that knows where the gradient before its activation is 0.</summary>
public class SkippedZerosTests
{
    // 130 samples fill two words of marks and a part of a third; the shapes straddle vectors, panels and words.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 17)]
    [InlineData(70, 33)]
    [InlineData(200, 237)]
    [InlineData(257, 130)]
    public void A_layer_that_skips_the_zeros_of_its_own_gradient_has_the_bits_of_one_that_does_not(int inputs, int outputs)
    {
        const int Samples = 130;
        using var three = new WorkerTeam(3);
        foreach (var bits in new[] { 512, 256, 128, 0 })
        {
            Both<float>(bits, WorkerTeam.OfOne);
            Both<double>(bits, three);
        }

        void Both<T>(int bits, WorkerTeam team)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var product = new SimdProduct<T>(team) { Bits = bits };
            var input = Some.Matrix<T>(inputs, Samples, seed: 1);
            var plain = Some.Dense(inputs, outputs, product, seed: 1, activation: Activation.Relu);
            plain.Bias.Value.AsSpan().Fill(T.CreateChecked(-1));      // most outputs are 0
            var marked = Some.Dense(inputs, outputs, product, seed: 1, activation: Activation.Relu);
            plain.Bias.Value.CopyTo(marked.Bias.Value);
            var output = Some.Zeros<T>(outputs, Samples);
            plain.Forward(input, output);
            var marks = new NonZeros(outputs, Samples);
            marks.Mark(output, team);
            var (plainGradient, markedGradient) = (Some.Matrix<T>(outputs, Samples, 4), Some.Matrix<T>(outputs, Samples, 4));
            var (plainInput, markedInput) = (Some.Filled<T>(inputs, Samples, 2), Some.Filled<T>(inputs, Samples, 3));
            Assert.True(marks.AreFew || inputs < 100);

            plain.Backward(input, output, plainGradient, plainInput);
            marked.Backward(input, output, markedGradient, markedInput, nonZeros: null, outputNonZeros: marks);

            Some.RequireSameBits(plainGradient, markedGradient);
            Some.RequireSameBits(plain.Weight.Gradient, marked.Weight.Gradient);
            Some.RequireSameBits(plain.Bias.Gradient, marked.Bias.Gradient);
            Some.RequireSameBits(plainInput, markedInput);
        }
    }
}
