using Vae.Math;

namespace Vae.Model.Tests;

public class VariationalAutoencoderTests
{
    [Fact]
    public void Parameters_have_the_names_of_PyTorch_in_the_order_of_the_data_flow()
    {
        var model = Some.Model<float>(Some.Shape(features: 9, [8, 7], latent: 3));
        Assert.Equal(
            [
                "encoder.hidden.0.weight (8 x 9)", "encoder.hidden.0.bias (8 x 1)",
                "encoder.hidden.1.weight (7 x 8)", "encoder.hidden.1.bias (7 x 1)",
                "encoder.mean.weight (3 x 7)", "encoder.mean.bias (3 x 1)",
                "encoder.log_variance.weight (3 x 7)", "encoder.log_variance.bias (3 x 1)",
                "decoder.hidden.0.weight (7 x 3)", "decoder.hidden.0.bias (7 x 1)",
                "decoder.hidden.1.weight (8 x 7)", "decoder.hidden.1.bias (8 x 1)",
                "decoder.output.weight (9 x 8)", "decoder.output.bias (9 x 1)",
            ],
            model.Parameters.Select(parameter => parameter.ToString()));
    }

    [Fact]
    public void The_heads_of_the_encoder_have_separate_parameters()
    {
        var model = Some.Model<float>(Some.Shape());
        Assert.NotSame(model.Encoder.Mean.Weight, model.Encoder.LogVariance.Weight);
        Assert.NotEqual(model.Encoder.Mean.Weight.Value, model.Encoder.LogVariance.Weight.Value);

        var a = Some.Batch<float>(model.Options, samples: 3);
        model.Encode(a);
        var mean = Some.Numbers(a.Mean);
        model.Encoder.LogVariance.Weight.Value.Clear();
        model.Encoder.LogVariance.Bias.Value.Clear();
        model.Encode(a);
        Assert.Equal(mean, Some.Numbers(a.Mean));
        Assert.All(Some.Numbers(a.LogVariance), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Each_layer_is_initialised_with_separate_draws()
    {
        // All weights 8 x 8, so a repeated draw would show.
        var model = Some.Model<double>(Some.Shape(features: 8, [8, 8, 8], latent: 8));
        var weights = model.Parameters
            .Where(parameter => parameter.Value.ColumnCount > 1)
            .Select(parameter => parameter.Value[0, 0])
            .ToList();
        Assert.Equal(9, weights.Count);
        Assert.Equal(weights.Count, weights.Distinct().Count());
    }

    [Fact]
    public void Initial_weights_are_a_pure_function_of_the_seed()
    {
        var options = Some.Shape();
        Assert.Equal(Some.Weights(Some.Model<float>(options, seed: 3)), Some.Weights(Some.Model<float>(options, seed: 3)));
        Assert.NotEqual(Some.Weights(Some.Model<float>(options, seed: 3)), Some.Weights(Some.Model<float>(options, seed: 4)));
    }

    // With all weights 0: mean = log-variance = 0, so KL = 0 exactly; logits 0, so each feature costs ln 2.
    [Fact]
    public void A_model_of_zeros_costs_ln_2_a_feature_and_no_KL()
    {
        var model = new VariationalAutoencoder<double>(Some.Shape(features: 12), new ReferenceProduct<double>());
        var objective = model.Forward(Some.Batch<double>(model.Options, samples: 5));
        Assert.Equal(0, objective.Kl);
        Assert.Equal(12 * double.Log(2), objective.Reconstruction, 1e-13); // the rounding of 12 sums of numbers near 1
    }

    // KL(mean 1, log-variance ln 4) = (4 + 1 - 1 - ln 4) / 2 for each latent.
    [Fact]
    public void Log_variance_is_the_logarithm_of_the_variance()
    {
        var model = new VariationalAutoencoder<double>(Some.Shape(latent: 2), new ReferenceProduct<double>());
        model.Encoder.Mean.Bias.Value.AsSpan().Fill(1);
        model.Encoder.LogVariance.Bias.Value.AsSpan().Fill(double.Log(4));
        var a = Some.Batch<double>(model.Options, samples: 3);

        var objective = model.Forward(a);

        Assert.Equal(4 - double.Log(4), objective.Kl, 1e-14); // two latents; rounding only
        for (var i = 0; i < a.Latent.AsSpan().Length; i++)
        {
            Assert.Equal(1 + (2 * a.Noise.AsSpan()[i]), a.Latent.AsSpan()[i], 1e-14); // sigma = 2; rounding only
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    [InlineData(4.0)]
    public void The_loss_is_the_reconstruction_plus_the_weighted_KL(double weight)
    {
        var model = Some.Model<double>(Some.Shape(klWeight: weight));
        var objective = model.Forward(Some.Batch<double>(model.Options, samples: 3));
        Assert.True(objective.Kl > 0);
        Assert.Equal(weight, objective.KlWeight);
        Assert.Equal(objective.Reconstruction + (weight * objective.Kl), objective.Loss);
    }

    [Fact]
    public void The_formula_of_the_objective_names_the_weight_the_reduction_and_the_reconstruction()
    {
        var bernoulli = Some.Model<float>(Some.Shape(klWeight: 0.5)).Formula;
        var gaussian = Some.Model<float>(Some.Shape(likelihood: Likelihood.Gaussian)).Formula;
        Assert.StartsWith("loss = reconstruction + 0.5 * KL, averaged over samples", bernoulli);
        Assert.Contains("sum over features of max(l, 0) - l x", bernoulli, StringComparison.Ordinal);
        Assert.Contains("half the squared error", gaussian, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_in_words_shows_a_small_KL_weight_without_rounding_it_to_0()
        => Assert.Equal(
            "loss 3.00 = reconstruction 3.00 + 0.0001 * KL 2.00; negative ELBO at weight 1: 5.00",
            new Objective(3, 2, 0.0001).ToString());

    [Fact]
    public void An_objective_in_words_at_weight_1_is_the_negative_ELBO_already()
        => Assert.Equal("loss 5.00 = reconstruction 3.00 + 1 * KL 2.00", new Objective(3, 2, 1).ToString());

    [Fact]
    public void An_objective_in_words_never_calls_another_loss_the_sum_of_its_terms()
        => Assert.Equal(
            "loss 4.50; reconstruction 3.00 + 1 * KL 2.00; negative ELBO at weight 1: 6.00",
            (new Objective(3, 2, 1) { Loss = 4.5, NegativeElbo = 6 }).ToString());

    [Fact]
    public void An_objective_in_words_that_is_another_bound_gives_the_negative_ELBO_beside_it()
        => Assert.Equal(
            "loss 4.50; reconstruction 3.00 + 1 * KL 2.00; negative ELBO at weight 1: 5.00",
            (new Objective(3, 2, 1) { Loss = 4.5 }).ToString());

    [Fact]
    public void Reconstructions_are_probabilities_for_Bernoulli_and_the_decoder_output_for_a_Gaussian()
    {
        var bernoulli = Some.Model<double>(Some.Shape());
        var gaussian = Some.Model<double>(Some.Shape(likelihood: Likelihood.Gaussian));
        var output = CreateOutput(-200, 0, 3, 200);
        var mean = CreateOutput(0, 0, 0, 0);

        bernoulli.OutputMean(output, mean);
        Assert.Equal(0, mean[0, 0], 1e-80);
        Assert.Equal(0.5, mean[1, 0]);
        Assert.Equal(1 / (1 + double.Exp(-3)), mean[2, 0], 1e-15); // rounding only
        Assert.Equal(1, mean[3, 0]);

        gaussian.OutputMean(output, mean);
        Assert.Equal(output, mean);
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-0.001f)]
    [InlineData(float.NaN)]
    public void A_Bernoulli_likelihood_refuses_a_target_outside_0_to_1(float target)
    {
        var model = Some.Model<float>(Some.Shape());
        var a = Some.Batch<float>(model.Options, samples: 3);
        a.Input[4, 2] = target;
        var refusal = Assert.Throws<ArgumentException>(() => model.Forward(a));
        Assert.Contains($"feature 4 of sample 2 of the batch is {target}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Gaussian_likelihood_accepts_any_finite_target()
    {
        var model = Some.Model<float>(Some.Shape(likelihood: Likelihood.Gaussian));
        var a = Some.Batch<float>(model.Options, samples: 3);
        a.Input[4, 2] = -17.5f;
        Assert.True(double.IsFinite(model.Forward(a).Loss));
    }

    // Loss and gradient of a batch of two are the means over its samples.
    [Fact]
    public void The_objective_of_a_batch_is_the_mean_of_its_samples()
    {
        var options = Some.Shape(features: 7, [8, 6]);
        var model = Some.Model<double>(options);
        var both = Some.Batch<double>(options, samples: 2);
        var expected = model.Forward(both).Loss;
        model.Backward(both);
        var gradients = Some.Numbers(model.Parameters.Select(parameter => parameter.Gradient));

        var loss = 0.0;
        var sums = new double[gradients.Length];
        for (var sample = 0; sample < 2; sample++)
        {
            var one = new Activations<double>(options, 1);
            both.Input.ColumnSpan(sample).CopyTo(one.Input.AsSpan());
            both.Noise.ColumnSpan(sample).CopyTo(one.Noise.AsSpan());
            loss += model.Forward(one).Loss / 2;
            model.Backward(one);
            sums =
            [
                .. sums.Zip(Some.Numbers(model.Parameters.Select(parameter => parameter.Gradient)), (sum, g) => sum + (g / 2)),
            ];
        }

        Assert.Equal(expected, loss, 1e-13);                          // the order of a few sums
        Assert.All(gradients.Zip(sums), pair => Assert.Equal(pair.First, pair.Second, 1e-14)); // gradients are below 1
    }

    [Fact]
    public void Activations_for_no_sample_are_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new Activations<float>(Some.Shape(), samples: 0));

    [Fact]
    public void More_draws_than_a_matrix_can_hold_are_refused_with_a_remedy()
        => Assert.Contains(
            "Take a smaller batch, or fewer draws.",
            Assert.Throws<ArgumentException>(
                () => new Activations<float>(Some.Shape(features: 784) with { Draws = 42_800 }, samples: 128)).Message,
            StringComparison.Ordinal);

    private static MathNet.Numerics.LinearAlgebra.Matrix<double> CreateOutput(params double[] values)
        => MathNet.Numerics.LinearAlgebra.CreateMatrix.Dense(values.Length, 1, values);
}
