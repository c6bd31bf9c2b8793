using System.Collections.Concurrent;
using Vae.Math;
using Vae.Model;

namespace Vae.Faults.Tests;

/// <summary>Many models, evaluations and disposals at once in one process: each result has the same bits as alone.</summary>
[Collection(SharedTraining.Name)]
public sealed class ConcurrencyTests(TinyTraining tiny)
{
    private const int Models = 8;

    // Nothing here takes a second by itself; a deadlock would take for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void Models_that_are_trained_at_once_get_the_bits_that_they_get_alone()
    {
        var alone = Enumerable.Range(0, Models).Select(i => Train(i, WorkerTeam.OfOne)).ToList();
        var rounds = Campaign.Trials(2, 30);
        for (var round = 0; round < rounds; round++)
        {
            using var team = new WorkerTeam(3);
            var together = AllAtOnce(i => Train(i, (i % 3) switch { 0 => team, 1 => WorkerTeam.Shared, _ => WorkerTeam.OfOne }));
            Assert.Equal(alone, together);
        }

        Campaign.Record(
            $"{rounds} times {Models} models trained at once, on one team, the shared one and none",
            "no deadlock, each with the bits that it has alone");
    }

    [Fact]
    public void Teams_that_are_disposed_of_in_the_middle_of_a_training_change_nothing()
    {
        var alone = Enumerable.Range(0, Models).Select(i => Train(i, WorkerTeam.OfOne)).ToList();
        var rounds = Campaign.Trials(2, 50);
        var random = new Random(Campaign.Seed);
        for (var round = 0; round < rounds; round++)
        {
            var team = new WorkerTeam(3);
            var delay = random.Next(50);
            var together = AllAtOnce(i =>
            {
                if (i > 0)
                {
                    return Train(i, team);
                }

                Thread.Sleep(delay);
                team.Dispose();
                return Train(i, team);
            });
            Assert.Equal(alone, together);
        }

        Campaign.Record(
            $"{rounds} times a team disposed of while {Models - 1} models are trained on it",
            "no deadlock, each with the bits that it has alone");
    }

    // The trainer writes while evaluations read the folder. Each reads one whole checkpoint, never two halves.
    [Fact]
    public void A_run_can_be_evaluated_while_it_is_trained_and_always_as_one_of_its_checkpoints()
    {
        var data = Data(0);
        var options = Options(0) with { Epochs = Campaign.Trials(10, 100), CheckpointSteps = 1, ValidationSamples = 0 };
        var folder = tiny.New();
        using var run = TrainingRun<float>.Begin(
            folder,
            new RunRecord(Shape(0), options, new DataRecord("", data.Count, "ab")),
            data,
            new SimdProduct<float>(WorkerTeam.Shared));
        run.Trainer.Model.Save(Path.Combine(folder, "model.safetensors"));

        var saved = new ConcurrentDictionary<string, bool> { [Bits(run.Trainer.Model)] = true };
        var (read, isOver) = (new ConcurrentBag<string>(), false);
        var all = AllAtOnce(i =>
        {
            if (i == 0)
            {
                run.Trainer.Train(new Noting(run.Folder.Checkpoint<float>(), saved));
                Volatile.Write(ref isOver, true);
                return "";
            }

            do
            {
                var (opened, record) = RunFolder.Open(folder);
                var model = opened.LoadModel<float>(record.Model, new SimdProduct<float>(WorkerTeam.Shared));
                new Evaluator<float>(model).Evaluate(data, seed: 1);
                read.Add(Bits(model));
            }
            while (!Volatile.Read(ref isOver));
            return "";
        });

        Assert.Equal(Models, all.Count);
        Assert.All(read, bits => Assert.True(saved.ContainsKey(bits), "a model was read that was never saved"));
        Campaign.Record(
            $"{read.Count} times a run loaded and evaluated while it is trained, {saved.Count} checkpoints",
            "no failure; always the weights of one checkpoint");
    }

    [Fact]
    public void One_model_for_each_thread_over_the_same_weights_evaluates_to_the_same_bits()
    {
        var data = Data(1);
        var model = new VariationalAutoencoder<float>(Shape(1), new SimdProduct<float>(WorkerTeam.Shared)).Initialise(1);
        var alone = new Evaluator<float>(model).Evaluate(data, seed: 1);
        var file = tiny.New();
        model.Save(file);

        var together = AllAtOnce(_ =>
        {
            var own = new VariationalAutoencoder<float>(Shape(1), model.Product);
            own.Load(file);
            return new Evaluator<float>(own).Evaluate(data, seed: 1);
        });

        Assert.All(together, objective => Assert.Equal(alone, objective));
    }

    private static string Train(int i, WorkerTeam team)
    {
        var model = new VariationalAutoencoder<float>(Shape(i), new SimdProduct<float>(team)).Initialise((ulong)i);
        new Trainer<float>(model, Data(i), Options(i)).Train();
        return Bits(model);
    }

    private static List<TResult> AllAtOnce<TResult>(Func<int, TResult> work)
    {
        var results = new TResult[Models];
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, Models).Select(i => new Thread(() =>
        {
            try
            {
                results[i] = work(i);
            }
#pragma warning disable CA1031 // whatever it is, it is the test's to tell
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failures.Enqueue(failure);
            }
        }) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(Patience), "a thread hangs"));
        Assert.Empty(failures);
        return [.. results];
    }

    // Layers wide enough that a step falls into parts for several threads.
    private static VaeOptions Shape(int i) => new()
    {
        Features = 40 + i,
        Hidden = [96, 64],
        Latent = 2 + i,
        Likelihood = i % 2 == 0 ? Likelihood.Bernoulli : Likelihood.Gaussian,
        Bound = i % 3 == 0 ? Bound.DoublyReparameterised : Bound.Elbo,
        Draws = i % 3 == 0 ? 3 : 1,
        Pixels = i % 4 == 0 ? Pixels.Dynamic : Pixels.Grey,
    };

    private static TrainingOptions Options(int i)
        => new() { Epochs = 3, BatchSize = 64, ValidationSamples = 50, Seed = (ulong)i };

    private static ByteSamples Data(int i)
    {
        var bytes = new byte[300 * (40 + i)];
        new Random(i).NextBytes(bytes);
        return new ByteSamples(bytes, 40 + i);
    }

    private static string Bits(VariationalAutoencoder<float> model)
        => string.Join(' ', model.Parameters.Select(parameter => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(parameter.Value.AsSpan())))));

    /// <summary>Notes the weights of each checkpoint before it is written.</summary>
    private sealed class Noting(ICheckpoint<float> checkpoint, ConcurrentDictionary<string, bool> saved) : ICheckpoint<float>
    {
        public void Save(Trainer<float> trainer, EpochMetrics? finished)
        {
            saved[Bits(trainer.Model)] = true;
            checkpoint.Save(trainer, finished);
        }
    }
}
