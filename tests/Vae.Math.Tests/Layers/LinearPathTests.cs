namespace Vae.Math.Tests;

public class LinearPathTests
{
    [Theory]
    [InlineData(3, 2, 5)]
    [InlineData(1, 1, 1)]
    [InlineData(17, 9, 3)]
    public void Backward_agrees_with_central_differences(int inputs, int outputs, int samples)
    {
        var path = Made<double>(inputs, outputs);
        var input = Some.Parameter("input", inputs, samples, seed: 3);
        var probe = Some.Matrix(outputs, samples, seed: 4);
        var output = Some.Zeros<double>(outputs, samples);

        var report = GradientCheck.Run(
            () =>
            {
                output.Clear();
                path.Forward(input.Value, output);
                return Some.Inner(probe, output);
            },
            () =>
            {
                input.Gradient.Clear();                               // the path adds to it
                path.Backward(input.Value, probe, input.Gradient);
            },
            [path.Weight, input]);

        Assert.True(report.Passes(), report.ToString());
    }

    // Sums of three products of numbers below 1, added to a number below 1 in another order: a few roundings.
    [Fact]
    public void Forward_adds_to_the_output()
    {
        var path = Made<double>(3, 2);
        var (input, before) = (Some.Matrix(3, 5, seed: 3), Some.Matrix(2, 5, seed: 4));
        var output = before.Clone();
        path.Forward(input, output);

        var expected = before + (path.Weight.Value * input);
        Assert.True((expected - output).Enumerate().All(difference => double.Abs(difference) <= 1e-15), output.ToString());
    }

    [Fact]
    public void Backward_adds_to_the_gradient_of_the_input_and_replaces_that_of_the_weight()
    {
        var path = Made<double>(3, 2);
        var (input, probe, before) = (Some.Matrix(3, 5, seed: 3), Some.Matrix(2, 5, seed: 4), Some.Matrix(3, 5, seed: 5));
        var gradient = before.Clone();
        path.Weight.Gradient.Add(7, path.Weight.Gradient);
        path.Backward(input, probe, gradient);

        var ofInput = before + (path.Weight.Value.Transpose() * probe);
        var ofWeight = probe * input.Transpose();
        Assert.True((ofInput - gradient).Enumerate().All(difference => double.Abs(difference) <= 1e-15)); // as above
        Assert.True((ofWeight - path.Weight.Gradient).Enumerate().All(difference => double.Abs(difference) <= 1e-15));
    }

    [Fact]
    public void Without_a_gradient_of_the_input_that_of_the_weight_is_the_same()
    {
        var (one, other) = (Made<double>(3, 2), Made<double>(3, 2));
        var (input, probe) = (Some.Matrix(3, 5, seed: 3), Some.Matrix(2, 5, seed: 4));
        one.Backward(input, probe, Some.Zeros<double>(3, 5));
        other.Backward(input, probe, inputGradient: null);

        Assert.Equal(one.Weight.Gradient, other.Weight.Gradient);
        Assert.NotEqual(0, one.Weight.Gradient[0, 0]);
    }

    [Fact]
    public void The_weights_are_drawn_by_seed_purpose_and_layer_within_their_bound()
    {
        var bound = 1 / double.Sqrt(16);
        var weights = Drawn(seed: 1, layer: 2);

        Assert.All(weights, weight => Assert.InRange(weight, -bound, bound));
        Assert.True(weights.Max() > 0.9 * bound && weights.Min() < -0.9 * bound); // 144 of them
        Assert.Equal(weights, Drawn(seed: 1, layer: 2));
        Assert.NotEqual(weights, Drawn(seed: 2, layer: 2));
        Assert.NotEqual(weights, Drawn(seed: 1, layer: 3));

        static float[] Drawn(ulong seed, int layer)
        {
            var path = new LinearPath<float>("path", 16, 9, new SimdProduct<float>());
            path.Initialise(seed, purpose: 1, layer);
            return path.Weight.Value.ToColumnMajorArray();
        }
    }

    [Fact]
    public void A_wrong_shape_is_refused_with_the_wanted_one()
    {
        var path = Made<double>(3, 2);
        var (input, wrong) = (Some.Matrix(3, 5, seed: 3), Some.Matrix(4, 5, seed: 4));
        var message = Assert.Throws<ArgumentException>(() => path.Forward(input, wrong)).Message;

        Assert.Contains("2 x 5", message, StringComparison.Ordinal);
        Assert.Contains("4 x 5", message, StringComparison.Ordinal);
    }

    private static LinearPath<T> Made<T>(int inputs, int outputs)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var path = new LinearPath<T>("path", inputs, outputs, new SimdProduct<T>());
        path.Initialise(seed: 1, purpose: 1, layer: 0);
        return path;
    }
}
