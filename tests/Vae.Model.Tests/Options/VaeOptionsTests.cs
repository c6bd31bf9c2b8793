using Vae.Math;

namespace Vae.Model.Tests;

public class VaeOptionsTests
{
    public static TheoryData<string, VaeOptions> Wrong => new()
    {
        { "The number of features must be at least 1, but is 0.", Some.Shape(features: 0) },
        { "The latent dimension must be at least 1, but is -1.", Some.Shape(latent: -1) },
        { "There must be at least one hidden layer, but there is none. Give a list such as 400,400.", Some.Shape(hidden: []) },
        {
            "There must be at least one hidden layer, but there is none. Give a list such as 400,400.",
            Some.Shape() with { Hidden = null! }
        },
        { "A hidden layer's size must be at least 1, but is 0.", Some.Shape(hidden: [8, 0]) },
        { "The KL weight must be 0 or above, but is -0.5.", Some.Shape(klWeight: -0.5) },
        {
            "Free bits of 0.5 nats need a KL weight above 0, but it is 0. Leave them out.",
            Some.Shape(klWeight: 0) with { FreeBits = 0.5 }
        },
        { "The KL weight must be 0 or above, but is NaN.", Some.Shape(klWeight: double.NaN) },
        { "The KL weight must be 0 or above, but is Infinity.", Some.Shape(klWeight: double.PositiveInfinity) },
        {
            "A layer from 12 to 200000000 has 2400000000 weights, but a matrix holds at most 2147483591. Take smaller layers.",
            Some.Shape(hidden: [200_000_000])
        },
        {
            "A layer from 2147483903 to 8 has 17179871224 weights, but a matrix holds at most 2147483591. Take smaller layers.",
            Some.Shape(features: int.MaxValue) with { Classes = 256 }
        },
        {
            "A layer from 1 to 3000000000 has 3000000000 weights, but a matrix holds at most 2147483591. Take smaller layers.",
            Some.Shape(features: 1_500_000_000, hidden: [1, 8], likelihood: Likelihood.GaussianPixelVariance)
        },
        { "There must be at most 1000 hidden layers, but there are 1001.", Some.Shape(hidden: [.. Enumerable.Repeat(1, 1001)]) },
        { "There is no such likelihood: 9.", Some.Shape(likelihood: (Likelihood)9) },
        { "There is no such initialisation: 9.", Some.Shape() with { Initialisation = (Initialisation)9 } },
        { "There must be a bound, but there is none.", Some.Shape() with { Bound = null! } },
        { "There are no such pixels: 9.", Some.Shape() with { Pixels = (Pixels)9 } },
        { "There is no such activation: 9, Relu.", Some.Shape() with { EncoderActivation = (Activation)9 } },
        { "There is no such activation: Relu, 9.", Some.Shape() with { DecoderActivation = (Activation)9 } },
        { "The number of draws must be at least 1, but is 0.", Some.Shape() with { Draws = 0 } },
        { "The free bits must be 0 nats or above, but are -1.", Some.Shape() with { FreeBits = -1 } },
        { "The free bits must be 0 nats or above, but are NaN.", Some.Shape() with { FreeBits = double.NaN } },
        { "The number of labels must be from 0 to 256, but is 257.", Some.Shape() with { Classes = 257 } },
        { "The number of labels must be from 0 to 256, but is -1.", Some.Shape() with { Classes = -1 } },
        {
            "Free bits go with the ELBO, whose KL divergence they change, but the bound is ImportanceWeighted. "
                + "Leave one of them out.",
            Some.Shape() with { FreeBits = 0.5, Bound = Bound.ImportanceWeighted }
        },
        {
            "An importance-weighted bound needs a KL weight above 0, but it is 0. Train for reconstruction only with the ELBO.",
            Some.Shape(klWeight: 0) with { Bound = Bound.DoublyReparameterised }
        },
    };

    // The count is computed before the matrices are created, and must equal their sizes.
    [Fact]
    public void The_number_of_weights_is_that_of_the_model()
    {
        foreach (var likelihood in Some.Likelihoods)
        {
            foreach (var classes in new[] { 0, 3 })
            {
                var shape = Some.Shape(hidden: [8, 7, 5], likelihood: likelihood) with { Classes = classes };
                Assert.Equal(Some.Model<float>(shape).Parameters.Sum(parameter => parameter.Count), (int)shape.WeightCount);
            }
        }
    }

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_model_option_is_refused_with_its_limits_and_its_value(string message, VaeOptions options)
    {
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => options.Validated()).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new VariationalAutoencoder<float>(options)).Message);
    }

    [Fact]
    public void Validating_valid_model_options_returns_the_same_instance()
    {
        var options = Some.Shape(klWeight: 0);
        Assert.Same(options, options.Validated());
    }

    [Fact]
    public void The_default_model_options_are_those_of_the_report()
    {
        var options = new VaeOptions { Features = 784 };
        Assert.Equal("784-400-400-2-400-400-784", options.Architecture);
        Assert.Equal(
            (Likelihood.Bernoulli, 1.0, Initialisation.PyTorchUniform),
            (options.Likelihood, options.KlWeight, options.Initialisation));
    }

    [Fact]
    public void The_architecture_shows_the_decoder_mirrored()
        => Assert.Equal("9-8-7-6-3-6-7-8-9", Some.Shape(features: 9, [8, 7, 6], latent: 3).Architecture);

    [Fact]
    public void Model_options_of_the_same_values_are_equal()
    {
        Assert.Equal(Some.Shape(hidden: [8, 6]), Some.Shape(hidden: [8, 6]));
        Assert.Equal(Some.Shape(hidden: [8, 6]).GetHashCode(), Some.Shape(hidden: [8, 6]).GetHashCode());
        Assert.NotEqual(Some.Shape(hidden: [8, 6]), Some.Shape(hidden: [6, 8]));
        Assert.NotEqual(Some.Shape(hidden: [8, 6]), Some.Shape(hidden: [8, 6], klWeight: 2));
    }

    [Fact]
    public void Model_options_that_differ_in_one_value_are_not_equal()
        => Assert.All(
            [
                Some.Shape() with { Features = 13 },
                Some.Shape() with { Latent = 3 },
                Some.Shape() with { EncoderActivation = Activation.Tanh },
                Some.Shape() with { DecoderActivation = Activation.Tanh }, Some.Shape() with { Likelihood = Likelihood.Gaussian },
                Some.Shape() with { Pixels = Pixels.Dynamic },
                Some.Shape() with { FreeBits = 1 },
                Some.Shape() with { Draws = 2 },
                Some.Shape() with { Bound = Bound.DoublyReparameterised }, Some.Shape() with { Classes = 2 },
                Some.Shape() with
                {
                    Initialisation = Enum.GetValues<Initialisation>().First(other => other != Some.Shape().Initialisation),
                },
            ],
            other => Assert.NotEqual(Some.Shape(), other));
}
