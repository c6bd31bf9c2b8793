using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// The changes from epoch to epoch (KL warm-up, learning rate, drawn pixels) and the early end of a training.
/// </summary>
public class ScheduleInTrainingTests
{
    // 60 to train on and 40 to validate: an epoch is two steps.
    private static TrainingOptions Short => new()
    {
        Epochs = 5, BatchSize = 32, ValidationSamples = 40, Adam = new AdamOptions { LearningRate = 5e-3 },
    };

    [Fact]
    public void A_warm_up_raises_the_KL_weight_by_the_same_share_each_epoch()
        => Assert.Equal(
            [0, 0.5, 1, 1.5, 2],
            Train(Short with { KlWarmUpEpochs = 4 }, Some.Shape(klWeight: 2)).Epochs.Select(epoch => epoch.Training.KlWeight));

    [Fact]
    public void The_loss_of_an_epoch_uses_the_KL_weight_in_force()
        => Assert.All(
            Train(Short with { KlWarmUpEpochs = 4 }, Some.Shape(klWeight: 2)).Epochs.Select(epoch => epoch.Training),
            // The tolerance is for the order of sums.
            training => Assert.Equal(training.Reconstruction + (training.KlWeight * training.Kl), training.Loss, 1e-12));

    [Fact]
    public void The_negative_ELBO_of_an_epoch_has_a_KL_weight_of_1_at_every_weight_in_force()
        => Assert.All(
            Train(Short with { KlWarmUpEpochs = 4 }, Some.Shape(klWeight: 2)).Epochs
                .SelectMany(epoch => new[] { epoch.Training, epoch.Validation!.Value }),
            objective => Assert.Equal(objective.Reconstruction + objective.Kl, objective.NegativeElbo, 1e-12)); // order of sums

    [Fact]
    public void Validation_has_the_full_KL_weight_from_the_first_epoch_of_a_warm_up()
        => Assert.All(
            Train(Short with { KlWarmUpEpochs = 4 }, Some.Shape(klWeight: 2)).Epochs.Select(epoch => epoch.Validation!.Value),
            validation =>
            {
                Assert.Equal(2, validation.KlWeight);
                Assert.Equal(validation.Reconstruction + (2 * validation.Kl), validation.Loss, 1e-12); // order of sums
            });

    [Fact]
    public void The_first_epoch_of_a_warm_up_is_trained_for_reconstruction_only()
        => Assert.Equal(
            Train(Short with { Epochs = 1 }, Some.Shape(klWeight: 0)).Weights[0],
            Train(Short with { Epochs = 1, KlWarmUpEpochs = 4 }, Some.Shape(klWeight: 2)).Weights[0]);

    [Fact]
    public void Each_epoch_reports_its_learning_rate()
        => Assert.Equal(
            [5e-3, 5e-3, 5e-3 * 0.5, 5e-3 * 0.5, 5e-3 * 0.25],
            Train(Short with { Schedule = Halving }).Epochs.Select(epoch => epoch.LearningRate));

    [Fact]
    public void A_step_schedule_does_not_change_the_learning_rate_before_its_first_step()
        => Assert.Equal(Train(Short).Weights[1], Train(Short with { Schedule = Halving }).Weights[1]);

    // From the same weights and moments, half the rate is half the way.
    [Fact]
    public void A_learning_rate_schedule_scales_the_steps_of_its_epochs()
    {
        double[] Way(TrainingOptions options)
        {
            var trainer = TrainerTests.Trainer<double>(Some.Blobs(100, 12), options);
            for (var step = 0; step < 4; step++)
            {
                trainer.Step();
            }

            var before = Some.Weights(trainer.Model);
            trainer.Step();                                           // the first of the third epoch
            return [.. Some.Weights(trainer.Model).Zip(before, (after, old) => after - old)];
        }

        var (whole, half) = (Way(Short), Way(Short with { Schedule = Halving }));
        // The difference of two weights near 1.
        Assert.All(whole.Zip(half), way => Assert.Equal(way.First / 2, way.Second, 1e-15));
    }

    [Fact]
    public void Clipping_scales_a_huge_gradient_down_to_the_greatest_norm()
    {
        var data = new ArraySamples([.. Enumerable.Range(0, 100).Select(_ => Enumerable.Repeat(1000f, 12).ToArray())]);
        var trainer = TrainerTests.Trainer<double>(data, Clipped(1), Some.Shape(likelihood: Likelihood.Gaussian));

        trainer.Step();

        // After one step the first moment is (1 - beta1) times the gradient that Adam was given.
        var norm = double.Sqrt(
            Some.Numbers(trainer.State.Adam.FirstMoments).Sum(moment => moment * moment)) / (1 - trainer.Options.Adam.Beta1);
        Assert.True(
            GradientNorm.Of(trainer.Model.Parameters, WorkerTeam.OfOne) > 1000,
            "the gradient must be huge, or this shows nothing");
        Assert.Equal(1, norm, 1e-8);                                  // c / (norm + 1e-6)
    }

    [Fact]
    public void Clipping_does_not_change_a_gradient_within_the_greatest_norm()
        => Assert.Equal(Train(Short).Weights[^1], Train(Clipped(1e6)).Weights[^1]);

    [Fact]
    public void A_gradient_whose_norm_is_not_finite_stops_a_clipped_training_before_the_step()
    {
        var trainer = TrainerTests.Trainer<float>(
            Some.Blobs(100, 12),
            Clipped(1) with { ValidationSamples = 0 },
            Some.Shape(likelihood: Likelihood.Gaussian, klWeight: 0));
        trainer.Model.Decoder.Output.Bias.Value.AsSpan()[0] = 1e30f;  // its square, and so the loss, is finite in double only
        trainer.Model.Decoder.Output.Weight.Value.AsSpan().Fill(1e20f);
        var weights = Some.Weights(trainer.Model);

        Assert.Throws<TrainingDivergedException>(() => trainer.Step());

        Assert.Equal(weights, Some.Weights(trainer.Model));
    }

    [Fact]
    public void Dynamic_pixels_are_zeros_and_ones_drawn_anew_each_epoch()
    {
        var epochs = DrawnBlobs();
        Assert.All(epochs.SelectMany(epoch => epoch), pixel => Assert.True(pixel is 0 or 1, $"{pixel}"));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void The_same_seed_draws_the_same_dynamic_pixels()
        => Assert.Equal(DrawnBlobs(), DrawnBlobs());

    // Weights that do not move, so that nothing but a draw can differ.
    [Fact]
    public void The_dynamic_pixels_of_the_validation_are_drawn_once_for_all_epochs()
    {
        var still = Short with { Adam = new AdamOptions { LearningRate = 1e-300 } };
        var epochs = Train(still, Some.Shape() with { Pixels = Pixels.Dynamic }).Epochs;
        Assert.Single(epochs.Select(epoch => epoch.Validation).Distinct());
        Assert.Equal(epochs.Count, epochs.Select(epoch => epoch.Training.Reconstruction).Distinct().Count());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public void The_patience_ends_the_training_that_many_epochs_after_the_best_epoch(int patience)
    {
        var (run, outcome, trainer) = Overfit(patience);
        var whole = Overfit(0).Run;

        Assert.Equal(outcome.BestEpoch + patience, outcome.CompletedEpochs);
        Assert.Equal(FirstToLose(whole, patience), outcome.CompletedEpochs);
        Assert.True(trainer.IsFinished);
        Assert.Equal(run.Weights[outcome.BestEpoch - 1], Some.Weights(trainer.Model));
        Assert.Equal(
            whole.Epochs.Take(outcome.CompletedEpochs).Select(TrainerTests.Timeless), run.Epochs.Select(TrainerTests.Timeless));
    }

    [Fact]
    public void Without_patience_the_training_goes_to_its_last_epoch()
        => Assert.Equal(60, Overfit(0).Outcome.CompletedEpochs);

    // In a warm-up the loss at the full weight may rise for many an epoch: that is no reason to stop.
    [Fact]
    public void Epochs_of_a_warm_up_do_not_count_against_the_patience()
    {
        var options = new TrainingOptions { Patience = 2, KlWarmUpEpochs = 10 };
        Assert.False(options.IsOutOfPatience(epoch: 11, bestEpoch: 1));
        Assert.True(options.IsOutOfPatience(epoch: 12, bestEpoch: 1));
        Assert.False(options.IsOutOfPatience(epoch: 12, bestEpoch: 11));
    }

    private static ScheduleOptions Halving => new() { Kind = LearningRateSchedule.Step, StepEpochs = 2, StepFactor = 0.5 };

    private static TrainingOptions Clipped(double norm) => Short with { Adam = Short.Adam with { ClipNorm = norm } };

    private static Remembered<double> Train(TrainingOptions options, VaeOptions? shape = null)
    {
        var run = new Remembered<double>();
        TrainerTests.Trainer<double>(Some.Blobs(100, 12), options, shape).Train(run);
        return run;
    }

    // The pixels of the same sixty samples in two epochs, in the order of the samples.
    private static double[][] DrawnBlobs()
    {
        var reader = new SampleReader<double>(
            Some.Shape() with { Pixels = Pixels.Dynamic }, Some.Blobs(60, 12), WorkerTeam.OfOne, seed: 4, Purpose.TrainingPixels);
        var a = new Activations<double>(Some.Shape(), 60);
        return [.. Enumerable.Range(0, 2).Select(epoch =>
        {
            reader.BeginEpoch(epoch);
            reader.Read([.. Enumerable.Range(0, 60)], a);
            return Some.Numbers(a.Input);
        })];
    }

    // Noise that cannot be learnt: soon the held-out samples come out worse.
    private static (Remembered<double> Run, TrainingOutcome Outcome, Trainer<double> Trainer) Overfit(int patience)
    {
        var options = new TrainingOptions
        {
            Epochs = 60,
            BatchSize = 20,
            ValidationSamples = 40,
            Seed = 2,
            Patience = patience,
            Adam = new AdamOptions { LearningRate = 1e-2 },
        };
        var trainer = TrainerTests.Trainer<double>(
            Some.Rows(60, 12), options, Some.Shape(hidden: [32], latent: 4, klWeight: 0.3));
        var run = new Remembered<double>();
        return (run, trainer.Train(run), trainer);
    }

    private static int FirstToLose(Remembered<double> whole, int patience)
    {
        var losses = whole.Epochs.Select(epoch => epoch.Validation!.Value.Loss).ToList();
        return Enumerable.Range(1, losses.Count)
            .First(epoch => epoch - (losses.IndexOf(losses.Take(epoch).Min()) + 1) >= patience);
    }
}
