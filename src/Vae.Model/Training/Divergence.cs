using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>Detects numbers that are not finite in a training, and reports the reason, the place and a remedy.</summary>
internal sealed class Divergence<T>(Trainer<T> trainer, ISampleSource data, Telemetry telemetry)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int SamplesMeasured = 100;
    private const double LargeSize = 100;                             // of a feature; scaled ones are of about 1

    /// <summary>Refuses a step whose loss or gradient is not finite.</summary>
    /// <param name="objective">The batch's objective.</param>
    /// <param name="activations">The buffers after the backward pass.</param>
    /// <param name="batch">The batch's samples.</param>
    /// <remarks>The loss is a double and may be finite where exp(log-variance) is infinite as a float, so the gradients of the
    /// posterior are checked with it: two small matrices, which every fault between the loss and z reaches. Adam checks the
    /// weights' gradients, since it reads them anyway.</remarks>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite.</exception>
    public void Require(Objective objective, Activations<T> activations, ReadOnlySpan<int> batch)
    {
        var isFinite = double.IsFinite(objective.Loss);
        if (!isFinite
            || !NotFinite.IsNowhereIn(activations.MeanGradient)
            || !NotFinite.IsNowhereIn(activations.LogVarianceGradient))
        {
            throw At(
                trainer.State.Adam.StepCount + 1,
                isFinite ? $"the gradient is not finite, at a loss of {Terms(objective)}" : $"the loss is {Terms(objective)}",
                NotFinite.Find(trainer.Model, activations, batch));
        }
    }

    /// <summary>Runs a batch through the model and finds the first number that is not finite.</summary>
    /// <param name="activations">Buffers with the batch in them.</param>
    /// <param name="batch">The batch's samples.</param>
    /// <returns>The number and its place, as text; null where all is finite.</returns>
    /// <remarks>z is the posterior's mean here, not the evaluation's draw, which is enough to find the fault of a
    /// weight.</remarks>
    public string? ForwardAndFind(Activations<T> activations, ReadOnlySpan<int> batch)
    {
        activations.Noise.Clear();
        trainer.Model.ForwardBackward(activations);
        return NotFinite.Find(trainer.Model, activations, batch);
    }

    /// <summary>The terms of an objective as text for a message.</summary>
    /// <param name="objective">The objective.</param>
    public static string Terms(Objective objective)
        => Invariant($"{objective.Loss}: reconstruction {objective.Reconstruction}, KL {objective.Kl}");

    /// <summary>Makes the exception, and logs its message.</summary>
    /// <param name="step">The number of the step.</param>
    /// <param name="what">The observation.</param>
    /// <param name="where">The first number that is not finite, with its place; null if unknown.</param>
    public TrainingDivergedException At(long step, string what, string? where)
    {
        var remedy = where?.StartsWith(NotFinite.Data, StringComparison.Ordinal) == true
            ? "Mend that sample or leave it out: a model learns from finite numbers only."
            : LargestFeature()
                + Invariant($"Try a smaller learning rate than {trainer.Options.Adam.LearningRate} (AdamOptions.LearningRate), ")
                + "or clip the gradient (AdamOptions.ClipNorm).";
        var kept = trainer.HasCheckpoint ? " The last checkpoint is whole." : "";
        var first = where is null ? "" : $" First of all, {where}.";
        var message = $"At step {step} (epoch {trainer.State.Epoch + 1}) {what}.{first}{kept} {remedy}";
        telemetry.Diverged(step, message);
        return new(message);
    }

    // The feature of the largest size in some samples, with the remedy; empty where all are of a usual size.
    private string LargestFeature()
    {
        var sizes = new double[data.Features];
        var sample = new double[data.Features];
        var count = int.Min(SamplesMeasured, data.Count);
        for (var i = 0; i < count; i++)
        {
            data.Gather([(int)((long)i * data.Count / count)], sample.AsSpan());
            for (var feature = 0; feature < sizes.Length; feature++)
            {
                sizes[feature] += double.IsFinite(sample[feature]) ? double.Abs(sample[feature]) / count : 0;
            }
        }

        var largest = Array.IndexOf(sizes, sizes.Max());
        return sizes[largest] <= LargeSize
            ? ""
            : Invariant($"The numbers of {data.NameOfFeature(largest)} are of the size {sizes[largest]:G3}, ")
                + "where a network expects about 1: standardise the data (Scaling.Standard). ";
    }
}
