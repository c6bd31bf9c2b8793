using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>Sees that a training cannot go on, and says why, where and what to do.</summary>
internal sealed class Divergence<T>(Trainer<T> trainer, Telemetry telemetry)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Refuses a step whose loss or gradient is not finite.</summary>
    /// <param name="objective">The batch's objective.</param>
    /// <param name="activations">The buffers after the backward pass.</param>
    /// <param name="batch">The batch's samples.</param>
    /// <remarks>The loss is a double and may be finite where exp(log-variance) is infinite as a float. Whatever goes wrong
    /// between the loss and z comes through the two small matrices, too. The weights' own gradients are seen by Adam, who reads
    /// them anyway.</remarks>
    /// <exception cref="TrainingDivergedException">It is not.</exception>
    public void Require(Objective objective, Activations<T> activations, ReadOnlySpan<int> batch)
    {
        var isFinite = double.IsFinite(objective.Loss);
        if (!isFinite || !NotFinite.IsNowhereIn(activations.MeanGradient) || !NotFinite.IsNowhereIn(activations.LogVarianceGradient))
        {
            throw At(
                trainer.State.Adam.StepCount + 1,
                isFinite ? $"the gradient is not finite, at a loss of {Terms(objective)}" : $"the loss is {Terms(objective)}",
                NotFinite.Find(trainer.Model, activations, batch));
        }
    }

    /// <summary>Finds what a forward pass makes not finite.</summary>
    /// <param name="activations">Buffers with the batch in them.</param>
    /// <param name="batch">The batch's samples.</param>
    /// <remarks>z is the posterior's mean here, not what the evaluation drew: enough to find what the weights have
    /// done.</remarks>
    public string? ForwardAndFind(Activations<T> activations, ReadOnlySpan<int> batch)
    {
        activations.Noise.Clear();
        trainer.Model.ForwardBackward(activations);
        return NotFinite.Find(trainer.Model, activations, batch);
    }

    /// <summary>Says the terms of an objective in a message.</summary>
    /// <param name="objective">The objective.</param>
    public static string Terms(Objective objective) => Invariant($"{objective.Loss}: reconstruction {objective.Reconstruction}, KL {objective.Kl}");

    /// <summary>Makes the exception, and has it in the log first.</summary>
    /// <param name="step">At which step.</param>
    /// <param name="what">What was seen.</param>
    /// <param name="where">Where it was first; null where that is not known.</param>
    public TrainingDivergedException At(long step, string what, string? where)
    {
        var remedy = where?.StartsWith(NotFinite.Data, StringComparison.Ordinal) == true
            ? "Mend that sample or leave it out: a model learns from finite numbers only."
            : Invariant($"Try a smaller learning rate than {trainer.Options.Adam.LearningRate}, or clip the gradient ({nameof(AdamOptions)}.{nameof(AdamOptions.ClipNorm)}).");
        var kept = trainer.HasCheckpoint ? " The last checkpoint is whole." : "";
        var first = where is null ? "" : $" First of all, {where}.";
        var message = $"At step {step} (epoch {trainer.State.Epoch + 1}) {what}.{first}{kept} {remedy}";
        telemetry.Diverged(step, message);
        return new(message);
    }
}
