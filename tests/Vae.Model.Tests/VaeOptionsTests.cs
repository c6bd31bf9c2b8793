using Vae.Math;

namespace Vae.Model.Tests;

public class VaeOptionsTests
{
    public static TheoryData<string, VaeOptions> Wrong => new()
    {
        { "The number of features must be at least 1, but is 0.", Some.Shape(features: 0) },
        { "The latent dimension must be at least 1, but is -1.", Some.Shape(latent: -1) },
        { "There must be at least one hidden layer, but there is none. Give a list such as 400,400.", Some.Shape(hidden: []) },
        { "There must be at least one hidden layer, but there is none. Give a list such as 400,400.", Some.Shape() with { Hidden = null! } },
        { "A hidden layer's size must be at least 1, but is 0.", Some.Shape(hidden: [8, 0]) },
        { "The KL weight must be 0 or above, but is -0.5.", Some.Shape(klWeight: -0.5) },
        { "The KL weight must be 0 or above, but is NaN.", Some.Shape(klWeight: double.NaN) },
        { "The KL weight must be 0 or above, but is Infinity.", Some.Shape(klWeight: double.PositiveInfinity) },
        { "There is no such likelihood: 9.", Some.Shape(likelihood: (Likelihood)9) },
        { "There is no such initialisation: 9.", Some.Shape() with { Initialisation = (Initialisation)9 } },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_option_is_refused_with_what_was_wanted_and_what_came(string message, VaeOptions options)
    {
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => options.Validated()).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => new VariationalAutoencoder<float>(options)).Message);
    }

    [Fact]
    public void Validation_gives_back_the_options_themselves()
    {
        var options = Some.Shape(klWeight: 0);
        Assert.Same(options, options.Validated());
    }

    [Fact]
    public void The_defaults_are_those_of_the_report()
    {
        var options = new VaeOptions { Features = 784 };
        Assert.Equal("784-400-400-2-400-400-784", options.Architecture);
        Assert.Equal((Likelihood.Bernoulli, 1.0, Initialisation.PyTorchUniform), (options.Likelihood, options.KlWeight, options.Initialisation));
    }

    [Fact]
    public void The_architecture_shows_the_decoder_mirrored()
        => Assert.Equal("9-8-7-6-3-6-7-8-9", Some.Shape(features: 9, [8, 7, 6], latent: 3).Architecture);

    [Fact]
    public void Options_of_the_same_numbers_are_equal()
    {
        Assert.Equal(Some.Shape(hidden: [8, 6]), Some.Shape(hidden: [8, 6]));
        Assert.Equal(Some.Shape(hidden: [8, 6]).GetHashCode(), Some.Shape(hidden: [8, 6]).GetHashCode());
        Assert.NotEqual(Some.Shape(hidden: [8, 6]), Some.Shape(hidden: [6, 8]));
        Assert.NotEqual(Some.Shape(hidden: [8, 6]), Some.Shape(hidden: [8, 6], klWeight: 2));
    }
}
