using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// Thirteen known mistakes in variational autoencoders, each with tests of the public API
/// that would find it. The tests of the parts examine the same in more depth.
/// </summary>
public class MistakesTests
{
    // 1. log-variance, log-sigma and variance mixed up.

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 4, 1.3068528194400546)]                            // (4 + 1 - 1 - ln 4) / 2
    [InlineData(0, 0.25, 0.3181471805599453)]                         // (1/4 - 1 + ln 4) / 2
    public void Mistake_1_the_KL_takes_what_the_encoder_gives_for_the_logarithm_of_the_variance(
        double mean, double variance, double kl)
    {
        var model = Linear(mean: mean, logVariance: double.Log(variance));
        // The tolerance is for the last digit of a sum of four.
        Assert.Equal(kl, model.Forward(Some.Batch<double>(model.Options, samples: 3)).Kl, 1e-15);
    }

    // Of n draws a variance has the relative standard error sqrt(2 / n), 0.0045 here.
    // The standard deviation or its square instead would be 45 % off.
    [Fact]
    public void Mistake_1_the_variance_of_sampled_z_is_exp_of_the_log_variance()
    {
        const int Draws = 100_000;
        var model = Linear(mean: 0.7, logVariance: double.Log(0.3));
        var a = Some.Batch<double>(model.Options, Draws);
        model.Forward(a);
        var z = Some.Numbers(a.Latent);
        var mean = z.Average();
        Assert.Equal(0.3, z.Sum(value => (value - mean) * (value - mean)) / (Draws - 1), 5 * 0.3 * double.Sqrt(2.0 / Draws));
    }

    // 2. KL with the wrong sign, summed wrongly, or with the -1 counted once.

    // Simpson's rule on 4,000 intervals of a smooth function that is nothing at the ends errs by less than 1e-12.
    [Fact]
    public void Mistake_2_the_KL_of_a_sample_is_the_sum_of_its_latents_integrals()
    {
        (double Mean, double LogVariance)[] latents = [(1, 0.5), (-0.3, -1), (0, 0.2)];
        var model = new VariationalAutoencoder<double>(Some.Shape(latent: 3), new ReferenceProduct<double>());
        for (var latent = 0; latent < latents.Length; latent++)
        {
            model.Encoder.Mean.Bias.Value[latent, 0] = latents[latent].Mean;
            model.Encoder.LogVariance.Bias.Value[latent, 0] = latents[latent].LogVariance;
        }

        var a = Some.Batch<double>(model.Options, samples: 4);
        Assert.Equal(latents.Sum(Integral), model.Forward(a).Kl, 1e-11);
        Assert.All(a.Kl, kl => Assert.Equal(a.Kl[0], kl));            // averaged over samples, not summed

        static double Integral((double Mean, double LogVariance) latent)
        {
            const int Intervals = 4000;
            var (low, width) = (-15.0, 30.0 / Intervals);
            var sum = 0.0;
            for (var i = 0; i <= Intervals; i++)
            {
                var z = low + (i * width);
                var logQ = LogDensity(z, latent.Mean, double.Exp(latent.LogVariance));
                sum += (i == 0 || i == Intervals ? 1 : 2 + (2 * (i % 2))) * double.Exp(logQ) * (logQ - LogDensity(z, 0, 1));
            }

            return sum * width / 3;
        }
    }

    [Fact]
    public void Mistake_2_a_large_KL_weight_makes_the_KL_small_and_the_weight_0_does_not()
    {
        double Kl(double weight)
        {
            var trainer = TrainerTests.Trainer<double>(
                Some.Blobs(60, 12),
                new TrainingOptions { BatchSize = 60, ValidationSamples = 0, Adam = new AdamOptions { LearningRate = 0.01 } },
                Some.Shape(klWeight: weight));
            trainer.Model.Encoder.Mean.Bias.Value.AsSpan().Fill(1);
            var kl = 0.0;
            for (var step = 0; step < 300; step++)
            {
                kl = trainer.Step().Kl;
            }

            return kl;
        }

        Assert.InRange(Kl(100), 0, 0.05);
        Assert.True(Kl(0) > 1);
    }

    // 3. A reduction that changes the KL weight.

    public static TheoryData<string, Likelihood> EveryBoundAndLikelihood => GradientCheckTests.EveryBoundAndLikelihood;

    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void Mistake_3_the_loss_that_is_reported_has_the_same_bits_for_every_batch_size(string bound, Likelihood likelihood)
    {
        var data = Some.Blobs(200, 20);                               // 64, 64, 64 and 8; 128 and 72; all at once
        var model = Some.Model<float>(Some.With(bound, Some.Shape(20, [9], latent: 3, likelihood, klWeight: 0.7)));
        var expected = new Evaluator<float>(model, 64).Evaluate(data, seed: 2);
        Assert.Equal(expected, new Evaluator<float>(model, 128).Evaluate(data, seed: 2));
        Assert.Equal(expected, new Evaluator<float>(model, 10_000).Evaluate(data, seed: 2));
    }

    [Fact]
    public void Mistake_3_the_short_last_batch_counts_by_its_size()
    {
        var evaluator = new Evaluator<double>(Some.Model<double>(Some.Shape()), batchSize: 4);
        var data = Some.Blobs(5, 12);
        var each = Enumerable.Range(0, 5).Average(sample => evaluator.Evaluate(data, [sample], seed: 2).Loss);
        Assert.Equal(each, evaluator.Evaluate(data, seed: 2).Loss, 1e-14); // the order of sums of five numbers near 8
    }

    // If one term were averaged over features (or latents) and the other summed, the KL weight would be another.
    [Fact]
    public void Mistake_3_both_terms_are_summed_over_what_they_have()
    {
        Objective Of(int features, int latent)
        {
            var model = new VariationalAutoencoder<double>(Some.Shape(features, latent: latent), new ReferenceProduct<double>());
            model.Encoder.Mean.Bias.Value.AsSpan().Fill(1);
            return model.Forward(Some.Batch<double>(model.Options, samples: 7));
        }

        // All weights are 0, so p = 1/2. The tolerance is for the rounding of twelve sums.
        Assert.Equal(12 * double.Log(2), Of(12, 2).Reconstruction, 1e-13);
        Assert.Equal(36 * double.Log(2), Of(36, 2).Reconstruction, 1e-13); // likewise
        Assert.Equal((1.0, 2.5), (Of(12, 2).Kl, Of(12, 5).Kl));       // half a nat for each latent
    }

    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void Mistake_3_a_batch_twice_has_the_gradient_of_the_batch(string bound, Likelihood likelihood)
    {
        var options = Some.With(bound, Some.Shape(7, [6], latent: 2, likelihood));
        var model = Some.Model<double>(options);
        var once = Some.Batch<double>(options, samples: 3);
        var twice = new Activations<double>(options, samples: 6);
        for (var half = 0; half < 2; half++)
        {
            once.Input.AsSpan().CopyTo(twice.Input.AsSpan()[(half * once.Input.AsSpan().Length)..]);
            once.Noise.AsSpan().CopyTo(twice.Noise.AsSpan()[(half * once.Noise.AsSpan().Length)..]);
        }

        var loss = model.ForwardBackward(once).Loss;
        var gradients = Some.Numbers(model.Parameters.Select(parameter => parameter.Gradient));

        Assert.Equal(loss, model.ForwardBackward(twice).Loss, 1e-13); // the order of sums of numbers near 10
        var again = Some.Numbers(model.Parameters.Select(parameter => parameter.Gradient));
        Assert.All(gradients.Zip(again), pair => Assert.Equal(pair.First, pair.Second, 1e-13)); // the same, of numbers below 10
    }

    // 4. Validation with another KL weight than training; an ELBO that is reported at the weight of the moment.

    [Fact]
    public void Mistake_4_in_a_KL_warm_up_validation_has_the_full_weight_from_the_first_epoch_on()
    {
        var epochs = WarmedUp();
        Assert.Equal([0, 0.75, 1.5, 1.5], epochs.Select(epoch => epoch.Training.KlWeight));
        Assert.All(epochs, epoch => Assert.Equal(1.5, epoch.Validation!.Value.KlWeight));
        Assert.All(epochs, epoch => Assert.Equal(
            epoch.Validation!.Value.Reconstruction + (1.5 * epoch.Validation.Value.Kl), epoch.Validation.Value.Loss));
    }

    [Fact]
    public void Mistake_4_in_a_KL_warm_up_the_negative_ELBO_is_at_weight_1()
        => Assert.All(WarmedUp(), epoch =>
        {
            Assert.True(epoch.Training.Kl > 0.01, epoch.ToString());
            // The tolerance is for the order of sums.
            Assert.Equal(epoch.Training.Reconstruction + epoch.Training.Kl, epoch.Training.NegativeElbo, 1e-12);
            Assert.Equal(epoch.Validation!.Value.Reconstruction + epoch.Validation.Value.Kl, epoch.Validation.Value.NegativeElbo);
        });

    // 5. IWAE: weights from the loss, mean of logs, log-sum-exp without its maximum.

    [Fact]
    public void Mistake_5_the_bound_is_the_logarithm_of_the_mean_of_density_ratios()
    {
        var model = Linear(mean: 0.4, logVariance: -0.5, Bound.ImportanceWeighted, draws: 5);
        var a = Some.Batch<double>(model.Options, samples: 3);

        var loss = model.Forward(a).Loss;

        double[] weights =
        [
            .. Enumerable.Range(0, 15).Select(draw => double.Exp(LogWeight(a.Input[0, draw / 5], a.Latent[0, draw], 0.4, -0.5))),
        ];
        double[] bounds = [.. weights.Chunk(5).Select(five => double.Log(five.Average()))];
        // Some 1e-14 is lost in the decoder's shift by 100.
        Assert.All(bounds.Zip(a.Posterior.Bounds), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(-bounds.Average(), loss, 1e-12);                 // likewise
        Assert.NotEqual(-weights.Average(weight => double.Log(weight)), loss, 1e-3); // a mean of logarithms is something else
    }

    // 2,000 features at ln 2 each are 1,386 nats, and exp(-1386) is 0.
    [Theory]
    [InlineData("IWAE")]
    [InlineData("DReG")]
    public void Mistake_5_log_weights_below_minus_1000_are_as_good_as_any(string bound)
    {
        var model = new VariationalAutoencoder<double>(
            Some.With(bound, Some.Shape(features: 2000)), new ReferenceProduct<double>());
        var a = Some.Batch<double>(model.Options, samples: 2);

        Assert.Equal(2000 * double.Log(2), model.ForwardBackward(a).Loss, 1e-10); // the rounding of 2,000 sums near 1,000
        Assert.All(
            model.Parameters,
            parameter => Assert.All(Some.Numbers(parameter.Gradient), gradient => Assert.True(double.IsFinite(gradient))));
        Assert.Contains(Some.Numbers(model.Decoder.Output.Bias.Gradient), gradient => double.Abs(gradient) > 0.1);
    }

    // The two differ by -KL - (log p(z) - log q(z|x)), whose mean is 0: within five standard errors of 20,000 draws.
    [Fact]
    public void Mistake_5_with_one_draw_the_bound_is_the_ELBO_on_average()
    {
        const int Samples = 20_000;
        var model = Linear(mean: 0.4, logVariance: -0.5, Bound.ImportanceWeighted);
        var a = Some.Batch<double>(model.Options, Samples);
        var objective = model.Forward(a);
        var weights = model.Options.ObjectiveWeights;
        double[] away =
        [
            .. Enumerable.Range(0, Samples)
                .Select(n => -a.Posterior.Bounds[n] - weights.NegativeLogLikelihood(a.Reconstruction[n]) - a.Kl[n]),
        ];
        var deviation = double.Sqrt(away.Average(value => value * value));
        Assert.InRange(
            objective.Loss - objective.NegativeElbo, -5 * deviation / double.Sqrt(Samples), 5 * deviation / double.Sqrt(Samples));
        Assert.True(deviation > 0.1);
    }

    [Fact]
    public void Mistake_5_more_draws_never_loosen_the_bound()
    {
        double Loss(int draws) => new Evaluator<double>(Linear(mean: 0.9, logVariance: 0.5, Bound.ImportanceWeighted, draws))
            .Evaluate(Some.Rows(1000, 1), seed: 1).Loss;

        Assert.True(Loss(1) > Loss(5) + 0.1);                         // standard errors are 0.03 and less
        Assert.True(Loss(5) > Loss(50) + 0.01);                       // standard errors are 0.003 and less
    }

    // 6. NLL with the wrong sign or not exactly n samples.

    // Where q is the posterior itself every weight is p(x), so one draw gives -log p(x): here of N(offset, slope^2 + variance).
    [Fact]
    public void Mistake_6_the_NLL_of_a_linear_Gaussian_model_is_the_closed_form()
    {
        const double X = 0.75;
        var marginal = (Slope * Slope) + Variance;
        var model = Linear(Slope * (X - Offset) / marginal, double.Log(Variance / marginal));
        var estimate = new ImportanceSampler<double>(model).Estimate(new ArraySamples([[(float)X]]), draws: 1, seed: 3);
        // Some 1e-14 is lost in the decoder's shift by 100.
        Assert.Equal(-LogDensity(X, Offset, marginal), estimate.NegativeLogLikelihood, 1e-12);
    }

    // 251 is one more than are computed at a time.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(251)]
    public void Mistake_6_the_NLL_is_of_exactly_as_many_draws_as_were_asked_for(int draws)
    {
        const double X = 0.75;
        var model = Linear(mean: 0.4, logVariance: -0.5);
        var noise = new double[draws];
        new RandomDraws(3, (uint)Purpose.ImportanceNoise, 0).FillNormal<double>(noise);

        var estimate = new ImportanceSampler<double>(model).Estimate(new ArraySamples([[(float)X]]), draws, seed: 3);

        var mean = noise.Average(epsilon => double.Exp(LogWeight(X, 0.4 + (double.Exp(-0.25) * epsilon), 0.4, -0.5)));
        // Some 1e-14 is lost in the decoder's shift by 100.
        Assert.Equal(-double.Log(mean), estimate.NegativeLogLikelihood, 1e-12);
        Assert.Equal(draws, estimate.Draws);
    }

    [Fact]
    public void Mistake_6_the_NLL_of_many_draws_is_not_above_the_negative_ELBO()
    {
        var model = Linear(mean: 0.9, logVariance: 0.5);              // a posterior that is far from the true one
        var estimate = new ImportanceSampler<double>(model).Estimate(Some.Rows(50, 1), draws: 1000, seed: 3);
        Assert.True(estimate.NegativeLogLikelihood < estimate.NegativeElbo - 0.1, estimate.ToString());
    }

    // 7. The reparameterised gradient.

    // loss = (slope z + offset - x)^2 / 2, z = mean + exp(v / 2) epsilon: dloss/dv = dloss/dz epsilon exp(v / 2) / 2.
    [Fact]
    public void Mistake_7_z_depends_on_the_log_variance_by_half_of_sigma_epsilon()
    {
        var model = Linear(mean: 0.4, logVariance: -0.5, klWeight: 0);
        var a = Some.Batch<double>(model.Options, samples: 1);
        model.ForwardBackward(a);
        var (z, epsilon) = (a.Latent[0, 0], a.Noise[0, 0]);
        var dz = ((Slope * z) + Offset - a.Input[0, 0]) * Slope;
        Assert.Equal(dz, model.Encoder.Mean.Bias.Gradient[0, 0], 1e-12); // Some 1e-14 is lost in the decoder's shift by 100.
        Assert.Equal(dz * epsilon * double.Exp(-0.25) / 2, model.Encoder.LogVariance.Bias.Gradient[0, 0], 1e-12); // likewise
        Assert.True(double.Abs(dz * epsilon) > 0.01);
    }

    // 8. BCE at the edges.

    // On the wrong side a logit of 100 costs 100 nats, the continuous
    // Bernoulli's log C(100) = ln 100 less; on the right side nothing.
    [Theory]
    [InlineData(Likelihood.Bernoulli, 200, 0)]
    [InlineData(Likelihood.ContinuousBernoulli, 200 - (2 * 4.605170185988092), -2 * 4.605170185988092)]
    public void Mistake_8_logits_of_100_are_exact_on_both_sides(Likelihood likelihood, double wrong, double right)
    {
        Require<float>(1e-5);                                         // a float near 100 is rounded at 4e-6
        Require<double>(1e-13);                                       // a double near 100 at 7e-15

        void Require<T>(double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var model = new VariationalAutoencoder<T>(Some.Shape(features: 2, likelihood: likelihood), new ReferenceProduct<T>());
            var a = Some.Batch<T>(model.Options, samples: 1);
            (a.Input[0, 0], a.Input[1, 0]) = (T.One, T.Zero);
            var bias = model.Decoder.Output.Bias;
            (bias.Value[0, 0], bias.Value[1, 0]) = (T.CreateChecked(-100), T.CreateChecked(100));
            Assert.Equal(wrong, model.ForwardBackward(a).Reconstruction, tolerance);
            // E[x] is within 1 / 100 of 0 or 1.
            Assert.All(Some.Numbers(bias.Gradient), gradient => Assert.InRange(double.Abs(gradient), 0.98, 1));
            (bias.Value[0, 0], bias.Value[1, 0]) = (T.CreateChecked(100), T.CreateChecked(-100));
            Assert.Equal(right, model.ForwardBackward(a).Reconstruction, tolerance);
        }
    }

    [Theory]
    [InlineData(-0.001f)]
    [InlineData(1.001f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Mistake_8_a_target_outside_0_to_1_is_refused_wherever_it_comes_in(float target)
    {
        foreach (var likelihood in new[] { Likelihood.Bernoulli, Likelihood.ContinuousBernoulli })
        {
            var bad = new ArraySamples([[0, 0, 0, 0, 0, target, 0, 0, 0, 0, 0, 0]]);
            var model = Some.Model<float>(Some.Shape(likelihood: likelihood));
            RequireRefusal(() => new Evaluator<float>(model).Evaluate(bad, seed: 1));
            RequireRefusal(() => new ImportanceSampler<float>(model).Estimate(bad, draws: 2, seed: 1));
            var trainer = new Trainer<float>(model, bad, new TrainingOptions { ValidationSamples = 0 });
            if (float.IsFinite(target))
            {
                RequireRefusal(() => trainer.Step());
            }
            else
            {
                Assert.Contains(
                    "feature 5, for sample 0",
                    Assert.Throws<TrainingDivergedException>(() => trainer.Step()).Message,
                    StringComparison.Ordinal);
            }
        }

        static void RequireRefusal(Action action)
            => Assert.Contains(
                "feature 5 of sample 0", Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
    }

    // 9. Operations that sample z, and operations that use the mean.

    [Fact]
    public void Mistake_9_the_test_ELBO_samples_z()
    {
        var evaluator = new Evaluator<double>(Linear(mean: 0.4, logVariance: -0.5));
        var data = Some.Rows(50, 1);
        Assert.NotEqual(evaluator.Evaluate(data, seed: 1).Reconstruction, evaluator.Evaluate(data, seed: 2).Reconstruction);
    }

    [Theory]
    [InlineData("ELBO")]
    [InlineData("DReG")]
    public void Mistake_9_encode_and_reconstruct_and_interpolate_are_deterministic_and_go_by_the_mean(string bound)
    {
        var model = Some.Model<float>(Some.With(bound, Some.Shape(latent: 3)));
        var (data, samples) = (Some.Rows(5, 12), new[] { 3, 1, 4 });
        var space = new LatentSpace<float>(model);
        var means = space.Encode(data, samples).Mean;
        var a = new Activations<float>(model.Options with { Draws = 1 }, 3);
        data.Gather(samples, a.Input.AsSpan());
        a.Noise.Clear();                                              // z is the mean
        model.Encode(a);
        a.Mean.CopyTo(a.Latent);
        model.Decode(a);
        model.OutputMean(a.Output, a.Output);

        Assert.Equal(a.Mean, means);
        Assert.Equal(a.Output, space.Reconstruct(data, samples));
        Assert.Equal(space.Encode(data, samples).LogVariance, new LatentSpace<float>(model).Encode(data, samples).LogVariance);
        var between = LatentGrid.Between(means.ColumnSpan(0), means.ColumnSpan(2), count: 3);
        Assert.Equal(space.Decode(between), new LatentSpace<float>(model).Decode(between));
        Assert.Equal(space.Reconstruct(data, samples).Column(0), space.Decode(between).Column(0));
    }

    // 10. Binarised input against grey target; a test draw that is not fixed by the seed.

    // Binarising within the model must give the results of data that was binarised before.
    [Theory]
    [InlineData(Pixels.Threshold)]
    [InlineData(Pixels.Dynamic)]
    public void Mistake_10_input_and_target_are_one_binarised_draw(Pixels pixels)
    {
        var grey = Some.Shape(likelihood: Likelihood.Bernoulli);
        var data = Some.Rows(40, 12);
        var drawn = new GatedSamples(data, pixels, seed: 6, Purpose.EvaluationPixels, epoch: 0);
        var expected = new Evaluator<float>(Some.Model<float>(grey)).Evaluate(drawn, seed: 6);
        var actual = new Evaluator<float>(Some.Model<float>(grey with { Pixels = pixels })).Evaluate(data, seed: 6);
        Assert.Equal(expected, actual);
        // A grey input would give another KL.
        Assert.NotEqual(expected.Kl, new Evaluator<float>(Some.Model<float>(grey)).Evaluate(data, seed: 6).Kl);
    }

    // The KL depends on the input alone, not on the noise.
    [Fact]
    public void Mistake_10_the_draw_of_a_test_sample_is_fixed_by_the_seed_and_the_sample()
    {
        var data = Some.Rows(40, 12);
        var model = Some.Model<float>(Some.Shape() with { Pixels = Pixels.Dynamic });
        double Kl(ulong seed, int batchSize) => new Evaluator<float>(model, batchSize).Evaluate(data, seed).Kl;
        Assert.Equal(Kl(6, 40), Kl(6, 40));
        Assert.Equal(Kl(6, 40), Kl(6, 7));
        Assert.NotEqual(Kl(6, 40), Kl(7, 40));
    }

    [Theory]
    [InlineData(Pixels.Grey, false)]
    [InlineData(Pixels.Threshold, false)]
    [InlineData(Pixels.Dynamic, true)]
    public void Mistake_10_training_pixels_are_drawn_anew_each_epoch_where_they_are_dynamic(Pixels pixels, bool anew)
    {
        var still = new TrainingOptions
        {
            Epochs = 2, BatchSize = 40, ValidationSamples = 0, Adam = new AdamOptions { LearningRate = 1e-300 },
        };
        var run = new Remembered<double>();
        TrainerTests.Trainer<double>(Some.Rows(40, 12), still, Some.Shape() with { Pixels = pixels }).Train(run);
        var change = double.Abs(run.Epochs[1].Training.Kl - run.Epochs[0].Training.Kl);
        Assert.Equal(anew, change > 1e-6);                            // the order of the samples makes 1e-17 of it
    }

    // 11. Adam: epsilon after the bias-corrected root; the step counter begins at 1.

    // Computed by hand from the gradients of each step, with an epsilon so large that its position in the formula shows.
    [Fact]
    public void Mistake_11_three_steps_are_those_of_algorithm_1()
    {
        var options = new AdamOptions { LearningRate = 0.01, Beta1 = 0.8, Beta2 = 0.9, Epsilon = 0.1 };
        var trainer = TrainerTests.Trainer<double>(
            Some.Blobs(30, 12), new TrainingOptions { BatchSize = 10, ValidationSamples = 0, Adam = options });
        var expected = Some.Weights(trainer.Model);
        var (m, v) = (new double[expected.Length], new double[expected.Length]);
        for (var t = 1; t <= 3; t++)
        {
            trainer.Step();
            var g = Some.Numbers(trainer.Model.Parameters.Select(parameter => parameter.Gradient));
            for (var i = 0; i < g.Length; i++)
            {
                m[i] = (0.8 * m[i]) + (0.2 * g[i]);
                v[i] = (0.9 * v[i]) + (0.1 * g[i] * g[i]);
                expected[i] -= 0.01 * (m[i] / (1 - double.Pow(0.8, t))) / (double.Sqrt(v[i] / (1 - double.Pow(0.9, t))) + 0.1);
            }

            // The tolerance is for the rounding of numbers near 1.
            Assert.All(expected.Zip(Some.Weights(trainer.Model)), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        }
    }

    // 12. A resume that restores the weights, but not the moments, the step, the order of the data or the noise.

    [Theory]
    [InlineData(2)]                                                   // within the first epoch of four batches
    [InlineData(4)]                                                   // between two epochs
    [InlineData(10)]                                                  // within the third
    public void Mistake_12_a_run_that_was_interrupted_ends_with_the_bits_of_one_that_was_not(int step)
    {
        var data = new LabelledSamples(Some.Rows(60, 12), [.. Enumerable.Range(0, 60).Select(i => (byte)(i % 3))], classes: 3);
        var model = Some.With("DReG", Some.Shape(likelihood: Likelihood.Bernoulli)) with { Pixels = Pixels.Dynamic, Classes = 3 };
        var training = new TrainingOptions
        {
            Epochs = 4, BatchSize = 15, ValidationSamples = 5, KlWarmUpEpochs = 2, Seed = 8,
            Adam = new AdamOptions { LearningRate = 0.01, WeightDecay = 0.01, ClipNorm = 0.5 },
            Schedule = new ScheduleOptions { Kind = LearningRateSchedule.Cosine },
        };
        var product = new SimdProduct<float>(WorkerTeam.OfOne);
        using var folder = new TemporaryFolder();
        var (whole, broken) = (folder.File("whole"), folder.File("broken"));
        var record = new RunRecord(model, training, new DataRecord("rows", 60, "sha"));
        using var expected = TrainingRun<float>.Begin(whole, record, data, product);
        expected.Train();

        using var cancel = new CancellationTokenSource();
        var begun = TrainingRun<float>.Begin(broken, record, data, product);
        begun.Train(new Told(_ => { if (begun.Trainer.State.Adam.StepCount == step) { cancel.Cancel(); } }), cancel.Token);
        Assert.Equal(step, begun.Trainer.State.Adam.StepCount);
        begun.Dispose();
        using var resumed = TrainingRun<float>.Resume(broken, data, "sha", product);
        resumed.Train();

        Assert.Equal(expected.Trainer.State.Adam.StepCount, resumed.Trainer.State.Adam.StepCount);
        Assert.Equal(Some.Weights(expected.Trainer.Model), Some.Weights(resumed.Trainer.Model));
        Assert.Equal(
            Some.Numbers(expected.Trainer.State.Adam.FirstMoments), Some.Numbers(resumed.Trainer.State.Adam.FirstMoments));
        Assert.Equal(
            Some.Numbers(expected.Trainer.State.Adam.SecondMoments), Some.Numbers(resumed.Trainer.State.Adam.SecondMoments));
        Assert.Equal(
            expected.Folder.ReadMetrics().Select(epoch => (epoch.Training, epoch.Validation)),
            resumed.Folder.ReadMetrics().Select(epoch => (epoch.Training, epoch.Validation)));
    }

    // 13. exp(log-variance) overflow.

    // exp(100) is infinite as a float, exp(1000) as a double.
    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void Mistake_13_an_overflown_variance_stops_the_training_or_stays_finite_and_is_never_saved_as_NaN(
        string bound, Likelihood likelihood)
    {
        foreach (var logVariance in new[] { 80, 100, 170, 1000, 1e38 })
        {
            var options = new TrainingOptions { Epochs = 2, BatchSize = 25, ValidationSamples = 0 };
            var trainer = TrainerTests.Trainer<float>(
                Some.Blobs(50, 12), options, Some.With(bound, Some.Shape(likelihood: likelihood)));
            trainer.Model.Encoder.LogVariance.Bias.Value.AsSpan().Fill((float)logVariance);
            var run = new Remembered<float>();
            try
            {
                trainer.Train(run);
                Assert.Equal(2, run.Saves);
            }
            catch (TrainingDivergedException diverged)
            {
                Assert.StartsWith("At step ", diverged.Message);      // the clear stop
            }

            Assert.All(run.Weights.SelectMany(weights => weights), weight => Assert.True(double.IsFinite(weight)));
            Assert.All(run.Epochs, epoch => Assert.True(double.IsFinite(epoch.Training.Loss), epoch.ToString()));
        }
    }

    // Neither a NaN that a ReLU turns into 0 nor an infinity that a mean omits may hide the overflow.
    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void Mistake_13_an_overflown_variance_shows_in_every_evaluation(string bound, Likelihood likelihood)
    {
        var model = Some.Model<float>(Some.With(bound, Some.Shape(likelihood: likelihood)));
        model.Encoder.LogVariance.Bias.Value.AsSpan().Fill(1000);
        Assert.False(double.IsFinite(new Evaluator<float>(model).Evaluate(Some.Blobs(20, 12), seed: 1).Loss));
        Assert.False(
            double.IsFinite(
                new ImportanceSampler<float>(model).Estimate(Some.Blobs(20, 12), draws: 3, seed: 1).NegativeLogLikelihood));
    }

    [Fact]
    public void Mistake_13_a_log_variance_of_88_is_finite_in_loss_and_gradient()
    {
        var model = Some.Model<float>(Some.Shape());
        model.Encoder.LogVariance.Bias.Value.AsSpan().Fill(88);       // exp(88) is 1.7e38, half the largest float
        Assert.True(double.IsFinite(model.ForwardBackward(Some.Batch<float>(model.Options, samples: 3)).Loss));
        Assert.All(
            Some.Numbers(model.Parameters.Select(parameter => parameter.Gradient)),
            gradient => Assert.True(double.IsFinite(gradient)));
    }

    // p(x|z) = N(slope z + offset, variance), one feature and one latent: everything has a closed form.
    private const double Slope = 1.3;
    private const double Offset = -0.2;
    private const double Variance = 0.8;

    // The hidden unit is a ReLU shifted by 100, where it is linear; all weights
    // of the encoder are 0, so that its biases are the posterior.
    private static VariationalAutoencoder<double> Linear(
        double mean, double logVariance, Bound? bound = null, int draws = 1, double klWeight = Variance)
    {
        var options = Some.Shape(features: 1, hidden: [1], latent: 1, Likelihood.Gaussian, klWeight) with
        {
            Bound = bound ?? Bound.Elbo, Draws = draws,
        };
        var model = new VariationalAutoencoder<double>(options, new ReferenceProduct<double>());
        model.Encoder.Mean.Bias.Value[0, 0] = mean;
        model.Encoder.LogVariance.Bias.Value[0, 0] = logVariance;
        model.Decoder.Hidden[0].Weight.Value[0, 0] = 1;
        model.Decoder.Hidden[0].Bias.Value[0, 0] = 100;
        model.Decoder.Output.Weight.Value[0, 0] = Slope;
        model.Decoder.Output.Bias.Value[0, 0] = Offset - (100 * Slope);
        return model;
    }

    private static double LogDensity(double x, double mean, double variance)
        => -(double.Log(2 * double.Pi * variance) + ((x - mean) * (x - mean) / variance)) / 2;

    private static double LogWeight(double x, double z, double mean, double logVariance)
        => LogDensity(x, (Slope * z) + Offset, Variance) + LogDensity(z, 0, 1) - LogDensity(z, mean, double.Exp(logVariance));

    private static List<EpochMetrics> WarmedUp()
    {
        var run = new Remembered<double>();
        var options = new TrainingOptions { Epochs = 4, BatchSize = 16, ValidationSamples = 10, KlWarmUpEpochs = 2 };
        var trainer = TrainerTests.Trainer<double>(Some.Blobs(60, 12), options, Some.Shape(klWeight: 1.5));
        trainer.Model.Encoder.Mean.Bias.Value.AsSpan().Fill(0.5);     // so that there is a KL to weigh
        trainer.Train(run);
        return run.Epochs;
    }
}
