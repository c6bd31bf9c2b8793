using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// Runs with every option end with the same bits after any interruption; runs of version 0.1 are resumed.
/// </summary>
public class TrainingRunTests
{
    private const int BatchesInEpoch = 5;                             // 70 to train on: four of 16 and one of 6
    private const int Epochs = 6;

    private static TrainingOptions Everything(LearningRateSchedule schedule) => new()
    {
        Epochs = Epochs, BatchSize = 16, ValidationSamples = 30, Seed = 3, KlWarmUpEpochs = 3, Patience = 4,
        Schedule = new ScheduleOptions { Kind = schedule },
        Adam = new AdamOptions { LearningRate = 2e-2, ClipNorm = 2, WeightDecay = 0.01 },
    };

    private static VaeOptions Shape(Bound bound)
        => Some.Shape() with { Bound = bound, Draws = 3, Classes = 3, Pixels = Pixels.Dynamic };

    private static LabelledSamples Labelled
        => new(Some.Rows(100, 12), [.. Enumerable.Range(0, 100).Select(i => (byte)(i % 3))], 3);

    // Noise that cannot be learnt: soon the held-out samples come out worse.
    private static TrainingOptions Patient => new()
    {
        Epochs = 60,
        BatchSize = 20,
        ValidationSamples = 40,
        Seed = 2,
        Patience = 3,
        Adam = new AdamOptions { LearningRate = 1e-2 },
    };

    private static VaeOptions Overfitting => Some.Shape(hidden: [32], latent: 4, klWeight: 0.3);

    [Theory]
    [InlineData(LearningRateSchedule.Burda, nameof(Bound.ImportanceWeighted), false)]
    [InlineData(LearningRateSchedule.Cosine, nameof(Bound.ImportanceWeighted), true)]
    [InlineData(LearningRateSchedule.Burda, nameof(Bound.DoublyReparameterised), true)]
    [InlineData(LearningRateSchedule.Cosine, nameof(Bound.DoublyReparameterised), false)]
    [InlineData(LearningRateSchedule.Step, nameof(Bound.Elbo), false)]
    public void A_run_with_every_option_ends_with_the_same_bits_after_an_interruption_at_any_batch(
        LearningRateSchedule schedule, string bound, bool inDouble)
    {
        int[][] interruptions =
        [
            [1], [BatchesInEpoch - 1], [BatchesInEpoch], [BatchesInEpoch + 1], [BatchesInEpoch * 3], [(BatchesInEpoch * 4) + 2],
            [2, BatchesInEpoch, 7, 8, BatchesInEpoch * 2, 23],
        ];
        if (inDouble)
        {
            RequireSameEnd<double>(Shape(Bound.Find(bound)!), Everything(schedule), Labelled, interruptions);
        }
        else
        {
            RequireSameEnd<float>(Shape(Bound.Find(bound)!), Everything(schedule), Labelled, interruptions);
        }
    }

    [Fact]
    public void A_run_ended_by_its_patience_stops_after_the_same_epoch_after_an_interruption_at_any_batch()
    {
        var whole = Run<double>(Overfitting, Patient, Some.Rows(60, 12), []);
        var last = whole.Outcome.CompletedEpochs;                     // one step an epoch
        Assert.Equal(whole.Outcome.BestEpoch + Patient.Patience, last);
        Assert.InRange(last, Patient.Patience + 1, Patient.Epochs - 1);

        RequireSameEnd<double>(
            Overfitting, Patient, Some.Rows(60, 12), [1], [last - 3], [last - 2], [last - 1], [last - 2, last - 1]);
    }

    [Fact]
    public void A_run_ended_by_its_patience_is_finished_and_has_the_best_weights()
    {
        using var folder = new TemporaryFolder();
        var run = Begin<double>(folder, Overfitting, Patient, Some.Rows(60, 12));
        Assert.False(run.IsFinished);
        run.Train();
        run.Dispose();
        var (best, current) = (run.Trainer.State.Best, Some.Weights(run.Trainer.Model));

        var again = Resume<double>(folder, Some.Rows(60, 12));
        Assert.True(again.IsFinished);
        var outcome = again.Train();

        Assert.Equal(run.Trainer.State.Adam.StepCount, again.Trainer.State.Adam.StepCount);
        Assert.Equal((run.Trainer.State.Epoch, false), (outcome.CompletedEpochs, outcome.Cancelled));
        Assert.Equal(Some.Numbers(best), current);
        Assert.Equal(current, Some.Weights(again.Trainer.Model));
    }

    // The diagnosis comes with the first epoch: the encoder is begun with a huge variance.
    [Theory]
    [InlineData(BatchesInEpoch - 2)]
    [InlineData(BatchesInEpoch)]
    [InlineData(BatchesInEpoch + 2)]
    public void A_resumed_run_neither_loses_nor_repeats_a_diagnosis(int batch)
    {
        using var folder = new TemporaryFolder();
        var options = Everything(LearningRateSchedule.Constant) with { Adam = new AdamOptions { LearningRate = 1e-4 } };
        var run = Begin<double>(folder, Some.Shape(), options, Labelled);
        run.Trainer.Model.Encoder.LogVariance.Bias.Value.AsSpan().Fill(20);
        Cancel(run, batch);

        var resumed = Resume<double>(folder, Labelled);
        resumed.Train();

        var said = resumed.Folder
            .ReadMetrics()
            .Select(epoch => epoch.Diagnoses?.Count(diagnosis => diagnosis.Kind == DiagnosisKind.ExplodingLogVariance) ?? 0);
        Assert.Equal([1, 0, 0, 0, 0, 0], said);
    }

    [Fact]
    public void A_restored_trainer_has_the_diagnoses_of_its_run_alone()
    {
        using var folder = new TemporaryFolder();
        Begin<double>(folder, Some.Shape(), Everything(LearningRateSchedule.Constant), Labelled).Train();
        var trainer = TrainerTests.Trainer<double>(Labelled, Everything(LearningRateSchedule.Constant));
        trainer.State.ReportedDiagnoses.Add(DiagnosisKind.OutsideRange);

        RunFolder.Open(folder.File("run")).Folder.Restore(trainer);

        Assert.DoesNotContain(DiagnosisKind.OutsideRange, trainer.State.ReportedDiagnoses);
    }

    [Fact]
    public void An_unknown_name_of_a_diagnosis_is_refused()
    {
        using var folder = new TemporaryFolder();
        Cancel(Begin<double>(folder, Some.Shape(), Everything(LearningRateSchedule.Constant), Labelled), 2);
        ChangeHeader<double>(folder, header => header["said"] = "Measles");

        var refusal = Assert.Throws<CheckpointException>(() => Resume<double>(folder, Labelled));

        Assert.Contains(
            "wanted the names of diagnoses as 'said' in the header, but found 'Measles'",
            refusal.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_labels_is_refused_before_a_folder_is_made()
    {
        using var folder = new TemporaryFolder();
        var refusal = Assert.Throws<ArgumentException>(
            () => Begin<double>(folder, Shape(Bound.Elbo), Everything(LearningRateSchedule.Constant), Some.Rows(100, 12)));
        Assert.StartsWith("The model wants one of 3 labels with each sample, but the data has none.", refusal.Message);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    // Files as version 0.1 wrote them: options, metrics and state without the later entries.
    [Theory]
    [InlineData(Likelihood.Bernoulli, 3)]
    [InlineData(Likelihood.Bernoulli, BatchesInEpoch)]
    [InlineData(Likelihood.Bernoulli, BatchesInEpoch + 2)]
    [InlineData(Likelihood.Gaussian, BatchesInEpoch + 2)]
    public void A_run_written_by_version_0_1_is_resumed_to_the_same_end(Likelihood likelihood, int batch)
    {
        var options = new TrainingOptions
        {
            Epochs = 3, BatchSize = 16, ValidationSamples = 30, Seed = 3, Adam = new AdamOptions { LearningRate = 2e-2 },
        };
        var shape = Some.Shape(likelihood: likelihood, klWeight: 0.5);
        var whole = Run<double>(shape, options, Some.Rows(100, 12), []);
        using var folder = new TemporaryFolder();
        Cancel(Begin<double>(folder, shape, options, Some.Rows(100, 12)), batch);
        MakeOld<double>(folder);

        var end = End<double>.Of(Resume<double>(folder, Some.Rows(100, 12)));

        Assert.Equal(whole.Weights, end.Weights);
        Assert.Equal(whole.Moments, end.Moments);
        Assert.Equal(whole.Metrics.Length, end.Metrics.Length);
        Assert.All(whole.Metrics.Zip(end.Metrics), epoch =>
        {
            var (expected, actual) = epoch;
            Assert.Equal(
                (expected.Epoch, expected.Step, expected.IsBest, expected.LearningRate),
                (actual.Epoch, actual.Step, actual.IsBest, actual.LearningRate));
            Assert.Equal(expected.Training.Loss, actual.Training.Loss, 1e-12);                 // order of sums
            Assert.Equal(expected.Training.NegativeElbo, actual.Training.NegativeElbo, 1e-12); // order of sums
            Assert.Equal(expected.Validation!.Value.NegativeElbo, actual.Validation!.Value.NegativeElbo, 1e-12); // order of sums
        });
    }

    [Fact]
    public void A_run_written_by_version_0_1_can_be_evaluated()
    {
        var options = new TrainingOptions { Epochs = 2, BatchSize = 16, ValidationSamples = 30, Seed = 3 };
        using var folder = new TemporaryFolder();
        var run = Begin<double>(folder, Some.Shape(), options, Some.Rows(100, 12));
        run.Train();
        MakeOld<double>(folder);

        var (old, record) = RunFolder.Open(folder.File("run"));
        var model = old.LoadModel<double>(record.Model);

        Assert.Equal(run.Record.Model, record.Model);
        Assert.Equal(
            new Evaluator<double>(run.Trainer.Model).Evaluate(Some.Rows(100, 12), seed: 1),
            new Evaluator<double>(model).Evaluate(Some.Rows(100, 12), seed: 1));
    }

    [Theory]
    [InlineData("{\"epoch\":1,\"epoch\":1,\"training\":{},\"training\":{}}")]
    [InlineData("{\"training\":7")]
    [InlineData("7")]
    [InlineData("{\"training\":{\"reconstruction\":\"x\",\"kl\":1}}")]
    public void A_line_that_holds_no_metrics_is_refused_with_its_number(string line)
    {
        using var folder = new TemporaryFolder();
        var run = Begin<double>(folder, Some.Shape(), Everything(LearningRateSchedule.Constant), Labelled);
        File.WriteAllText(Path.Combine(run.Folder.FullPath, "metrics.jsonl"), line + "\n");
        Assert.Contains(
            "metrics.jsonl, line 1: not the metrics",
            Assert.Throws<CheckpointException>(() => run.Folder.ReadMetrics()).Message,
            StringComparison.Ordinal);
    }

    private static void RequireSameEnd<T>(
        VaeOptions shape, TrainingOptions options, ISampleSource data, params int[][] interruptions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var whole = Run<T>(shape, options, data, []);
        foreach (var at in interruptions)
        {
            var end = Run<T>(shape, options, data, at);
            Assert.Equal(whole.Outcome, end.Outcome);
            Assert.Equal(whole.Metrics, end.Metrics);
            Assert.Equal(whole.Weights, end.Weights);
            Assert.Equal(whole.Moments, end.Moments);
            Assert.Equal(whole.ModelFile, end.ModelFile);
        }
    }

    private static End<T> Run<T>(VaeOptions shape, TrainingOptions options, ISampleSource data, int[] interruptions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var folder = new TemporaryFolder();
        var run = Begin<T>(folder, shape, options, data);
        foreach (var batch in interruptions)
        {
            Cancel(run, batch);
            run = Resume<T>(folder, data);
        }

        return End<T>.Of(run);
    }

    private static TrainingRun<T> Begin<T>(TemporaryFolder folder, VaeOptions shape, TrainingOptions options, ISampleSource data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => TrainingRun<T>.Begin(
            folder.File("run"),
            new RunRecord(shape, options, new DataRecord("rows", data.Count, "ab")),
            data,
            new SimdProduct<T>(WorkerTeam.OfOne));

    private static TrainingRun<T> Resume<T>(TemporaryFolder folder, ISampleSource data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => TrainingRun<T>.Resume(folder.File("run"), data, "ab", new SimdProduct<T>(WorkerTeam.OfOne));

    private static void Cancel<T>(TrainingRun<T> run, int batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var cancel = new CancellationTokenSource();
        var told = new Told(_ =>
        {
            if (run.Trainer.State.Adam.StepCount >= batch)
            {
                cancel.Cancel();
            }
        });
        Assert.True(run.Train(told, cancel.Token).Cancelled);
        Assert.Equal(batch, run.Trainer.State.Adam.StepCount);
        run.Dispose();
    }

    private static void MakeOld<T>(TemporaryFolder folder)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ChangeHeader<T>(folder, header =>
        {
            string[] later = ["loss_sum", "negative_elbo_sum", "said"];
            Assert.All(later, key => Assert.True(header.Remove(key), key));
            header["last_epoch"] = OldMetrics(header["last_epoch"]);
        });
        var metrics = folder.File("run/metrics.jsonl");
        if (File.Exists(metrics))
        {
            File.WriteAllLines(metrics, File.ReadAllLines(metrics).Select(OldMetrics));
        }

        var run = JsonNode.Parse(File.ReadAllText(folder.File("run/run.json")))!;
        Keep(run["model"]!, "features", "hidden", "latent", "likelihood", "kl_weight", "initialisation", "architecture");
        Keep(run["training"]!, "epochs", "batch_size", "seed", "validation_samples", "keep_by", "adam");
        Keep(run["training"]!["adam"]!, "learning_rate", "beta1", "beta2", "epsilon");
        File.WriteAllText(folder.File("run/run.json"), run.ToJsonString());
    }

    private static string OldMetrics(string line)
    {
        if (line.Length == 0)
        {
            return line;
        }

        var epoch = JsonNode.Parse(line)!;
        Keep(epoch, "epoch", "step", "training", "validation", "is_best", "seconds");
        Keep(epoch["training"]!, "reconstruction", "kl", "kl_weight", "loss");
        Keep(epoch["validation"]!, "reconstruction", "kl", "kl_weight", "loss");
        return epoch.ToJsonString();
    }

    private static void Keep(JsonNode node, params string[] names)
    {
        foreach (var name in node.AsObject().Select(property => property.Key).Except(names).ToList())
        {
            node.AsObject().Remove(name);
        }
    }

    private static void ChangeHeader<T>(TemporaryFolder folder, Action<Dictionary<string, string>> change)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var path = folder.File("run/state.safetensors");
        using var file = SafeTensors.Read(path);
        var (_, record) = RunFolder.Open(folder.File("run"));
        var parameters = new VariationalAutoencoder<T>(record.Model, new SimdProduct<T>(WorkerTeam.OfOne)).Parameters;
        string[] prefixes = ["", "adam.first.", "adam.second.", "best."];
        var tensors = prefixes.SelectMany(prefix => parameters.Select(parameter =>
        {
            var values = parameter.Value.Clone();
            file.Read(prefix + parameter.Name, values);
            return (prefix + parameter.Name, values);
        })).ToList();
        var header = file.Metadata.ToDictionary();
        change(header);
        SafeTensors.Write(path, tensors, header);
    }

    private sealed record End<T>(
        TrainingOutcome Outcome, EpochMetrics[] Metrics, byte[] Weights, byte[] Moments, byte[] ModelFile)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static End<T> Of(TrainingRun<T> run)
        {
            var outcome = run.Train();
            run.Dispose();
            var adam = run.Trainer.State.Adam;
            return new End<T>(
                outcome,
                [.. run.Folder.ReadMetrics().Select(TrainerTests.Timeless)],
                Bits(adam.Parameters.Select(parameter => parameter.Value)),
                Bits(adam.FirstMoments.Concat(adam.SecondMoments)),
                File.ReadAllBytes(Path.Combine(run.Folder.FullPath, "model.safetensors")));
        }

        private static byte[] Bits(IEnumerable<MathNet.Numerics.LinearAlgebra.Matrix<T>> matrices)
            => [.. matrices.SelectMany(matrix => MemoryMarshal.AsBytes(matrix.AsSpan()).ToArray())];
    }
}
