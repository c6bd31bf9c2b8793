using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>A training that diverges stops at once with a message, and neither steps nor saves broken weights.</summary>
public class DivergenceTests
{
    private static TrainingOptions Options => new() { Epochs = 3, BatchSize = 25, ValidationSamples = 0 };

    [Fact]
    public void A_huge_learning_rate_is_reported_with_its_step_and_a_remedy_and_the_weights_stay()
    {
        var trainer = TrainerTests.Trainer<float>(
            Some.Blobs(100, 12), Options with { Adam = new AdamOptions { LearningRate = 1e30 } });
        trainer.Step();
        var weights = Some.Weights(trainer.Model);

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Train());

        Assert.StartsWith("At step 2 (epoch 1) the loss is ", diverged.Message);
        Assert.Contains("Try a smaller learning rate than 1E+30", diverged.Message, StringComparison.Ordinal);
        Assert.Equal(weights, Some.Weights(trainer.Model));
        Assert.Equal(1, trainer.State.Adam.StepCount);
    }

    [Fact]
    public void The_message_of_a_divergence_mentions_the_last_checkpoint_only_if_there_is_one()
    {
        const string whole = "The last checkpoint is whole.";
        var options = Options with { Adam = new AdamOptions { LearningRate = 1e30 } };
        var broken = TrainerTests.Trainer<float>(Some.Blobs(100, 12), options);
        broken.Step();
        Assert.DoesNotContain(
            whole, Assert.Throws<TrainingDivergedException>(() => broken.Train()).Message, StringComparison.Ordinal);

        var unsaved = TrainerTests.Trainer<float>(Some.Blobs(100, 12), options);
        Assert.DoesNotContain(
            whole,
            Assert.Throws<TrainingDivergedException>(() => unsaved.Train(new Remembered<float>())).Message,
            StringComparison.Ordinal);

        var saved = TrainerTests.Trainer<float>(Some.Blobs(100, 12), Options);
        using var stop = new CancellationTokenSource();
        saved.Train(new Remembered<float>(), new Told(_ => stop.Cancel()), stop.Token);
        saved.Model.Decoder.Output.Bias.Value.AsSpan().Fill(float.NaN);
        Assert.Contains(whole, Assert.Throws<TrainingDivergedException>(() => saved.Train()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_remedy_for_a_divergence_names_properties_and_has_a_decimal_point_in_every_culture()
    {
        using var culture = new OtherCulture();
        var trainer = TrainerTests.Trainer<float>(
            Some.Blobs(100, 12), Options with { Adam = new AdamOptions { LearningRate = 0.5 } });
        trainer.Model.Decoder.Output.Bias.Value.AsSpan().Fill(float.NaN);

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Train());

        Assert.StartsWith("At step 1 (epoch 1) the loss is NaN: reconstruction NaN, KL 0.", diverged.Message);
        Assert.EndsWith(
            "Try a smaller learning rate than 0.5 (AdamOptions.LearningRate), or clip the gradient (AdamOptions.ClipNorm).",
            diverged.Message);
    }

    [Fact]
    public void A_NaN_in_the_data_is_reported_and_the_weights_stay()
    {
        var rows = Enumerable.Range(0, 50).Select(i => new float[12]).ToArray();
        rows[17][5] = float.NaN;
        var trainer = TrainerTests.Trainer<float>(
            new ArraySamples(rows), Options with { BatchSize = 50 }, Some.Shape(likelihood: Likelihood.Gaussian));
        var weights = Some.Weights(trainer.Model);

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Train());

        Assert.StartsWith("At step 1 (epoch 1) the loss is NaN: reconstruction NaN, KL NaN.", diverged.Message);
        Assert.Contains("First of all, the data, feature 5, for sample 17 is NaN.", diverged.Message, StringComparison.Ordinal);
        Assert.Contains("Mend that sample or leave it out", diverged.Message, StringComparison.Ordinal);
        Assert.Equal(weights, Some.Weights(trainer.Model));
        Assert.Equal(0, trainer.State.Adam.StepCount);
    }

    // exp(100) is 3e43: a finite KL in double, but infinite as the float that the gradient is made of.
    [Fact]
    public void A_log_variance_whose_exponential_overflows_stops_the_training_before_the_step()
    {
        var trainer = WithHugeVariance(klWeight: 1);
        var weights = Some.Weights(trainer.Model);

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Step());

        Assert.StartsWith("At step 1 (epoch 1) the gradient is not finite", diverged.Message);
        Assert.Equal(weights, Some.Weights(trainer.Model));
        Assert.Equal(0, trainer.State.Adam.StepCount);
    }

    [Fact]
    public void With_a_KL_weight_of_0_an_overflowing_variance_never_becomes_NaN()
    {
        var trainer = WithHugeVariance(klWeight: 0);
        trainer.Step();
        Assert.Equal(1, trainer.State.Adam.StepCount);
        Assert.All(Some.Weights(trainer.Model), weight => Assert.True(double.IsFinite(weight)));
    }

    // One step an epoch: the loss was finite before the step, and only the validation sees its effect.
    [Fact]
    public void A_validation_loss_that_is_not_finite_stops_the_training_before_anything_is_saved()
    {
        var options = Options with
        {
            Epochs = 1, BatchSize = 100, ValidationSamples = 10, Adam = new AdamOptions { LearningRate = 1e30 },
        };
        var trainer = TrainerTests.Trainer<float>(Some.Blobs(110, 12), options);
        var run = new Remembered<float>();

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Train(run));

        Assert.StartsWith("At step 1 (epoch 1) the validation loss is ", diverged.Message);
        Assert.Equal(0, run.Saves);
    }

    [Fact]
    public void Weights_that_are_not_finite_are_never_saved()
    {
        // The learning rate 1e39 is infinite as a float.
        var options = Options with { Epochs = 1, BatchSize = 100, Adam = new AdamOptions { LearningRate = 1e39 } };
        var trainer = TrainerTests.Trainer<float>(Some.Blobs(100, 12), options);
        var run = new Remembered<float>();

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Train(run));

        Assert.StartsWith(
            "At step 1 (epoch 1) the step left numbers that are not finite. "
                + "First of all, encoder.hidden.0.weight, row 0, column 0, is ",
            diverged.Message);
        Assert.Equal(0, run.Saves);
    }

    // A gradient of 1e22 is finite as a float, its square is not: without a word the
    // moment would stay infinite, and the weight where it is for ever.
    [Fact]
    public void A_gradient_whose_square_overflows_stops_the_training_at_that_step()
    {
        var trainer = TrainerTests.Trainer<float>(
            Some.Blobs(100, 12), Options, Some.Shape(likelihood: Likelihood.Gaussian, klWeight: 0));
        trainer.Model.Decoder.Hidden[0].Bias.Value.AsSpan().Fill(1e4f);
        trainer.Model.Decoder.Output.Bias.Value.AsSpan().Fill(1e18f);

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Step());

        Assert.StartsWith(
            "At step 1 (epoch 1) the step left numbers that are not finite. First of all, Adam's second moment of ",
            diverged.Message);
        Assert.Contains("is infinity.", diverged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NaN_in_a_held_out_sample_is_reported_with_the_number_of_the_sample()
    {
        var rows = Enumerable.Range(0, 100).Select(i => new float[12]).ToArray();
        var options = Options with { ValidationSamples = 10 };
        var heldOut = HeldOut(options);
        rows[heldOut][7] = float.PositiveInfinity;
        var trainer = TrainerTests.Trainer<float>(new ArraySamples(rows), options, Some.Shape(likelihood: Likelihood.Gaussian));

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Train());

        Assert.StartsWith("At step 4 (epoch 1) the validation loss is ", diverged.Message);
        Assert.Contains($"the data, feature 7, for sample {heldOut} is infinity", diverged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_NaN_in_a_held_out_sample_that_cross_entropy_refuses_is_reported_with_the_number_of_the_sample()
    {
        var rows = Enumerable.Range(0, 100).Select(i => new float[12]).ToArray();
        var options = Options with { ValidationSamples = 10 };
        var heldOut = HeldOut(options);
        rows[heldOut][7] = float.NaN;

        var diverged = Assert.Throws<TrainingDivergedException>(
            () => TrainerTests.Trainer<float>(new ArraySamples(rows), options).Train());

        Assert.StartsWith("At step 4 (epoch 1) the held-out data cannot be measured. ", diverged.Message);
        Assert.Contains($"the data, feature 7, for sample {heldOut} is NaN", diverged.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> EveryLayer => new()
    {
        { "encoder.hidden.0", "encoder.hidden.0.bias, row 0, column 0, is NaN" },
        { "encoder.mean", "encoder.mean.bias, row 0, column 0, is NaN" },
        { "encoder.log_variance", "encoder.log_variance.bias, row 0, column 0, is NaN" },
        { "decoder.hidden.0", "decoder.hidden.0.bias, row 0, column 0, is NaN" },
        { "decoder.output", "decoder.output.bias, row 0, column 0, is NaN" },
    };

    [Theory, MemberData(nameof(EveryLayer))]
    public void A_weight_that_is_NaN_is_reported_with_its_layer(string layer, string told)
    {
        var trainer = TrainerTests.Trainer<float>(Some.Blobs(100, 12), Options);
        trainer.Model.Parameters.Single(parameter => parameter.Name == $"{layer}.bias").Value[0, 0] = float.NaN;

        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Step());

        Assert.Contains($"First of all, {told}.", diverged.Message, StringComparison.Ordinal);
        Assert.Equal(0, trainer.State.Adam.StepCount);
    }

    // Finite weights, so large that a layer's sum is not: the first layer that it happens in is named, with the sample.
    [Theory]
    [InlineData("encoder.mean", "the output of encoder.mean, latent ")]
    [InlineData("decoder.output", "the output of decoder.output, row ")]
    public void A_layer_whose_output_overflows_is_reported_by_name(string layer, string told)
    {
        var trainer = TrainerTests.Trainer<float>(Some.Blobs(100, 12), Options);
        var large = trainer.Model.Parameters
            .Where(parameter => parameter.Name == $"{layer}.weight" || parameter.Name == "decoder.hidden.0.bias");
        foreach (var parameter in large)
        {
            parameter.Value.AsSpan().Fill(parameter.Name.EndsWith("weight", StringComparison.Ordinal) ? 3e38f : 30);
        }

        trainer.Model.Encoder.Hidden[0].Bias.Value.AsSpan().Fill(30);
        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Step());

        Assert.Contains($"First of all, {told}", diverged.Message, StringComparison.Ordinal);
        Assert.Contains(" is infinity", diverged.Message, StringComparison.Ordinal);
    }

    // One of the samples, of a hundred, that these options hold out.
    private static int HeldOut(TrainingOptions options)
    {
        var order = new int[100];
        new RandomDraws(options.Seed, (uint)Purpose.ValidationSplit, 0).FillPermutation(order);
        return order[3];
    }

    private static Trainer<float> WithHugeVariance(double klWeight)
    {
        var trainer = TrainerTests.Trainer<float>(Some.Blobs(100, 12), Options, Some.Shape(klWeight: klWeight));
        trainer.Model.Encoder.LogVariance.Bias.Value.AsSpan().Fill(100);
        trainer.Model.Decoder.Hidden[0].Weight.Value.Clear();         // z is huge, but nothing of it reaches the output
        return trainer;
    }
}
