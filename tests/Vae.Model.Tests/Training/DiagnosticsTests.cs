using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Each diagnosis is provoked, is reported once, and is not reported in a similar but healthy case.</summary>
public class DiagnosticsTests
{
    // 100 to train on in 7 steps; 120 to look at. Weights as they were set: nothing is learnt.
    private static TrainingOptions Still => new()
    {
        Epochs = 3, BatchSize = 16, ValidationSamples = 120, Adam = new AdamOptions { LearningRate = 1e-300 },
    };

    private static TrainingOptions Learning => Still with { Epochs = 60, Adam = new AdamOptions { LearningRate = 5e-3 } };

    [Fact]
    public void A_KL_weight_that_outweighs_the_reconstruction_gives_posterior_collapse()
    {
        var (epoch, diagnosis) = Single(DiagnosisKind.PosteriorCollapse, Train(Learning, Some.Shape(klWeight: 100)));
        Assert.True(epoch.Step >= 300, $"{epoch.Step} steps");
        Assert.Matches(@"^KL 0\.0\d\d nats, reconstruction 8\.\d where the mean sample alone gives 8\.\d$", diagnosis.Observed);
        Assert.Contains("TrainingOptions.KlWarmUpEpochs", diagnosis.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Posterior_collapse_is_reported_for_a_Gaussian_likelihood()
        => Single(DiagnosisKind.PosteriorCollapse, Train(Learning, Some.Shape(likelihood: Likelihood.Gaussian, klWeight: 100)));

    [Fact]
    public void Posterior_collapse_is_found_by_the_KL_alone_where_the_mean_sample_is_not_the_best_constant()
    {
        var (_, diagnosis) = Single(
            DiagnosisKind.PosteriorCollapse,
            Train(Learning, Some.Shape(likelihood: Likelihood.ContinuousBernoulli, klWeight: 100)));
        Assert.DoesNotContain("mean sample", diagnosis.Observed, StringComparison.Ordinal);
    }

    [Fact]
    public void No_posterior_collapse_is_reported_after_few_steps()
        => Assert.DoesNotContain(
            DiagnosisKind.PosteriorCollapse, Kinds(Train(Learning with { Epochs = 42 }, Some.Shape(klWeight: 100))));

    // KL 0 at weight 0, as the heads are 0: the model was not asked for anything else.
    [Fact]
    public void No_posterior_collapse_is_reported_without_a_KL_term()
        => Assert.DoesNotContain(
            DiagnosisKind.PosteriorCollapse, Kinds(Train(Still with { Epochs = 50 }, Some.Shape(klWeight: 0), ClearHeads)));

    [Theory]
    [InlineData("encoder.hidden.0")]
    [InlineData("encoder.hidden.1")]
    [InlineData("decoder.hidden.0")]
    [InlineData("decoder.hidden.1")]
    public void Units_that_are_zero_for_every_sample_are_dead(string layer)
    {
        var (epoch, diagnosis) = Single(
            DiagnosisKind.DeadUnits, Train(Still, Some.Shape(hidden: [8, 8]), model => Set(model, $"{layer}.bias", -100)));
        Assert.Equal(1, epoch.Epoch);
        Assert.Equal($"8 of 8 units of {layer} give 0 for all of 120 samples", diagnosis.Observed);
    }

    [Fact]
    public void The_share_of_dead_units_of_a_good_model_is_not_reported()
        => Assert.DoesNotContain(
            DiagnosisKind.DeadUnits,
            Kinds(
                Train(Still, Some.Shape(hidden: [10]), model => Find(model, "encoder.hidden.0.bias").AsSpan()[..9].Fill(-100))));

    [Theory]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.LeakyRelu)]
    [InlineData(Activation.Softplus)]
    public void Dead_units_are_reported_for_ReLU_alone(Activation activation)
        => Assert.DoesNotContain(
            DiagnosisKind.DeadUnits,
            Kinds(
                Train(
                    Still,
                    Some.Shape() with { EncoderActivation = activation, DecoderActivation = activation },
                    model => Set(model, "encoder.hidden.0.bias", -1000))));

    [Fact]
    public void No_dead_units_are_reported_from_a_few_samples()
        => Assert.DoesNotContain(
            DiagnosisKind.DeadUnits,
            Kinds(
                Train(Still with { ValidationSamples = 99 }, Some.Shape(), model => Set(model, "encoder.hidden.0.bias", -100))));

    [Fact]
    public void A_KL_that_rises_while_the_objective_falls_is_normal()
    {
        var (epoch, diagnosis) = Single(DiagnosisKind.RisingKl, Train(Learning, Some.Shape(hidden: [16])));
        Assert.True(epoch.Epoch >= 2);
        Assert.Contains("normal", diagnosis.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_far_out_on_the_wrong_side_are_saturated()
    {
        var (_, diagnosis) = Single(
            DiagnosisKind.SaturatedLogits, Train(Still, Some.Shape(), model => Set(model, "decoder.output.bias", 50)));
        // Half of a blob's features are bright.
        Assert.Equal("50.00 % of the logits are beyond 15 on the wrong side", diagnosis.Observed);
    }

    [Fact]
    public void Saturated_logits_are_reported_for_a_continuous_Bernoulli()
        => Single(
            DiagnosisKind.SaturatedLogits,
            Train(Still, Some.Shape(likelihood: Likelihood.ContinuousBernoulli), model => Set(model, "decoder.output.bias", 50)));

    [Fact]
    public void Saturated_logits_are_not_reported_for_the_means_of_a_Gaussian()
        => Assert.DoesNotContain(
            DiagnosisKind.SaturatedLogits,
            Kinds(Train(Still, Some.Shape(likelihood: Likelihood.Gaussian), model => Set(model, "decoder.output.bias", 50))));

    [Fact]
    public void A_log_variance_of_20_is_reported_as_exploding()
    {
        var (_, diagnosis) = Single(
            DiagnosisKind.ExplodingLogVariance, Train(Still, Some.Shape(), model => Set(model, "encoder.log_variance.bias", 20)));
        Assert.Matches(@"^a posterior's log-variance of (19|20|21)\.\d$", diagnosis.Observed);
    }

    [Fact]
    public void Bytes_as_targets_of_a_Gaussian_are_reported_as_outside_its_range()
    {
        var (_, diagnosis) = Single(
            DiagnosisKind.OutsideRange, Train(Still, Some.Shape(likelihood: Likelihood.Gaussian), data: Scaled(255)));
        Assert.Contains("for a Gaussian of variance 1", diagnosis.Observed, StringComparison.Ordinal);
        Assert.Contains("Scale the samples", diagnosis.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1e-4)]                                             // a sharp reconstruction was asked for
    [InlineData(255, 65025)]                                          // the same as samples from 0 to 1 at weight 1
    public void Samples_on_the_scale_of_the_variance_are_within_the_range_of_a_Gaussian(double scale, double klWeight)
        => Assert.DoesNotContain(
            DiagnosisKind.OutsideRange,
            Kinds(Train(Still, Some.Shape(likelihood: Likelihood.Gaussian, klWeight: klWeight), data: Scaled((float)scale))));

    [Fact]
    public void Inactive_latents_are_reported_after_the_last_epoch()
    {
        var (epoch, diagnosis) = Single(DiagnosisKind.InactiveLatents, Train(Still, Some.Shape(latent: 3), OneActive));
        Assert.Equal(Still.Epochs, epoch.Epoch);
        Assert.Equal("2 of 3 latents have a KL below 0.01 nats", diagnosis.Observed);
    }

    // With weights that do not move, the first epoch stays the best.
    [Fact]
    public void Inactive_latents_are_reported_when_the_patience_ends_the_training()
        => Assert.Equal(
            2,
            Single(
                DiagnosisKind.InactiveLatents, Train(Still with { Patience = 1 }, Some.Shape(latent: 3), OneActive)).Epoch.Epoch);

    [Fact]
    public void The_diagnoses_of_an_epoch_are_in_its_line_of_the_metrics_file()
    {
        using var folder = new TemporaryFolder();
        var trainer = TrainerTests.Trainer<double>(Some.Blobs(220, 12), Still);
        Set(trainer.Model, "encoder.log_variance.bias", 20);
        var run = RunFolder.Create(folder.FullPath, new RunRecord(Some.Shape(), Still, new DataRecord("", 220, "")));
        var remembered = new Remembered<double>();

        trainer.Train(new Both<double>(run.Checkpoint<double>(), remembered));

        Assert.Equal(remembered.Epochs, run.ReadMetrics());
        var lines = File.ReadAllLines(folder.File("metrics.jsonl"));
        Assert.Contains(
            "\"diagnoses\":[{\"kind\":\"ExplodingLogVariance\",\"saw\":\"a posterior", lines[0], StringComparison.Ordinal);
        Assert.All(lines.Skip(1), line => Assert.DoesNotContain("diagnoses", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_diagnosis_reads_as_two_sentences()
        => Assert.Equal(
            "It was seen: it means that. Try this.",
            new Diagnosis(DiagnosisKind.RisingKl, "It was seen", "it means that", "Try this").ToString());

    // Diagnoses are made of an importance-weighted, labelled model, which is examined through one draw.
    [Fact]
    public void A_model_of_several_draws_with_labels_is_diagnosed()
    {
        var data = new LabelledSamples(Some.Blobs(220, 12), [.. Enumerable.Range(0, 220).Select(i => (byte)(i % 2))], 2);
        var shape = Some.Shape() with { Bound = Bound.DoublyReparameterised, Draws = 3, Classes = 2, Pixels = Pixels.Threshold };
        Assert.Contains(
            DiagnosisKind.SaturatedLogits, Kinds(Train(Still, shape, model => Set(model, "decoder.output.bias", 50), data)));
    }

    private static ArraySamples Scaled(float scale)
        => new(
            [
                .. Enumerable.Range(0, 220)
                    .Select(i => Enumerable.Range(0, 12).Select(feature => scale * ((i + feature) % 2)).ToArray())
            ]);

    private static void OneActive(VariationalAutoencoder<double> model)
    {
        ClearHeads(model);
        Find(model, "encoder.mean.bias").AsSpan()[1] = 2;
    }

    private static void ClearHeads(VariationalAutoencoder<double> model)
    {
        string[] heads =
        [
            "encoder.mean.weight",
            "encoder.mean.bias",
            "encoder.log_variance.weight",
            "encoder.log_variance.bias",
        ];
        foreach (var name in heads)
        {
            Set(model, name, 0);
        }
    }

    private static MathNet.Numerics.LinearAlgebra.Matrix<double> Find(VariationalAutoencoder<double> model, string name)
        => model.Parameters.Single(parameter => parameter.Name == name).Value;

    private static void Set(VariationalAutoencoder<double> model, string name, double value)
        => Find(model, name).AsSpan().Fill(value);

    private static List<EpochMetrics> Train(
        TrainingOptions options,
        VaeOptions shape,
        Action<VariationalAutoencoder<double>>? prepare = null,
        ISampleSource? data = null)
    {
        var trainer = TrainerTests.Trainer<double>(data ?? Some.Blobs(220, 12), options, shape);
        prepare?.Invoke(trainer.Model);
        var run = new Remembered<double>();
        trainer.Train(run);
        return run.Epochs;
    }

    private static IEnumerable<DiagnosisKind> Kinds(List<EpochMetrics> epochs)
        => Said(epochs).Select(said => said.Diagnosis.Kind);

    private static IEnumerable<(EpochMetrics Epoch, Diagnosis Diagnosis)> Said(List<EpochMetrics> epochs)
        => epochs.SelectMany(epoch => (epoch.Diagnoses ?? []).Select(diagnosis => (epoch, diagnosis)));

    // The diagnosis is reported, and only once in the run.
    private static (EpochMetrics Epoch, Diagnosis Diagnosis) Single(DiagnosisKind kind, List<EpochMetrics> epochs)
        => Assert.Single(Said(epochs), said => said.Diagnosis.Kind == kind);
}
