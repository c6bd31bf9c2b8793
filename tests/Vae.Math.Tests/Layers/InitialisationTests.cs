namespace Vae.Math.Tests;

/// <summary>
/// How layers begin. Statistics are held against four standard errors at fixed seeds, as in <see cref="RandomDrawsTests"/>.
/// </summary>
public class InitialisationTests
{
    private const int Inputs = 300;
    private const int Outputs = 500;

    [Theory, InlineData(Initialisation.PyTorchUniform), InlineData(Initialisation.He), InlineData(Initialisation.Glorot)]
    public void An_initialisation_is_a_pure_function_of_its_arguments(Initialisation how)
    {
        var (one, two) = (Layer(how), Layer(how));

        Assert.Equal(one.Weight.Value, two.Weight.Value);
        Assert.Equal(one.Bias.Value, two.Bias.Value);
    }

    [Theory, InlineData(Initialisation.PyTorchUniform), InlineData(Initialisation.He), InlineData(Initialisation.Glorot)]
    public void Another_seed_or_purpose_or_layer_gives_other_weights(Initialisation how)
    {
        double[] first =
        [
            Layer(how).Weight.Value.At(0, 0), Layer(how, seed: 2).Weight.Value.At(0, 0),
            Layer(how, purpose: 4).Weight.Value.At(0, 0), Layer(how, layer: 6).Weight.Value.At(0, 0),
        ];

        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Fact]
    public void PyTorchs_weight_and_bias_lie_within_one_over_the_root_of_the_inputs()
    {
        var dense = Layer(Initialisation.PyTorchUniform);
        var bound = 1 / double.Sqrt(Inputs);

        Assert.All(dense.Weight.Value.AsSpan().ToArray(), value => Assert.InRange(value, -bound, bound));
        Assert.All(dense.Bias.Value.AsSpan().ToArray(), value => Assert.InRange(value, -bound, bound));
        RequireUniform(Some.Doubles(dense.Weight.Value), bound);
        RequireUniform(Some.Doubles(dense.Bias.Value), bound);
    }

    [Fact]
    public void PyTorchs_bias_is_not_drawn_from_the_numbers_of_the_weight()
    {
        var dense = Layer(Initialisation.PyTorchUniform);

        Assert.Empty(dense.Bias.Value.AsSpan().ToArray().Intersect(dense.Weight.Value.AsSpan().ToArray()));
    }

    [Fact]
    public void Glorots_weight_lies_within_the_root_of_6_over_inputs_plus_outputs()
    {
        var dense = Layer(Initialisation.Glorot);
        var bound = double.Sqrt(6.0 / (Inputs + Outputs));

        Assert.All(dense.Weight.Value.AsSpan().ToArray(), value => Assert.InRange(value, -bound, bound));
        RequireUniform(Some.Doubles(dense.Weight.Value), bound);
    }

    // Average and average square of n draws of N(0, v): standard errors sqrt(v / n) and v sqrt(2 / n); the fourth power 3 v^2
    // tells it from a uniform of the same variance (1.8 v^2), with the standard error v^2 sqrt(96 / n).
    [Fact]
    public void Hes_weight_is_normal_with_the_variance_2_over_inputs()
    {
        var w = Some.Doubles(Layer(Initialisation.He).Weight.Value);
        const double Variance = 2.0 / Inputs;

        Assert.InRange(w.Average() / double.Sqrt(Variance), -4 * double.Sqrt(1.0 / w.Length), 4 * double.Sqrt(1.0 / w.Length));
        Assert.InRange((w.Average(v => v * v) / Variance) - 1, -4 * double.Sqrt(2.0 / w.Length), 4 * double.Sqrt(2.0 / w.Length));
        Assert.InRange(
            (w.Average(v => v * v * v * v) / Variance / Variance) - 3,
            -4 * double.Sqrt(96.0 / w.Length),
            4 * double.Sqrt(96.0 / w.Length));
    }

    [Theory, InlineData(Initialisation.He), InlineData(Initialisation.Glorot)]
    public void Initialising_overwrites_the_bias_with_zeros(Initialisation how)
    {
        var dense = new Dense<double>("hidden", 4, 3, new ReferenceProduct<double>());
        dense.Bias.Value.AsSpan().Fill(7);

        dense.Initialise(how, seed: 1, purpose: 3, layer: 5);

        Assert.Equal(Some.Zeros<double>(3, 1), dense.Bias.Value);
    }

    [Theory, InlineData(Initialisation.PyTorchUniform), InlineData(Initialisation.He), InlineData(Initialisation.Glorot)]
    public void Float_sees_the_draws_of_double(Initialisation how)
    {
        var single = new Dense<float>("hidden", Inputs, 9, new ReferenceProduct<float>());
        var whole = new Dense<double>("hidden", Inputs, 9, new ReferenceProduct<double>());

        single.Initialise(how, seed: 1, purpose: 3, layer: 5);
        whole.Initialise(how, seed: 1, purpose: 3, layer: 5);

        // He's draw is rounded to float twice, at 6e-8 of a number below 7 sqrt(2 / 300) = 0.57.
        Assert.True(Some.Distance(whole.Weight.Value, single.Weight.Value) <= 2 * 6e-8 * 0.57);
        Assert.True(Some.Distance(whole.Bias.Value, single.Bias.Value) <= 6e-8 * 0.57);
    }

    [Fact]
    public void An_unknown_initialisation_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => Layer((Initialisation)99));

    private static Dense<double> Layer(Initialisation how, ulong seed = 1, uint purpose = 3, int layer = 5)
    {
        var dense = new Dense<double>("hidden", Inputs, Outputs, new ReferenceProduct<double>());
        dense.Initialise(how, seed, purpose, layer);
        return dense;
    }

    // The average of n uniform draws within +-b has the standard error b / sqrt(3 n).
    // Their average square, b^2 / 3, has the standard error b^2 sqrt(4 / 45 n).
    private static void RequireUniform(double[] values, double bound)
    {
        Assert.InRange(values.Average() / bound, -4 / double.Sqrt(3.0 * values.Length), 4 / double.Sqrt(3.0 * values.Length));
        Assert.InRange(
            (values.Average(v => v * v) / bound / bound) - (1 / 3.0),
            -4 * double.Sqrt(4 / (45.0 * values.Length)),
            4 * double.Sqrt(4 / (45.0 * values.Length)));
    }
}
