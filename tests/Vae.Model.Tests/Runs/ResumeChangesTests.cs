using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// Resuming a run with other options than at its beginning; the lock of its folder; files left by processes that died.
/// </summary>
public class ResumeChangesTests
{
    private static TrainingOptions Options => new()
    {
        Epochs = 3, BatchSize = 16, ValidationSamples = 30, Seed = 3, Adam = new AdamOptions { LearningRate = 2e-2 },
    };

    private static ArraySamples Data => Some.Rows(100, 12);

    [Fact]
    public void A_resume_with_other_options_is_refused_and_names_each_with_both_values()
    {
        using var folder = Begun();
        var refusal = Assert.Throws<CheckpointException>(() => Resume(
            folder,
            record => record with
            {
                Model = record.Model with { KlWeight = 0.5 },
                Training = record.Training with { Epochs = 9, Adam = new AdamOptions { LearningRate = 1e-4 } },
            }));

        Assert.Contains(
            "model.kl_weight 1, now 0.5; training.epochs 3, now 9; training.adam.learning_rate 0.02, now 0.0001",
            refusal.Message,
            StringComparison.Ordinal);
        Assert.Contains("acceptChanges", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Accepted_changes_take_effect_and_the_record_keeps_the_earlier_values()
    {
        using var folder = Begun();
        using (var run = Resume(folder, record => record with { Training = record.Training with { Epochs = 5 } }, accept: true))
        {
            Assert.Equal(5, run.Train().CompletedEpochs);
        }

        Func<RunRecord, RunRecord> smaller = record => record with { Training = record.Training with { BatchSize = 7 } };
        using (var run = Resume(folder, smaller, accept: true))
        {
            Assert.Equal(7, run.Trainer.Options.BatchSize);
        }

        var (read, record) = RunFolder.Open(folder.File("run"));
        Assert.Equal((5, 7), (record.Training.Epochs, record.Training.BatchSize));
        Assert.Equal(["training.epochs 3, now 5", "training.batch_size 16, now 7"], record.Changes);
        Assert.Equal([1, 2, 3, 4, 5], read.ReadMetrics().Select(metrics => metrics.Epoch));
    }

    [Fact]
    public void A_run_resumed_for_more_epochs_ends_as_one_begun_with_them()
    {
        using var folder = Begun();
        using var longer = new TemporaryFolder();
        using var whole = Begin(longer, Options with { Epochs = 6 });
        whole.Train();

        using var run = Resume(folder, record => record with { Training = record.Training with { Epochs = 6 } }, accept: true);
        run.Train();

        Assert.Equal(
            File.ReadAllBytes(longer.File("run/model.safetensors")), File.ReadAllBytes(folder.File("run/model.safetensors")));
    }

    public static TheoryData<string> Impossible =>
        [
            "features", "hidden", "latent", "classes", "encoder_activation", "decoder_activation", "likelihood", "initialisation",
            "seed", "validation_samples"
        ];

    [Theory, MemberData(nameof(Impossible))]
    public void Changes_of_the_model_or_of_the_held_out_samples_are_refused_even_if_accepted(string name)
    {
        using var folder = Begun();
        var refusal = Assert.Throws<CheckpointException>(() => Resume(folder, record => name switch
        {
            "features" => record with { Model = record.Model with { Features = 13 } },
            "hidden" => record with { Model = record.Model with { Hidden = [9] } },
            "latent" => record with { Model = record.Model with { Latent = 3 } },
            "classes" => record with { Model = record.Model with { Classes = 3 } },
            "encoder_activation" => record with { Model = record.Model with { EncoderActivation = Activation.Tanh } },
            "decoder_activation" => record with { Model = record.Model with { DecoderActivation = Activation.Tanh } },
            "likelihood" => record with { Model = record.Model with { Likelihood = Likelihood.Gaussian } },
            "initialisation" => record with { Model = record.Model with { Initialisation = Initialisation.He } },
            "seed" => record with { Training = record.Training with { Seed = 4 } },
            _ => record with { Training = record.Training with { ValidationSamples = 31 } },
        }, accept: true));

        Assert.Contains($".{name} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Begin another run.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_matrix_product_is_refused_unless_accepted()
    {
        using var folder = Begun();
        var other = new ReferenceProduct<float>();

        var refusal = Assert.Throws<CheckpointException>(() => TrainingRun<float>.Resume(folder.File("run"), Data, "ab", other));
        Assert.Contains(
            $"product_name {new SimdProduct<float>(WorkerTeam.OfOne).Name}, now {other.Name} (which rounds differently)",
            refusal.Message,
            StringComparison.Ordinal);

        using var run = TrainingRun<float>.Resume(folder.File("run"), Data, "ab", other, acceptChanges: true);
        Assert.Equal(other.Name, RunFolder.Open(folder.File("run")).Record.ProductName);
    }

    [Fact]
    public void The_interval_of_checkpoints_can_change_without_acceptance()
    {
        using var folder = Begun();
        using var run = Resume(
            folder, record => record with { Training = record.Training with { CheckpointSteps = 2, CheckpointMinutes = 0 } });
        Assert.Equal(2, RunFolder.Open(folder.File("run")).Record.Training.CheckpointSteps);
        Assert.Null(run.Record.Changes);
    }

    [Fact]
    public void A_second_training_in_a_folder_is_refused_whether_begun_or_resumed()
    {
        using var folder = new TemporaryFolder();
        using (Begin(folder, Options))
        {
            Assert.Contains(
                "another process is training here",
                Assert.Throws<CheckpointException>(() => Begin(folder, Options)).Message,
                StringComparison.Ordinal);
            Assert.Contains(
                "another process is training here",
                Assert.Throws<CheckpointException>(() => Resume(folder)).Message,
                StringComparison.Ordinal);
        }

        using var after = Resume(folder);
        Assert.False(after.IsFinished);
    }

    [Fact]
    public void A_refused_resume_releases_the_folder()
    {
        using var folder = Begun();
        Assert.Throws<CheckpointException>(
            () => TrainingRun<float>.Resume(folder.File("run"), Data, "other", new SimdProduct<float>(WorkerTeam.OfOne)));
        using var run = Resume(folder);
        Assert.True(run.IsFinished);
    }

    [Fact]
    public void Temporary_files_of_a_process_that_died_are_removed_and_nothing_else()
    {
        using var folder = Begun();
        var left = folder.File($"run/state.safetensors.{Guid.NewGuid():N}.tmp");
        var notes = folder.File("run/state.safetensors.notes.tmp");
        File.WriteAllText(left, "half");
        File.WriteAllText(notes, "the user's");

        using var run = Resume(folder);

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(notes));
    }

    [Fact]
    public void A_run_whose_folder_vanished_is_refused_and_does_not_recreate_it()
    {
        using var folder = new TemporaryFolder();
        using var run = Begin(folder, Options);
        run.Trainer.Step();
        Directory.Delete(folder.File("run"), recursive: true);

        var refusal = Assert.Throws<CheckpointException>(() => run.Train());

        Assert.Contains("is gone, so the training cannot be saved there", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Checkpoints_come_every_few_steps_and_after_each_epoch(int steps)
    {
        using var folder = new TemporaryFolder();
        using var run = Begin(folder, Options with { CheckpointSteps = steps, CheckpointMinutes = 0 });
        var saved = new Saved();

        run.Trainer.Train(new Both<float>(run.Folder.Checkpoint<float>(), saved));

        int[] expected = steps == 2 ? [2, 4, 5, 7, 9, 10, 12, 14, 15] : [3, 5, 8, 10, 13, 15]; // five steps an epoch
        Assert.Equal(expected, saved.Steps);
    }

    [Fact]
    public void A_run_resumed_from_a_checkpoint_within_an_epoch_ends_with_the_same_bits()
    {
        using var whole = Begun();
        using var folder = new TemporaryFolder();
        using (var run = Begin(folder, Options with { CheckpointSteps = 2 }))
        {
            var dying = new Both<float>(run.Folder.Checkpoint<float>(), new Saved { DiesAfter = 7 });
            Assert.Throws<InvalidOperationException>(() => run.Trainer.Train(dying));
        }

        using var resumed = Resume(folder);
        Assert.Equal(
            (1, 32, 7L), (resumed.Trainer.State.Epoch, resumed.Trainer.State.Samples, resumed.Trainer.State.Adam.StepCount));
        resumed.Train();

        Assert.Equal(
            File.ReadAllBytes(whole.File("run/model.safetensors")), File.ReadAllBytes(folder.File("run/model.safetensors")));
        Assert.Equal([1, 2, 3], resumed.Folder.ReadMetrics().Select(metrics => metrics.Epoch));
    }

    [Fact]
    public void The_minutes_between_checkpoints_count_from_the_last_checkpoint()
    {
        var options = Options with { CheckpointMinutes = 2 };
        Assert.False(options.IsCheckpointDue(1_000_000, TimeSpan.FromSeconds(119)));
        Assert.True(options.IsCheckpointDue(1, TimeSpan.FromSeconds(120)));
        Assert.False((options with { CheckpointMinutes = 0 }).IsCheckpointDue(1, TimeSpan.FromDays(9)));
    }

    // Scores of two measures do not compare: the best of one would never be beaten, and never trained for the other.
    [Fact]
    public void A_best_epoch_that_was_chosen_by_another_measure_is_forgotten()
    {
        using var folder = Begun();
        Func<RunRecord, RunRecord> keepLast = record => record with
        {
            Training = record.Training with { Epochs = 5, KeepBy = KeepBy.LastEpoch },
        };
        using (var run = Resume(folder, keepLast, accept: true))
        {
            Assert.Equal(0, run.Trainer.State.BestEpoch);
            Assert.Equal(5, run.Train().BestEpoch);
            Assert.Equal(Some.Weights(run.Trainer.Model), Weights(folder));
        }

        using var other = Begun();
        Func<RunRecord, RunRecord> heavierKl = record => record with
        {
            Model = record.Model with { KlWeight = 50 },
            Training = record.Training with { Epochs = 4 },
        };
        using (var run = Resume(other, heavierKl, accept: true))
        {
            Assert.Equal(4, run.Train().BestEpoch);
        }
    }

    [Fact]
    public void A_best_epoch_of_the_same_measure_is_kept_when_other_options_change()
    {
        using var folder = Begun();
        int best;
        using (var run = Resume(folder))
        {
            best = run.Trainer.State.BestEpoch;
            Assert.True(best > 0);
        }

        using var changed = Resume(
            folder, record => record with { Training = record.Training with { Epochs = 4, BatchSize = 20 } }, accept: true);
        Assert.Equal(best, changed.Trainer.State.BestEpoch);
    }

    [Fact]
    public void Only_the_options_of_a_wanted_record_are_taken_and_the_formula_follows_them()
    {
        using var folder = Begun();
        var before = RunFolder.Open(folder.File("run")).Record;
        var stranger = new RunRecord(
            before.Model with { KlWeight = 0.25 },
            before.Training with { CheckpointSteps = 5 },
            new DataRecord("other", 100, "XX"));

        Resume(folder, _ => stranger, accept: true).Dispose();

        var after = RunFolder.Open(folder.File("run")).Record;
        Assert.Equal((before.Data, before.Command, before.Started), (after.Data, after.Command, after.Started));
        Assert.Contains("0.25 * KL", after.Formula, StringComparison.Ordinal);
        Resume(folder).Dispose();
    }

    [Fact]
    public void A_training_that_could_not_be_saved_does_not_go_on()
    {
        using var folder = new TemporaryFolder();
        using var run = Begin(folder, Options);
        Assert.Throws<InvalidOperationException>(
            () => run.Trainer.Train(new Both<float>(run.Folder.Checkpoint<float>(), new Saved { DiesAfter = 5 })));

        Assert.Contains(
            "has failed before", Assert.Throws<InvalidOperationException>(() => run.Train()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_run_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        var run = Begin(folder, Options);
        Assert.Throws<ObjectDisposedException>(
            () => run.Train(new Told(progress => { if (progress.Epoch == 2) { run.Dispose(); } })));
        Assert.Throws<ObjectDisposedException>(() => run.Train());

        using var resumed = Resume(folder);
        Assert.Equal(1, resumed.Trainer.State.Epoch);
        resumed.Train();
        Assert.Equal([1, 2, 3], resumed.Folder.ReadMetrics().Select(metrics => metrics.Epoch));
    }

    [Fact]
    public void A_trainer_stepped_by_hand_across_the_end_of_an_epoch_is_not_saved()
    {
        using var folder = new TemporaryFolder();
        using var run = Begin(folder, Options);
        for (var step = 0; step < 6; step++)                          // five an epoch
        {
            run.Trainer.Step();
        }

        Assert.Contains(
            "Use Train()",
            Assert.Throws<InvalidOperationException>(() => run.Folder.Checkpoint<float>().Save(run.Trainer, null)).Message,
            StringComparison.Ordinal);
        Assert.False(run.Folder.HasState);
    }

    [Fact]
    public void A_metrics_line_that_cannot_be_read_is_refused_with_its_number_and_not_dropped()
    {
        using var folder = Begun();
        var metrics = folder.File("run/metrics.jsonl");
        var lines = File.ReadAllLines(metrics);
        lines[1] = "damaged";
        File.WriteAllLines(metrics, lines);

        var refusal = Assert.Throws<CheckpointException>(() => Resume(folder));

        Assert.Contains("metrics.jsonl, line 2", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(lines, File.ReadAllLines(metrics));
    }

    private static double[] Weights(TemporaryFolder folder)
    {
        var model = Some.Model<float>(Some.Shape(), seed: 99);
        model.Load(folder.File("run/model.safetensors"));
        return Some.Weights(model);
    }

    private static TemporaryFolder Begun()
    {
        var folder = new TemporaryFolder();
        using var run = Begin(folder, Options);
        run.Train();
        return folder;
    }

    private static TrainingRun<float> Begin(TemporaryFolder folder, TrainingOptions options)
        => TrainingRun<float>.Begin(
            folder.File("run"),
            new RunRecord(Some.Shape(), options, new DataRecord("rows", 100, "ab")),
            Data,
            new SimdProduct<float>(WorkerTeam.OfOne));

    private static TrainingRun<float> Resume(
        TemporaryFolder folder, Func<RunRecord, RunRecord>? change = null, bool accept = false)
        => TrainingRun<float>.Resume(
            folder.File("run"),
            Data,
            "ab",
            new SimdProduct<float>(WorkerTeam.OfOne),
            change?.Invoke(RunFolder.Open(folder.File("run")).Record),
            accept);

    /// <summary>A checkpoint that records the steps at which a training is saved, and throws after one of them.</summary>
    private sealed class Saved : ICheckpoint<float>
    {
        public List<int> Steps { get; } = [];

        public int DiesAfter { get; init; }

        public void Save(Trainer<float> trainer, EpochMetrics? finished)
        {
            Steps.Add((int)trainer.State.Adam.StepCount);
            if (Steps[^1] == DiesAfter)
            {
                throw new InvalidOperationException("dead");
            }
        }
    }
}
