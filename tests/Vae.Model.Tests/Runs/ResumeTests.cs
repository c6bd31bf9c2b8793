using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>A run that was interrupted, anywhere and any number of times, ends with the bits of an uninterrupted one.</summary>
public class ResumeTests
{
    private const int BatchesInEpoch = 5;
    private const int Epochs = 3;
    private const int Batches = BatchesInEpoch * Epochs;

    // 70 to train on: four batches of 16 and one of 6, with validation or without.
    private static TrainingOptions With(int validation) => new()
    {
        Epochs = Epochs, BatchSize = 16, ValidationSamples = validation, Seed = 3, Adam = new AdamOptions { LearningRate = 2e-2 },
    };

    public static TheoryData<bool, int> FloatAndDoubleWithValidationAndWithout => new()
    {
        { false, 0 }, { false, 30 }, { true, 0 }, { true, 30 },
    };

    [Theory, MemberData(nameof(FloatAndDoubleWithValidationAndWithout))]
    public void A_run_interrupted_at_any_batch_ends_with_the_same_bits(bool inDouble, int validation)
        => RequireSameEnd(inDouble, validation, [.. Enumerable.Range(1, Batches).Select(batch => new[] { batch })]);

    [Theory, MemberData(nameof(FloatAndDoubleWithValidationAndWithout))]
    public void A_run_interrupted_more_than_once_ends_with_the_same_bits(bool inDouble, int validation)
        => RequireSameEnd(
            inDouble, validation,
            [2, 3], [4, BatchesInEpoch], [BatchesInEpoch, BatchesInEpoch + 1], [BatchesInEpoch, 2 * BatchesInEpoch], [7, 8, 13],
            [.. Enumerable.Range(1, Batches)]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_interrupted_just_after_an_epoch_ends_with_the_same_bits(int epoch)
    {
        var whole = Run<float>(With(30), []);
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var (run, trainer) = Begin<float>(folder, With(30));
        trainer.Train(
            run.Checkpoint<float>(),
            new Told(progress => { if (progress.Finished?.Epoch == epoch) { cancel.Cancel(); } }),
            cancel.Token);
        Assert.Equal((epoch, 0), (trainer.State.Epoch, trainer.State.Samples));

        RequireSameEnd(whole, Resume<float>(folder));
    }

    [Fact]
    public void A_finished_run_that_is_resumed_ends_with_the_same_bits()
    {
        var whole = Run<float>(With(30), []);
        using var folder = new TemporaryFolder();
        var (run, trainer) = Begin<float>(folder, With(30));
        trainer.Train(run.Checkpoint<float>());

        RequireSameEnd(whole, Resume<float>(folder));
        RequireSameEnd(whole, Resume<float>(folder));
    }

    // The state holds the current weights beside the best, so a run that is over can go on as if it had been longer.
    [Fact]
    public void A_finished_run_resumed_for_more_epochs_ends_as_one_begun_with_them()
    {
        var longer = With(30) with { Epochs = 2 * Epochs };
        var whole = Run<double>(longer, []);
        using var folder = new TemporaryFolder();
        var (run, trainer) = Begin<double>(folder, With(30));
        trainer.Train(run.Checkpoint<double>());

        RequireSameEnd(whole, Resume<double>(folder, longer));
    }

    public enum Death
    {
        BeforeTheModel,
        BeforeTheMetrics,
        WithinTheMetricsLine,
    }

    [Theory]
    [InlineData(1, Death.BeforeTheModel)]
    [InlineData(1, Death.BeforeTheMetrics)]
    [InlineData(1, Death.WithinTheMetricsLine)]
    [InlineData(2, Death.BeforeTheModel)]
    [InlineData(2, Death.BeforeTheMetrics)]
    [InlineData(2, Death.WithinTheMetricsLine)]
    [InlineData(Epochs, Death.BeforeTheModel)]
    [InlineData(Epochs, Death.WithinTheMetricsLine)]
    public void A_process_that_died_after_writing_the_state_is_repaired_on_resume(int epoch, Death death)
    {
        var whole = Run<float>(With(30), []);
        using var folder = new TemporaryFolder();
        var (run, trainer) = Begin<float>(folder, With(30));
        var dying = new Dying<float>(folder, run.Checkpoint<float>(), epoch, death);
        Assert.Throws<InvalidOperationException>(() => trainer.Train(dying));
        Assert.NotEqual(dying.Whole, dying.Left);                     // something is amiss, or this shows nothing

        var (again, resumed) = Open<float>(folder, With(30));
        again.Restore(resumed);

        Assert.Equal(dying.Whole, Dying<float>.Files(folder));
        RequireSameEnd(whole, Resume<float>(folder));
    }

    [Fact]
    public void A_metrics_line_lost_before_an_interruption_within_the_next_epoch_is_written_again()
    {
        using var folder = new TemporaryFolder();
        Interrupt<float>(folder, With(30), batch: BatchesInEpoch + 2);
        var metrics = File.ReadAllText(folder.File("metrics.jsonl"));
        File.Delete(folder.File("metrics.jsonl"));

        for (var time = 0; time < 2; time++)
        {
            var (run, trainer) = Open<float>(folder, With(30));
            run.Restore(trainer);
            Assert.Equal(metrics, File.ReadAllText(folder.File("metrics.jsonl")));
        }
    }

    [Fact]
    public void Metrics_of_epochs_that_the_state_does_not_know_are_dropped()
    {
        var whole = Run<float>(With(30), []);
        using var folder = new TemporaryFolder();
        Interrupt<float>(folder, With(30), batch: BatchesInEpoch + 2);
        var old = File.ReadAllBytes(folder.File("state.safetensors"));
        Resume<float>(folder);
        Assert.Equal(Epochs, File.ReadLines(folder.File("metrics.jsonl")).Count());
        File.WriteAllBytes(folder.File("state.safetensors"), old);

        var (run, trainer) = Open<float>(folder, With(30));
        run.Restore(trainer);

        Assert.Equal([1], run.ReadMetrics().Select(metrics => metrics.Epoch));
        RequireSameEnd(whole, Resume<float>(folder));
    }

    [Fact]
    public void A_lost_metrics_file_is_written_again_for_the_last_epoch_and_never_twice()
    {
        using var folder = new TemporaryFolder();
        var (run, trainer) = Begin<float>(folder, With(30));
        trainer.Train(run.Checkpoint<float>());
        File.Delete(folder.File("metrics.jsonl"));

        Resume<float>(folder);
        Resume<float>(folder);

        Assert.Equal([Epochs], run.ReadMetrics().Select(metrics => metrics.Epoch));
    }

    [Fact]
    public void The_seconds_of_an_interrupted_epoch_are_the_sum_of_its_parts()
    {
        using var folder = new TemporaryFolder();
        Interrupt<float>(folder, With(0), batch: 2);
        var (run, trainer) = Open<float>(folder, With(0));
        run.Restore(trainer);
        Assert.True(trainer.State.EpochSeconds > 0);
        trainer.State.GetType().GetProperty(nameof(trainer.State.EpochSeconds))!.SetValue(trainer.State, 1000.0);

        trainer.Train(run.Checkpoint<float>());

        var seconds = run.ReadMetrics().Select(metrics => metrics.Seconds).ToList();
        Assert.True(seconds[0] > 1000 && seconds[1] < 1000, string.Join(", ", seconds));
    }

    private static void RequireSameEnd(bool inDouble, int validation, params int[][] interruptions)
    {
        if (inDouble)
        {
            RequireSameEnd<double>(With(validation), interruptions);
        }
        else
        {
            RequireSameEnd<float>(With(validation), interruptions);
        }
    }

    private static void RequireSameEnd<T>(TrainingOptions options, int[][] interruptions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var whole = Run<T>(options, []);
        Assert.Equal(Batches, whole.Steps);
        foreach (var at in interruptions)
        {
            RequireSameEnd(whole, Run<T>(options, at));
        }
    }

    private static void RequireSameEnd(End expected, End actual)
    {
        Assert.Equal((expected.Steps, expected.Outcome), (actual.Steps, actual.Outcome));
        Assert.Equal(expected.Metrics, actual.Metrics);
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected.BestScore), BitConverter.DoubleToInt64Bits(actual.BestScore));
        Assert.Equal(expected.Weights, actual.Weights);
        Assert.Equal(expected.Moments, actual.Moments);
        Assert.Equal(expected.ModelFile, actual.ModelFile);
    }

    // All interruptions in turn, each followed by a new model and a new trainer in a new folder object.
    private static End Run<T>(TrainingOptions options, int[] interruptions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var folder = new TemporaryFolder();
        var (run, trainer) = Begin<T>(folder, options);
        foreach (var batch in interruptions)
        {
            if (!Cancelled(run, trainer, batch))
            {
                Assert.Equal(Batches, batch);                         // the last batch of all: there is nothing left to cancel
            }

            (run, trainer) = Open<T>(folder, options);
            run.Restore(trainer);
        }

        return Finish(folder, run, trainer);
    }

    private static End Resume<T>(TemporaryFolder folder, TrainingOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (run, trainer) = Open<T>(folder, options ?? RunFolder.Open(folder.FullPath).Record.Training);
        run.Restore(trainer);
        return Finish(folder, run, trainer);
    }

    private static End Finish<T>(TemporaryFolder folder, RunFolder run, Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var outcome = trainer.Train(run.Checkpoint<T>());
        var state = trainer.State;
        return new End(
            outcome,
            state.Adam.StepCount,
            [.. run.ReadMetrics().Select(TrainerTests.Timeless)],
            state.BestScore,
            Bits(trainer.Model.Parameters.Select(parameter => parameter.Value)),
            Bits(state.Adam.FirstMoments.Concat(state.Adam.SecondMoments)),
            File.ReadAllBytes(folder.File("model.safetensors")));
    }

    private static void Interrupt<T>(TemporaryFolder folder, TrainingOptions options, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (run, trainer) = Begin<T>(folder, options);
        Assert.True(Cancelled(run, trainer, batch));
    }

    private static bool Cancelled<T>(RunFolder run, Trainer<T> trainer, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var cancel = new CancellationTokenSource();
        var told = new Told(progress =>
        {
            if (progress.Finished is null && trainer.State.Adam.StepCount == batch)
            {
                cancel.Cancel();
            }
        });
        return trainer.Train(run.Checkpoint<T>(), told, cancel.Token).Cancelled;
    }

    private static (RunFolder Run, Trainer<T> Trainer) Begin<T>(TemporaryFolder folder, TrainingOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var data = new DataRecord("", 70 + options.ValidationSamples, "");
        var run = RunFolder.Create(folder.FullPath, new RunRecord(Some.Shape(), options, data));
        return (run, NewTrainer<T>(options, weights: options.Seed));
    }

    // Other weights than the run began with: those of the run must all come from its files.
    private static (RunFolder Run, Trainer<T> Trainer) Open<T>(TemporaryFolder folder, TrainingOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => (RunFolder.Open(folder.FullPath).Folder, NewTrainer<T>(options, weights: 99));

    private static Trainer<T> NewTrainer<T>(TrainingOptions options, ulong weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new(Some.Model<T>(Some.Shape(), weights), Some.Rows(70 + options.ValidationSamples, 12), options);

    private static byte[] Bits<T>(IEnumerable<Matrix<T>> matrices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. matrices.SelectMany(matrix => MemoryMarshal.AsBytes(matrix.AsSpan()).ToArray())];

    private sealed record End(
        TrainingOutcome Outcome,
        long Steps,
        EpochMetrics[] Metrics,
        double BestScore,
        byte[] Weights,
        byte[] Moments,
        byte[] ModelFile);

    /// <summary>A checkpoint that saves, then undoes the part that a process killed in between would not have written.</summary>
    private sealed class Dying<T>(TemporaryFolder folder, ICheckpoint<T> checkpoint, int epoch, Death death) : ICheckpoint<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public string Whole { get; private set; } = "";

        public string Left { get; private set; } = "";

        public static string Files(TemporaryFolder folder)
            => string.Join('\n', Model(folder) is { } model ? Convert.ToHexString(model) : "none", Metrics(folder));

        public void Save(Trainer<T> trainer, EpochMetrics? finished)
        {
            var (model, metrics) = (Model(folder), Metrics(folder));
            checkpoint.Save(trainer, finished);
            if (finished?.Epoch != epoch)
            {
                return;
            }

            Whole = Files(folder);
            if (death == Death.WithinTheMetricsLine)
            {
                metrics = Metrics(folder)[..(metrics.Length + 40)];
            }

            File.WriteAllText(folder.File("metrics.jsonl"), metrics);
            if (death == Death.BeforeTheModel)
            {
                File.Delete(folder.File("model.safetensors"));
                if (model is not null)
                {
                    File.WriteAllBytes(folder.File("model.safetensors"), model);
                }
            }

            Left = Files(folder);
            throw new InvalidOperationException("dead");
        }

        private static byte[]? Model(TemporaryFolder folder)
            => File.Exists(folder.File("model.safetensors")) ? File.ReadAllBytes(folder.File("model.safetensors")) : null;

        private static string Metrics(TemporaryFolder folder)
            => File.Exists(folder.File("metrics.jsonl")) ? File.ReadAllText(folder.File("metrics.jsonl")) : "";
    }
}
