using System.Diagnostics;
using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>A step of a training: forward and backward pass of the next batch, then Adam.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="trainer">The training.</param>
/// <param name="order">The order of the samples.</param>
/// <param name="reader">The reader of the samples.</param>
/// <param name="pool">The buffers of a batch.</param>
/// <param name="divergence">Refuses numbers that are not finite.</param>
/// <param name="telemetry">Receives each step.</param>
internal sealed class TrainingStep<T>(
    Trainer<T> trainer,
    SampleOrder order,
    SampleReader<T> reader,
    ActivationsPool<T> pool,
    Divergence<T> divergence,
    Telemetry telemetry)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The KL weight in force in this epoch.</summary>
    public double KlWeight => WarmUp * Model.Options.KlWeight;

    private double WarmUp => Options.WarmUp(State.Epoch, Model.Options.Likelihood);

    private TrainingState<T> State => trainer.State;

    private TrainingOptions Options => trainer.Options;

    private VariationalAutoencoder<T> Model => trainer.Model;

    /// <summary>Does the next step, as <see cref="Trainer{T}.Step"/> says.</summary>
    /// <returns>The batch's objective before the step.</returns>
    public Objective Do()
    {
        var begun = Stopwatch.GetTimestamp();
        if (State.Samples == order.TrainingCount)
        {
            State.EndEpoch();
        }

        var samples = int.Min(Options.BatchSize, order.TrainingCount - State.Samples);
        var activations = pool.For(samples);
        var batch = order.Batch(State.Epoch, State.Samples, samples);
        reader.BeginEpoch(State.Epoch);
        reader.Read(batch, activations, new RandomDraws(Options.Seed, (uint)Purpose.TrainingNoise, (ulong)State.Adam.StepCount));

        var objective = ForwardBackward(activations, batch);
        divergence.Require(objective, activations, batch);
        if (!State.Adam.Step(Options.Schedule.Factor(State.Epoch, Options.Epochs), ClipFactor(activations, batch)))
        {
            throw divergence.At(State.Adam.StepCount, "the step left numbers that are not finite", NotFinite.Find(State.Adam));
        }

        State.Add(objective, samples);
        telemetry.Stepped(State.Epoch + 1, State.Running(KlWeight), samples, Stopwatch.GetElapsedTime(begun));
        return objective;
    }

    // A loss knows only places in the batch; this adds the step and the samples' numbers to its message.
    private Objective ForwardBackward(Activations<T> activations, ReadOnlySpan<int> batch)
    {
        try
        {
            return Model.ForwardBackward(activations, WarmUp);
        }
        catch (ArgumentException refused)
        {
            throw NotFinite.FindInData(activations, batch) is { } found
                ? divergence.At(State.Adam.StepCount + 1, "the data cannot be learnt", found)
                : new ArgumentException(
                    $"At step {State.Adam.StepCount + 1}, whose batch begins with sample {batch[0]} of the data: "
                        + refused.Message,
                    refused);
        }
    }

    private double ClipFactor(Activations<T> activations, ReadOnlySpan<int> batch)
    {
        if (Options.Adam.ClipNorm == 0)
        {
            return 1;
        }

        var norm = GradientNorm.Of(Model.Parameters, Model.Product.Team);
        return double.IsFinite(norm)
            ? GradientNorm.ClipFactor(norm, Options.Adam.ClipNorm)
            : throw divergence.At(
                State.Adam.StepCount + 1,
                Invariant($"the gradient's norm is {norm}"),
                NotFinite.Find(Model, activations, batch));
    }
}
