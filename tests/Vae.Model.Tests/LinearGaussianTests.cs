using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Comparisons with a model whose log p(x) is known in closed form.</summary>
public class LinearGaussianTests
{
    private const double Variance = 0.3;

    private static readonly LinearGaussian Exact = new(LinearGaussian.Orthogonal, Variance);
    private static readonly LinearGaussian Off = new(LinearGaussian.Oblique, Variance, shift: [0.2, -0.3], logFactor: [0.3, 0.5]);

    // p(x, z) / p(z|x) = p(x) for every z: each log-weight is log p(x) with any draws. All tolerances on it: some dozens of
    // roundings of numbers below 100.
    [Theory, InlineData(1), InlineData(7), InlineData(300)]
    public void Where_q_is_the_posterior_any_number_of_draws_gives_the_exact_log_likelihood(int draws)
        => Assert.Equal(
            -Exact.LogLikelihood(),
            new ImportanceSampler<double>(Exact.Model()).Estimate(LinearGaussian.Data, draws, seed: 3).NegativeLogLikelihood,
            1e-12);

    [Theory]
    [InlineData(nameof(Bound.ImportanceWeighted), 1)]
    [InlineData(nameof(Bound.ImportanceWeighted), 5)]
    [InlineData(nameof(Bound.DoublyReparameterised), 5)]
    public void Where_q_is_the_posterior_the_bound_in_training_is_the_exact_log_likelihood(string bound, int draws)
    {
        var options = Exact.Options with { Bound = Bound.Find(bound)!, Draws = draws };
        Assert.Equal(-Exact.LogLikelihood(), Exact.Model(options).Forward(LinearGaussian.Batch(options)).Loss, 1e-12);
    }

    // dlog w / dz = 0 there, with any draws. The plain gradient is 0 on average only.
    [Fact]
    public void Where_q_is_the_posterior_the_doubly_reparameterised_gradient_of_the_encoder_is_zero()
    {
        Assert.True(Largest(Bound.DoublyReparameterised) <= 1e-13);   // roundings of numbers below 10
        Assert.True(Largest(Bound.ImportanceWeighted) > 0.01);

        static double Largest(Bound bound)
        {
            var options = Exact.Options with { Bound = bound, Draws = 5 };
            var model = Exact.Model(options);
            model.ForwardBackward(LinearGaussian.Batch(options));
            return EncoderGradient(model).Max(double.Abs);
        }
    }

    // The distance of the ELBO from log p(x) is KL(q || p(z|x)), here 0.
    [Fact]
    public void Where_q_is_the_posterior_the_negative_ELBO_is_the_exact_log_likelihood_on_average()
        => Assert.InRange(NegativeElbos(Exact).ErrorsAway(-Exact.LogLikelihood()), 0, 4);

    [Fact]
    public void The_negative_ELBO_exceeds_the_negative_log_likelihood_by_the_divergence_of_q_from_the_posterior()
    {
        Assert.True(Off.Gap() > 0.2);                                 // some 0.3 nats, to be told from 0
        Assert.InRange(NegativeElbos(Off).ErrorsAway(Off.Gap() - Off.LogLikelihood()), 0, 4);
    }

    // 2,000 draws with weights whose variance is below 1: the logarithm's bias, var / 2n, is below 3e-4.
    [Fact]
    public void Importance_sampling_finds_the_exact_log_likelihood_where_q_is_not_the_posterior()
    {
        var sampler = new ImportanceSampler<double>(Off.Model());
        var estimates = Averages.Of(
            Enumerable.Range(0, 20)
                .Select(seed => sampler.Estimate(LinearGaussian.Data, 2000, (ulong)seed).NegativeLogLikelihood));

        Assert.True(estimates.StandardError() < 3e-3);                // far less than the gap of the ELBO
        Assert.InRange(
            estimates.Means[0],
            -Off.LogLikelihood() - (4 * estimates.StandardError()),
            -Off.LogLikelihood() + 3e-4 + (4 * estimates.StandardError()));
    }

    [Fact]
    public void More_draws_raise_the_bound_and_no_bound_is_above_log_p()
    {
        Averages[] bounds = [.. new[] { 1, 2, 5, 20, 100 }.Select(Bounds)];

        Assert.True(bounds[0].ErrorsAway(Off.LogLikelihood() - Off.Gap()) <= 4); // with one draw it is the ELBO
        foreach (var (fewer, more) in bounds.Zip(bounds.Skip(1)))
        {
            var error = double.Hypot(fewer.StandardError(), more.StandardError());
            // The difference must be seen, not only not refuted.
            Assert.True(more.Means[0] > fewer.Means[0] + (4 * error), $"{fewer.Means[0]} and {more.Means[0]} +- {error}");
        }

        Assert.True(bounds[^1].Means[0] <= Off.LogLikelihood() + (4 * bounds[^1].StandardError()));
    }

    [Fact]
    public void The_negative_ELBO_of_a_Gaussian_includes_its_normalising_constant_in_nats()
    {
        var objective = Off.Model().Forward(LinearGaussian.Batch(Off.Options));
        Assert.Equal(
            (objective.Reconstruction / Variance) + (1.5 * double.Log(2 * double.Pi * Variance)) + objective.Kl,
            objective.NegativeElbo,
            1e-14);                                                   // roundings of numbers near 10
    }

    [Fact]
    public void With_a_KL_weight_of_0_the_fixed_variance_of_a_Gaussian_is_1()
    {
        var options = Off.Options with { KlWeight = 0 };
        var objective = Off.Model(options).Forward(LinearGaussian.Batch(options));
        // The tolerance is for roundings of numbers near 10.
        Assert.Equal(objective.Reconstruction + (1.5 * double.Log(2 * double.Pi)) + objective.Kl, objective.NegativeElbo, 1e-14);
    }

    [Theory, InlineData(Likelihood.GaussianWithVariance), InlineData(Likelihood.GaussianPixelVariance)]
    public void A_learnt_variance_gives_the_negative_ELBO_of_an_equal_fixed_variance(Likelihood likelihood)
        => Assert.Equal(
            Off.Model().Forward(LinearGaussian.Batch(Off.Options)).NegativeElbo,
            Learnt(likelihood, draws: 1, Bound.Elbo)
                .Forward(LinearGaussian.Batch(Off.Options with { Likelihood = likelihood })).NegativeElbo,
            // exp(-v) with v exact to its last digit: a few roundings of numbers near 30.
            1e-13);

    [Theory, InlineData(Likelihood.GaussianWithVariance), InlineData(Likelihood.GaussianPixelVariance)]
    public void A_learnt_variance_gives_the_bound_of_an_equal_fixed_variance(Likelihood likelihood)
    {
        var options = Off.Options with { Bound = Bound.ImportanceWeighted, Draws = 4 };
        var learnt = Learnt(likelihood, draws: 4, Bound.ImportanceWeighted);
        Assert.Equal(
            // exp(-v) with v exact to its last digit, as for the negative ELBO.
            Off.Model(options).Forward(LinearGaussian.Batch(options)).Loss,
            learnt.Forward(LinearGaussian.Batch(learnt.Options)).Loss,
            1e-13);
    }

    [Theory, InlineData(Likelihood.GaussianWithVariance), InlineData(Likelihood.GaussianPixelVariance)]
    public void A_learnt_variance_gives_the_estimate_of_an_equal_fixed_variance(Likelihood likelihood)
    {
        var expected = new ImportanceSampler<double>(Off.Model()).Estimate(LinearGaussian.Data, 20, seed: 3);
        var actual = new ImportanceSampler<double>(Learnt(likelihood, draws: 1, Bound.Elbo))
            .Estimate(LinearGaussian.Data, 20, seed: 3);
        Assert.Equal(expected.NegativeLogLikelihood, actual.NegativeLogLikelihood, 1e-13); // as above
        Assert.Equal(expected.NegativeElbo, actual.NegativeElbo, 1e-13);
    }

    // The variance of a fixed Gaussian divides its reconstruction error, which is not in the
    // encoder's gradient at variance 1. lambda times the loss of the ELBO is what training
    // minimises; an importance-weighted bound is in nats, so it is that loss over lambda.
    [Fact]
    public void With_one_draw_the_decoder_gradient_of_the_bound_is_that_of_the_ELBO_over_the_variance()
    {
        var options = Off.Options with { Bound = Bound.ImportanceWeighted };
        var (elbo, bound) = (Off.Model(), Off.Model(options));
        elbo.ForwardBackward(LinearGaussian.Batch(Off.Options));
        bound.ForwardBackward(LinearGaussian.Batch(options));
        Assert.All(
            DecoderGradient(elbo).Zip(DecoderGradient(bound)),
            pair => Assert.Equal(pair.First / Variance, pair.Second, 1e-13)); // roundings of numbers below 10
    }

    private static Averages NegativeElbos(LinearGaussian exact)
    {
        var a = LinearGaussian.Batch(exact.Options);
        var model = exact.Model();
        return Averages.Of(Enumerable.Range(0, 5000).Select(step =>
        {
            new RandomDraws(5, (uint)Purpose.Check, (ulong)step).FillNormal(a.Noise.AsSpan());
            return model.Forward(a).NegativeElbo;
        }));
    }

    // Batches of the four samples with noise of their own.
    private static Averages Bounds(int draws)
    {
        var options = Off.Options with { Bound = Bound.ImportanceWeighted, Draws = draws };
        var a = LinearGaussian.Batch(options, times: 1500, seed: (ulong)draws);
        Off.Model(options).Forward(a);
        return Averages.Of(a.Posterior.Bounds.Chunk(LinearGaussian.Data.Count).Select(batch => batch.Average()));
    }

    private static double[] EncoderGradient(VariationalAutoencoder<double> model) => Gradient(model, "encoder.");

    private static double[] DecoderGradient(VariationalAutoencoder<double> model) => Gradient(model, "decoder.");

    private static double[] Gradient(VariationalAutoencoder<double> model, string network)
        => Some.Numbers(
            model.Parameters.Where(p => p.Name.StartsWith(network, StringComparison.Ordinal)).Select(p => p.Gradient));

    // The same networks; the raw value that makes v = floor + log(1 + exp(r -
    // floor)) the logarithm of the variance, for all or for each pixel.
    private static VariationalAutoencoder<double> Learnt(Likelihood likelihood, int draws, Bound bound)
    {
        const double Floor = GaussianWithVariance<double>.LeastLogVariance;
        var raw = Floor + double.Log(double.Exp(double.Log(Variance) - Floor) - 1);
        var options = Off.Options with { Likelihood = likelihood, KlWeight = 1, Draws = draws, Bound = bound };
        var (model, plain) = (Some.Model<double>(options), Off.Model());
        foreach (var (target, source) in model.Parameters.Zip(plain.Parameters))
        {
            target.Value.Clear();
            target.Value.SetSubMatrix(0, 0, source.Value);
        }

        if (likelihood == Likelihood.GaussianPixelVariance)
        {
            model.Decoder.Output.Bias.Value.AsSpan()[3..].Fill(raw);
        }
        else
        {
            model.Parameters[^1].Value.AsSpan().Fill(raw);
        }

        return model;
    }
}
