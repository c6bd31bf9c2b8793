using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// The bounds and their gradients on average over some thousand draws of the noise, on a model so small that a step takes
/// microseconds. See <see cref="Averages"/> for the standard errors that are accepted.
/// </summary>
public class ObjectiveTests
{
    private const int Steps = 4000;

    // Smooth activations: no unit is dead, so every parameter has a gradient to compare.
    private static readonly VaeOptions Tiny = Some.Shape(features: 4, [3], latent: 2) with
    {
        EncoderActivation = Activation.Tanh, DecoderActivation = Activation.Tanh,
    };

    [Theory, InlineData(Likelihood.Bernoulli), InlineData(Likelihood.Gaussian)]
    public void The_bound_with_one_draw_is_the_ELBO_on_average(Likelihood likelihood)
    {
        var (elbo, bound) = Pair(Tiny with { Likelihood = likelihood }, Bound.ImportanceWeighted, draws: 1);
        var differences = Averages.Of(Each(elbo, bound).Select(losses => losses.First.NegativeElbo - losses.Second.Loss));
        Assert.InRange(differences.ErrorsAway(0), 0, 4);
        Assert.True(differences.StandardError() < 0.05);              // nats, beside a loss of 3: it would be seen
    }

    [Fact]
    public void With_one_draw_the_loss_of_the_bound_is_minus_the_log_weight()
    {
        var options = Tiny with { Bound = Bound.ImportanceWeighted };
        var (model, a) = (Model(options), Some.Batch<double>(options, samples: 1));

        var objective = model.Forward(a);

        var ratio = Enumerable.Range(0, 2)
            .Sum(i => ((a.Noise[i, 0] * a.Noise[i, 0]) + a.LogVariance[i, 0] - (a.Latent[i, 0] * a.Latent[i, 0])) / 2);
        Assert.Equal(objective.Reconstruction - ratio, objective.Loss, 1e-14); // a few roundings of numbers near 3
    }

    [Fact]
    public void The_gradient_of_the_bound_with_one_draw_is_that_of_the_ELBO_on_average()
    {
        var (elbo, bound) = Pair(Tiny, Bound.ImportanceWeighted, draws: 1);
        Assert.InRange(Differences(elbo, bound, "encoder.").MostErrorsFromZero(), 0, 5);
    }

    [Fact]
    public void With_one_draw_the_decoder_gradient_of_the_bound_has_the_bits_of_the_ELBO()
    {
        var (elbo, bound) = Pair(Tiny, Bound.ImportanceWeighted, draws: 1);
        var (a, b) = (Some.Batch<double>(elbo.Options, 3), Some.Batch<double>(bound.Options, 3));
        elbo.ForwardBackward(a);
        bound.ForwardBackward(b);
        Assert.Equal(Gradient(elbo, "decoder."), Gradient(bound, "decoder."));
    }

    // The same expectation for each of the encoder's numbers, at any KL weight:
    // 31 comparisons, at 5 standard errors of the difference.
    [Theory]
    [InlineData(Likelihood.Bernoulli, 1, 3)]
    [InlineData(Likelihood.Bernoulli, 0.5, 3)]
    [InlineData(Likelihood.Bernoulli, 1, 8)]
    [InlineData(Likelihood.Gaussian, 0.5, 3)]
    [InlineData(Likelihood.GaussianPixelVariance, 1, 3)]
    public void The_plain_and_the_doubly_reparameterised_gradient_agree_on_average(
        Likelihood likelihood, double klWeight, int draws)
    {
        var (plain, twice) = Bounds(Tiny with { Likelihood = likelihood, KlWeight = klWeight, Draws = draws });
        var differences = Differences(plain, twice, "encoder.");
        Assert.InRange(differences.MostErrorsFromZero(), 0, 5);
        Assert.True(differences.TotalVariance > 1e-4);                // two gradients, not one compared with itself
    }

    // A difference below 5 standard errors is not found. So the same test must fail on a likely mistake: the gradient of the ELBO
    // with as many draws, which is that of another bound.
    [Fact]
    public void The_comparison_of_averages_sees_the_gradient_of_another_bound()
    {
        var (plain, _) = Bounds(Tiny with { Draws = 8 });
        var elbo = Model(Tiny with { Draws = 8 });
        Assert.True(Differences(plain, elbo, "encoder.").MostErrorsFromZero() > 8);
    }

    [Theory, InlineData(1), InlineData(0.5)]
    public void The_doubly_reparameterised_gradient_has_the_smaller_variance(double klWeight)
    {
        var (plain, twice) = Bounds(Tiny with { KlWeight = klWeight, Draws = 8 });
        // The variance falls by more than a third, and 30 % are required; the estimates are within some 5 %.
        Assert.True(Gradients(twice).TotalVariance < 0.7 * Gradients(plain).TotalVariance);
    }

    [Theory]
    [InlineData(Likelihood.Bernoulli, 1)]
    [InlineData(Likelihood.Gaussian, 0.5)]
    [InlineData(Likelihood.GaussianWithVariance, 0.5)]
    public void The_plain_and_the_doubly_reparameterised_bound_have_the_same_loss_and_decoder_gradient(
        Likelihood likelihood, double klWeight)
    {
        var (plain, twice) = Bounds(Tiny with { Likelihood = likelihood, KlWeight = klWeight, Draws = 4 });
        var (a, b) = (Some.Batch<double>(plain.Options, 3), Some.Batch<double>(twice.Options, 3));

        Assert.Equal(plain.ForwardBackward(a), twice.ForwardBackward(b));

        Assert.Equal(Gradient(plain, "decoder."), Gradient(twice, "decoder."));
        Assert.Equal(Gradient(plain, "likelihood."), Gradient(twice, "likelihood."));
        Assert.NotEqual(Gradient(plain, "encoder."), Gradient(twice, "encoder."));
    }

    // At weight 0 no log-weight has q in it, so there is nothing to reparameterise twice.
    [Fact]
    public void At_the_beginning_of_a_warm_up_the_plain_and_the_doubly_reparameterised_gradient_are_equal()
    {
        var (plain, twice) = Bounds(Tiny with { Draws = 4 });
        plain.ForwardBackward(Some.Batch<double>(plain.Options, 3), warmUp: 0);
        twice.ForwardBackward(Some.Batch<double>(twice.Options, 3), warmUp: 0);
        Assert.Equal(Gradient(plain, "encoder."), Gradient(twice, "encoder."));
    }

    [Fact]
    public void With_several_draws_the_reconstruction_of_the_ELBO_is_their_mean()
    {
        var options = Tiny with { Draws = 3 };
        var (model, a) = (Model(options), Some.Batch<double>(options, 2));

        var objective = model.Forward(a);

        var one = new Activations<double>(Tiny, 1);
        var expected = Enumerable.Range(0, 6).Average(draw =>
        {
            a.Input.ColumnSpan(draw / 3).CopyTo(one.Input.AsSpan());
            a.Noise.ColumnSpan(draw).CopyTo(one.Noise.AsSpan());
            return Model(Tiny).Forward(one).Reconstruction;
        });
        Assert.Equal(expected, objective.Reconstruction, 1e-15);       // the order of six sums of numbers near 3
        Assert.Equal(objective.Reconstruction + objective.Kl, objective.Loss);
    }

    [Fact]
    public void The_bound_of_a_sample_does_not_depend_on_other_samples()
    {
        var options = Tiny with { Draws = 3, Bound = Bound.ImportanceWeighted };
        var (model, both) = (Model(options), Some.Batch<double>(options, 2));
        model.Forward(both);

        var second = new Activations<double>(options, 1);
        both.Input.ColumnSpan(1).CopyTo(second.Input.AsSpan());
        both.Noise.AsSpan()[(3 * 2)..].CopyTo(second.Noise.AsSpan());
        model.Forward(second);

        Assert.Equal(both.Posterior.Bounds[1], second.Posterior.Bounds[0]);
    }

    // log w = log p(x|z) + 4 warmUp (log p(z) - log q(z|x)): the product of both is in force.
    [Fact]
    public void A_warm_up_multiplies_the_KL_weight_of_a_bound()
    {
        var options = Tiny with { Draws = 3, KlWeight = 4, Bound = Bound.ImportanceWeighted };
        var warming = Model(options).Forward(Some.Batch<double>(options, 2), warmUp: 0.25);
        var warm = Model(options with { KlWeight = 1 }).Forward(Some.Batch<double>(options, 2));
        Assert.Equal(warm, warming);
        Assert.Equal(1, warming.KlWeight);
    }

    [Fact]
    public void Free_bits_change_the_loss_and_none_of_its_terms()
    {
        var (plain, free) = (Model(Tiny), Model(Tiny with { FreeBits = 3 }));
        var (expected, actual) = (plain.Forward(Some.Batch<double>(Tiny, 3)), free.Forward(Some.Batch<double>(Tiny, 3)));
        Assert.Equal(
            (expected.Reconstruction, expected.Kl, expected.NegativeElbo),
            (actual.Reconstruction, actual.Kl, actual.NegativeElbo));
        Assert.Equal(expected.Reconstruction + 6, actual.Loss);       // two latents, both below their 3 nats
    }

    [Fact]
    public void With_free_bits_above_every_KL_the_encoder_learns_from_the_reconstruction_alone()
    {
        var (without, free) = (Model(Tiny with { KlWeight = 0 }), Model(Tiny with { FreeBits = 3 }));
        without.ForwardBackward(Some.Batch<double>(Tiny, 3));
        free.ForwardBackward(Some.Batch<double>(Tiny, 3));
        Assert.Equal(Gradient(without, "encoder."), Gradient(free, "encoder."));
    }

    [Theory]
    [InlineData(nameof(Bound.Elbo), 1, 0.02)]
    [InlineData(nameof(Bound.ImportanceWeighted), 5, 0)]
    [InlineData(nameof(Bound.DoublyReparameterised), 5, 0)]
    public void Every_objective_in_float_agrees_with_double(string bound, int draws, double freeBits)
    {
        var options = Tiny with { Bound = Bound.Find(bound)!, Draws = draws, FreeBits = freeBits };
        var (single, whole) = (Some.Model<float>(options), Some.Model<double>(options));
        // The tolerance is for some ten roundings of numbers near 3.
        Assert.Equal(
            whole.ForwardBackward(Some.Batch<double>(options, 3)).Loss,
            single.ForwardBackward(Some.Batch<float>(options, 3)).Loss,
            3e-6);
        Assert.All(
            Gradient(whole, "").Zip(Gradient(single, "")),
            pair => Assert.Equal(pair.First, pair.Second, 2e-6));     // some twenty roundings of numbers below 1
    }

    // The product forks its work, which allocates nothing either; on one thread everything is counted.
    [Theory]
    [InlineData(nameof(Bound.Elbo), 3, 0.02, 0)]
    [InlineData(nameof(Bound.ImportanceWeighted), 5, 0, 3)]
    [InlineData(nameof(Bound.DoublyReparameterised), 5, 0, 0)]
    public void A_warm_forward_and_backward_pass_of_every_objective_allocates_nothing(
        string bound, int draws, double freeBits, int classes)
    {
        var options = Some.Shape(features: 60, [20], latent: 3) with
        {
            Bound = Bound.Find(bound)!, Draws = draws, FreeBits = freeBits, Classes = classes,
        };
        var (model, a) = (Some.Model<float>(options), Some.Batch<float>(options, 16));
        model.ForwardBackward(a);

        // The least of a few: a first call, a lock or a stack may allocate its own structures.
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            model.ForwardBackward(a);
            least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    // Posteriors as far from the prior as after some training, so that weights
    // differ: twice the freshly drawn heads, and a mean of 0.7.
    private static VariationalAutoencoder<double> Model(VaeOptions options)
    {
        var model = Some.Model<double>(options);
        var headsAndDecoder = model.Encoder.Mean.Parameters
            .Concat(model.Encoder.LogVariance.Parameters)
            .Concat(model.Decoder.Layers.SelectMany(layer => layer.Parameters));
        foreach (var parameter in headsAndDecoder)
        {
            parameter.Value.Multiply(2, parameter.Value);
        }

        model.Encoder.Mean.Bias.Value.Add(0.7, model.Encoder.Mean.Bias.Value);
        return model;
    }

    private static (VariationalAutoencoder<double> Elbo, VariationalAutoencoder<double> Bound) Pair(
        VaeOptions options, Bound bound, int draws)
        => (Model(options), Model(options with { Bound = bound, Draws = draws }));

    private static (VariationalAutoencoder<double> Plain, VariationalAutoencoder<double> Twice) Bounds(VaeOptions options)
        => (
            Model(options with { Bound = Bound.ImportanceWeighted }),
            Model(options with { Bound = Bound.DoublyReparameterised }));

    // Both models' objectives of the same sample with the same noise, again and again with noise of its own.
    private static IEnumerable<(Objective First, Objective Second)> Each(
        VariationalAutoencoder<double> first, VariationalAutoencoder<double> second)
    {
        var (a, b) = (Some.Batch<double>(first.Options, 1), Some.Batch<double>(second.Options, 1));
        for (var step = 0; step < Steps; step++)
        {
            var draws = new RandomDraws(1, (uint)Purpose.Check, (ulong)(step + 2));
            draws.FillNormal(a.Noise.AsSpan());
            draws.FillNormal(b.Noise.AsSpan());
            yield return (first.ForwardBackward(a), second.ForwardBackward(b));
        }
    }

    private static Averages Differences(
        VariationalAutoencoder<double> first, VariationalAutoencoder<double> second, string network)
    {
        var averages = new Averages(Gradient(first, network).Length);
        foreach (var _ in Each(first, second))
        {
            averages.Add([.. Gradient(first, network).Zip(Gradient(second, network), (x, y) => x - y)]);
        }

        return averages;
    }

    private static Averages Gradients(VariationalAutoencoder<double> model)
    {
        var averages = new Averages(Gradient(model, "encoder.").Length);
        foreach (var _ in Each(model, model))
        {
            averages.Add(Gradient(model, "encoder."));
        }

        return averages;
    }

    private static double[] Gradient(VariationalAutoencoder<double> model, string network) => Gradient<double>(model, network);

    private static double[] Gradient<T>(VariationalAutoencoder<T> model, string network)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        => Some.Numbers(
            model.Parameters.Where(p => p.Name.StartsWith(network, StringComparison.Ordinal)).Select(p => p.Gradient));
}
