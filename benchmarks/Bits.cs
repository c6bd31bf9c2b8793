using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;
using Vae.Model;

namespace Vae.Benchmarks;

/// <summary>
/// Trains small models of every kind in <see cref="double"/> and in <see cref="float"/> and prints the checksums of weights and
/// moments and all figures with all their digits. Two builds compute the same where they print the same. <c>bits/bits.sh</c> does
/// so through the command.
/// </summary>
internal static class Bits
{
    private const int Samples = 90;
    private static readonly VaeOptions Small = new() { Features = 13, Hidden = [10, 7], Latent = 3 };

    public static int Run()
    {
        foreach (var threads in new[] { 1, 2 })
        {
            using var team = new WorkerTeam(threads);
            TrainAll(new SimdProduct<double>(team), $"double-{threads}");
            TrainAll(new SimdProduct<float>(team), $"float-{threads}");
        }

        TrainAll(new ReferenceProduct<double>(), "double-reference");
        return 0;
    }

    private static void TrainAll<T>(IMatrixProduct<T> product, string prefix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var likelihood in Enum.GetValues<Likelihood>())
        {
            Train($"{prefix} {likelihood}", Small with { Likelihood = likelihood }, new(), product);
            foreach (var bound in new[] { Bound.ImportanceWeighted, Bound.DoublyReparameterised })
            {
                Train(
                    $"{prefix} {likelihood} {bound}",
                    Small with { Likelihood = likelihood, Bound = bound, Draws = 4 },
                    new(),
                    product);
            }
        }

        foreach (var activation in Enum.GetValues<Activation>())
        {
            var other = (Activation)(((int)activation + 1) % Enum.GetValues<Activation>().Length);
            Train(
                $"{prefix} {activation} {other}",
                Small with { EncoderActivation = activation, DecoderActivation = other },
                new(),
                product);
        }

        var labelled = Small with { Classes = 5, Latent = 2, KlWeight = 0.6, Draws = 2 };
        Train($"{prefix} labels", labelled with { FreeBits = 0.4 }, new() { KlWarmUpEpochs = 2 }, product);
        Train(
            $"{prefix} labels weighted",
            labelled with { Bound = Bound.ImportanceWeighted, Pixels = Pixels.Dynamic },
            new(),
            product);
        Train(
            $"{prefix} clipped",
            Small with
            {
                Hidden = [40],
                Bound = Bound.DoublyReparameterised,
                Draws = 3,
                Pixels = Pixels.Dynamic,
                EncoderActivation = Activation.Tanh,
            },
            new() { Adam = new() { ClipNorm = 1, WeightDecay = 0.02 }, Schedule = new() { Kind = LearningRateSchedule.Cosine } },
            product);
        Train(
            $"{prefix} scaled",
            Small with { Likelihood = Likelihood.GaussianPixelVariance },
            new(),
            product,
            Model.Scaling.Standard);
    }

    private static void Train<T>(
        string name,
        VaeOptions options,
        TrainingOptions training,
        IMatrixProduct<T> product,
        Model.Scaling scaling = Model.Scaling.None)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        training = training with
        {
            Epochs = 3,
            BatchSize = 16,
            ValidationSamples = 20,
            Adam = training.Adam with { LearningRate = 0.01 },
        };
        var data = Data(options, training, scaling);
        var model = new VariationalAutoencoder<T>(options, product).Initialise(seed: 1);
        var trainer = new Trainer<T>(model, data, training);
        trainer.Train();
        var moments = trainer.State.Adam;
        Console.WriteLine(
            $"{name} weights {Checksum(model.Parameters.Select(parameter => parameter.Value))} "
                + $"moments {Checksum(moments.FirstMoments.Concat(moments.SecondMoments))}");

        var all = Enumerable.Range(0, data.Count).ToArray();
        var space = new LatentSpace<T>(model);
        var codes = space.Encode(data, all);
        Console.WriteLine(
            $"{name} codes {Checksum([codes.Mean, codes.LogVariance])} "
                + $"reconstructions {Checksum([space.Reconstruct(data, all)])}");
        Console.WriteLine($"{name} last {Text(trainer.State.Last!.Training)} {Text(trainer.State.Last.Validation!.Value)}");
        Console.WriteLine($"{name} evaluation {Text(new Evaluator<T>(model).Evaluate(data, seed: 1))}");
        var estimate = new ImportanceSampler<T>(model).Estimate(data, draws: 5, seed: 1);
        var (nll, error) = (estimate.NegativeLogLikelihood, estimate.StandardError);
        Console.WriteLine(FormattableString.Invariant(
            $"{name} estimate {nll:R} {error:R} {estimate.NegativeElbo:R} {estimate.ActiveUnits}"));
    }

    // Multiples of 1/64 from 0 to 1 by a generator of whole numbers, a third of them zero: the same on every machine.
    private static ISampleSource Data(VaeOptions options, TrainingOptions training, Model.Scaling scaling)
    {
        var state = 1UL;
        var rows = new float[Samples][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new float[options.Features];
            foreach (ref var value in rows[i].AsSpan())
            {
                state = state * 6364136223846793005 + 1442695040888963407;
                value = int.Max(0, (int)((state >> 33) % 97) - 32) / 64f;
            }
        }

        ISampleSource data = new ArraySamples(rows);
        if (scaling != Model.Scaling.None)
        {
            data = Preparation.Fit(data, scaling, training).Apply(data);
        }

        return options.Classes == 0
            ? data
            : new LabelledSamples(
                data, [.. Enumerable.Range(0, Samples).Select(i => (byte)(i * 3 % options.Classes))], options.Classes);
    }

    private static string Checksum<T>(IEnumerable<Matrix<T>> matrices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var matrix in matrices)
        {
            hash.AppendData(MemoryMarshal.AsBytes<T>(matrix.AsColumnMajorArray() ?? matrix.ToColumnMajorArray()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static string Text(Objective objective) => FormattableString.Invariant(
        $"{objective.Reconstruction:R} {objective.Kl:R} {objective.KlWeight:R} {objective.Loss:R} {objective.NegativeElbo:R}");
}
