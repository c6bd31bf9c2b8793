using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

public class TrainerTests
{
    private static TrainingOptions Short => new()
    {
        Epochs = 3, BatchSize = 32, ValidationSamples = 40, Adam = new AdamOptions { LearningRate = 5e-3 },
    };

    // Untrained, a feature costs ln 2: 8.3 in all, and so does the best that ignores the latent, as the two blobs are each
    // other's negative. The noise within a blob leaves a floor near 5.6. Below 6.5 the latent must say which blob it is.
    [Fact]
    public void Training_learns_to_which_blob_a_sample_belongs()
    {
        var trainer = Trainer<float>(Some.Blobs(300, 12), Short with { Epochs = 40 }, Some.Shape(hidden: [16]));
        var run = new Remembered<float>();

        trainer.Train(run);

        Assert.True(run.Epochs[0].Training.Loss > 7.5, run.Epochs[0].ToString());
        Assert.True(run.Epochs[^1].Training.Reconstruction < 6.5, run.Epochs[^1].ToString());
        Assert.True(run.Epochs[^1].Validation!.Value.Reconstruction < 6.5, run.Epochs[^1].ToString());
        Assert.True(run.Epochs[^1].Training.Loss < run.Epochs[0].Training.Loss);
    }

    // So large that products, losses, gathering and Adam all fall into several parts.
    [Fact]
    public void Training_has_the_same_bits_on_any_number_of_threads()
    {
        RequireSameBits<float>();
        RequireSameBits<double>();

        static void RequireSameBits<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var data = Some.Blobs(170, 400);
            var results = Some.ByTeamsOfOneTwoAndThree(team =>
            {
                var trainer = Trainer<T>(data, Short with { BatchSize = 64, Epochs = 1 }, Some.Shape(400, [300, 30]), team: team);
                var run = new Remembered<T>();
                trainer.Train(run);
                return (Weights: Some.Weights(trainer.Model), Metrics: run.Epochs.Select(Timeless).ToArray());
            });

            Assert.Equal(results[0].Weights, results[1].Weights);
            Assert.Equal(results[0].Weights, results[2].Weights);
            Assert.Equal(results[0].Metrics, results[1].Metrics);
            Assert.Equal(results[0].Metrics, results[2].Metrics);
            Assert.NotEqual(results[0].Weights, Some.Weights(Some.Model<T>(Some.Shape(400, [300, 30]))));
        }
    }

    [Fact]
    public void Training_has_the_same_bits_with_the_same_seed_and_others_with_another()
    {
        double[] Run(ulong seed)
        {
            var trainer = Trainer<float>(Some.Blobs(300, 12), Short with { Seed = seed });
            trainer.Train();
            return Some.Weights(trainer.Model);
        }

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    [Fact]
    public void An_epochs_objective_weights_the_short_last_batch_by_its_size()
    {
        var options = Short with { Epochs = 1, ValidationSamples = 30 };
        var data = Some.Rows(100, 12);                                // 70 to train on: batches of 32, 32 and 6
        var stepping = Trainer<double>(data, options);
        var steps = Enumerable.Range(0, 3).Select(_ => stepping.Step()).ToList();
        Assert.Equal(70, stepping.State.Samples);
        var run = new Remembered<double>();

        Trainer<double>(data, options).Train(run);

        var training = Assert.Single(run.Epochs).Training;
        // The tolerances are for the order of sums.
        Assert.Equal(((32 * steps[0].Loss) + (32 * steps[1].Loss) + (6 * steps[2].Loss)) / 70, training.Loss, 1e-13);
        Assert.Equal(((32 * steps[0].Kl) + (32 * steps[1].Kl) + (6 * steps[2].Kl)) / 70, training.Kl, 1e-13);
        Assert.NotEqual(steps.Average(step => step.Loss), training.Loss, 1e-6); // so the weighting shows
    }

    [Fact]
    public void Each_training_sample_is_seen_once_an_epoch_in_another_order_each_time()
    {
        var data = new RecordingSamples(Some.Rows(100, 12));
        var trainer = Trainer<float>(data, Short with { ValidationSamples = 30 });
        var epochs = new List<int[]>();
        for (var epoch = 0; epoch < 2; epoch++)
        {
            data.Gathered.Clear();
            trainer.Step();
            trainer.Step();
            trainer.Step();
            epochs.Add([.. data.Gathered]);
        }

        Assert.Equal(70, trainer.TrainingSampleCount);
        Assert.Equal(70, epochs[0].Distinct().Count());
        Assert.Equal(epochs[0].Order(), epochs[1].Order());
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[0].Order(), epochs[0]);
    }

    // One sample over and over and weights that do not move, so that nothing but the noise can differ.
    [Fact]
    public void The_noise_of_each_step_is_determined_by_the_seed_and_the_step()
    {
        var options = Short with
        {
            BatchSize = 2, ValidationSamples = 0, Seed = 6, Adam = new AdamOptions { LearningRate = 1e-300 },
        };
        var trainer = Trainer<double>(new ByteSamples(new byte[4 * 12], 12), options);
        var a = new Activations<double>(Some.Shape(), 2);
        var model = Some.Model<double>(Some.Shape(), options.Seed);
        var seen = new HashSet<double>();
        for (ulong step = 0; step < 6; step++)                        // three epochs
        {
            new RandomDraws(options.Seed, (uint)Purpose.TrainingNoise, step).FillNormal(a.Noise.AsSpan());
            var objective = trainer.Step();
            Assert.Equal(model.Forward(a), objective);
            Assert.True(seen.Add(objective.Reconstruction), $"step {step} has the noise of an earlier one");
        }
    }

    [Fact]
    public void Validation_samples_are_the_same_in_each_epoch_and_never_trained_on()
    {
        var data = new RecordingSamples(Some.Rows(100, 12));
        var (trained, validated) = (new HashSet<int>(), new List<int[]>());
        var told = new Told(progress =>
        {
            if (progress.Finished is null)
            {
                trained.UnionWith(data.Gathered);
            }
            else
            {
                validated.Add([.. data.Gathered.Distinct()]);         // the diagnoses read them again
            }

            data.Gathered.Clear();
        });

        Trainer<float>(data, Short with { ValidationSamples = 30 }).Train(progress: told);

        Assert.Equal(Short.Epochs, validated.Count);
        Assert.Equal(30, validated[0].Length);
        Assert.All(validated, samples => Assert.Equal(validated[0], samples));
        Assert.Equal(Enumerable.Range(0, 100), trained.Concat(validated[0]).Order()); // 70 and 30, none twice
    }

    [Fact]
    public void The_seed_chooses_the_validation_samples()
    {
        int[] Trained(ulong seed)
        {
            var data = new RecordingSamples(Some.Rows(100, 12));
            Trainer<float>(data, Short with { Seed = seed, BatchSize = 100 }).Step();
            return [.. data.Gathered.Order()];
        }

        Assert.Equal(Trained(1), Trained(1));
        Assert.NotEqual(Trained(1), Trained(2));
        Assert.NotEqual(Enumerable.Range(0, 60), Trained(1));         // and they are not simply the last ones
        Assert.NotEqual(Enumerable.Range(40, 60), Trained(1));
    }

    // Noise that cannot be learnt: the model soon knows its few samples by heart, and the held-out ones come out worse.
    [Theory]
    [InlineData(KeepBy.ValidationLoss)]
    [InlineData(KeepBy.ValidationReconstruction)]
    [InlineData(KeepBy.LastEpoch)]
    public void The_kept_epoch_is_the_best_by_the_chosen_measure(KeepBy keepBy)
    {
        var (trainer, run, outcome) = Overfit(keepBy);

        double Score(EpochMetrics metrics) => keepBy switch
        {
            KeepBy.ValidationLoss => metrics.Validation!.Value.Loss,
            KeepBy.ValidationReconstruction => metrics.Validation!.Value.Reconstruction,
            _ => -metrics.Epoch,
        };
        var best = run.Epochs.MinBy(Score)!.Epoch;
        Assert.Equal(best, outcome.BestEpoch);
        Assert.Equal(run.Weights[best - 1], Some.Weights(trainer.Model));
        Assert.Equal((run.Epochs.Count, false), (outcome.CompletedEpochs, outcome.Cancelled));
        var improving = run.Epochs.Where((metrics, i) => run.Epochs.Take(i).All(earlier => Score(metrics) < Score(earlier)));
        Assert.Equal(
            keepBy == KeepBy.LastEpoch ? [] : improving.Select(metrics => metrics.Epoch),
            run.Epochs.Where(metrics => metrics.IsBest).Select(metrics => metrics.Epoch));
    }

    [Fact]
    public void The_three_ways_to_keep_an_epoch_differ_when_a_model_overfits()
    {
        var kept = Enum.GetValues<KeepBy>().Select(keepBy => Overfit(keepBy).Outcome.BestEpoch).ToList();
        Assert.Equal(3, kept.Distinct().Count());
    }

    [Fact]
    public void Without_validation_the_last_epoch_is_kept()
    {
        var trainer = Trainer<float>(Some.Blobs(100, 12), Short with { ValidationSamples = 0 });
        var run = new Remembered<float>();

        var outcome = trainer.Train(run);

        Assert.Equal(new TrainingOutcome(3, 3, false), outcome);
        Assert.Equal(run.Weights[^1], Some.Weights(trainer.Model));
        Assert.All(run.Epochs, metrics => Assert.Null(metrics.Validation));
        Assert.Equal([4L, 8L, 12L], run.Epochs.Select(metrics => metrics.Step));
    }

    [Fact]
    public void The_validation_loss_uses_the_KL_weight_of_training()
    {
        var run = new Remembered<double>();
        var trainer = Trainer<double>(Some.Blobs(100, 12), Short with { Epochs = 1 }, Some.Shape(klWeight: 4));
        trainer.Train(run);
        Assert.Equal(4, run.Epochs[0].Training.KlWeight);
        Assert.Equal(4, run.Epochs[0].Validation!.Value.KlWeight);
    }

    [Fact]
    public void A_cancelled_training_finishes_its_step_saves_and_is_resumed_to_the_same_end()
    {
        var data = Some.Blobs(200, 12);
        var whole = Trainer<float>(data, Short);
        whole.Train();
        using var cancel = new CancellationTokenSource();
        var steps = 0;
        var trainer = Trainer<float>(data, Short);
        var run = new Remembered<float>();

        var outcome = trainer.Train(
            run, new Told(progress => { if (progress.Finished is null && ++steps == 7) { cancel.Cancel(); } }), cancel.Token);

        Assert.True(outcome.Cancelled);
        Assert.Equal((1, 7, 2), (outcome.CompletedEpochs, trainer.State.Adam.StepCount, run.Saves));
        Assert.False(trainer.Train().Cancelled);
        Assert.Equal(Some.Weights(whole.Model), Some.Weights(trainer.Model));
    }

    [Fact]
    public void Progress_reports_the_number_of_samples_and_the_running_mean()
    {
        var reports = new List<TrainingProgress>();
        Trainer<float>(Some.Blobs(100, 12), Short with { Epochs = 2 }).Train(progress: new Told(reports.Add));
        Assert.Equal([32, 60, 60, 32, 60, 60], reports.Select(report => report.Samples));
        Assert.Equal([1, 1, 1, 2, 2, 2], reports.Select(report => report.Epoch));
        Assert.All(reports, report => Assert.Equal((2, 60), (report.Epochs, report.EpochSamples)));
        Assert.Equal([2, 5], reports.Select((report, i) => report.Finished is null ? -1 : i).Where(i => i >= 0));
        Assert.Equal(reports[1].Training, reports[2].Training);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1000)]
    [InlineData(5, 1)]
    [InlineData(5, int.MaxValue)]
    public void A_batch_can_be_larger_than_the_data_and_the_data_can_be_a_single_sample(int samples, int batchSize)
    {
        var trainer = Trainer<float>(Some.Blobs(samples, 12), Short with { ValidationSamples = 0, BatchSize = batchSize });
        Assert.Equal(3, trainer.Train().CompletedEpochs);
        Assert.Equal(3 * ((samples + (long)batchSize - 1) / batchSize), trainer.State.Adam.StepCount);
    }

    [Fact]
    public void A_trainer_refuses_data_of_other_features_with_both_numbers()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Trainer<float>(Some.Blobs(100, 11), Short));
        Assert.StartsWith("The model wants samples of 12 features, but the data has 11.", refusal.Message);
    }

    [Fact]
    public void Data_outside_0_to_1_is_refused_for_a_Bernoulli_likelihood_at_any_position()
    {
        var rows = Enumerable.Range(0, 50).Select(i => new float[12]).ToArray();
        rows[17][5] = 255;
        var trainer = Trainer<float>(new ArraySamples(rows), Short with { ValidationSamples = 0 }, threads: 2);
        var refusal = Assert.Throws<ArgumentException>(() => trainer.Train());
        Assert.Contains("feature 5 of sample", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Scale the data to [0, 1]", refusal.Message, StringComparison.Ordinal);
    }

    internal static Trainer<T> Trainer<T>(
        ISampleSource data, TrainingOptions options, VaeOptions? shape = null, int threads = 1, WorkerTeam? team = null,
        int mostListed = SampleOrder.MostListed, string? name = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var model = Some.Model<T>(
            shape ?? Some.Shape(), options.Seed, team ?? (threads == 1 ? WorkerTeam.OfOne : new WorkerTeam(threads)));
        return new Trainer<T>(model, data, options, mostListed) { Name = name };
    }

    internal static EpochMetrics Timeless(EpochMetrics metrics) => metrics with { Seconds = 0 };

    private static (Trainer<double> Trainer, Remembered<double> Run, TrainingOutcome Outcome) Overfit(KeepBy keepBy)
    {
        var options = new TrainingOptions
        {
            Epochs = 60,
            BatchSize = 20,
            ValidationSamples = 40,
            Seed = 2,
            KeepBy = keepBy,
            Adam = new AdamOptions { LearningRate = 1e-2 },
        };
        var trainer = Trainer<double>(Some.Rows(60, 12), options, Some.Shape(hidden: [32], latent: 4, klWeight: 0.3));
        var run = new Remembered<double>();
        return (trainer, run, trainer.Train(run));
    }
}
