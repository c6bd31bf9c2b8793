using System.Numerics;

namespace Vae.Model;

/// <summary>Measures the objective over a training's validation samples.</summary>
/// <param name="trainer">The training.</param>
/// <param name="data">The data.</param>
/// <param name="samples">The numbers of the validation samples; empty for none.</param>
/// <param name="reader">The reader of the data.</param>
/// <param name="pool">Activations for the search for numbers that are not finite.</param>
/// <param name="divergence">That search.</param>
internal sealed class Validation<T>(
    Trainer<T> trainer,
    ISampleSource data,
    int[] samples,
    SampleReader<T> reader,
    ActivationsPool<T> pool,
    Divergence<T> divergence)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Evaluator<T> _evaluator = new(trainer.Model, trainer.Options.BatchSize);

    private delegate string? FindInBatch(Activations<T> activations, ReadOnlySpan<int> batch);

    /// <summary>Measures the present model. A cancelled validation leaves nothing behind; it is repeated as a whole when the
    /// training goes on.</summary>
    /// <param name="measured">The means over the samples; null if there are none, or after a cancellation.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>Whether it was completed.</returns>
    /// <exception cref="TrainingDivergedException">The data or the loss is not finite.</exception>
    /// <exception cref="ArgumentException">The data has a number that the likelihood does not take.</exception>
    public bool TryMeasure(out Objective? measured, CancellationToken cancellationToken)
    {
        measured = null;
        if (samples.Length == 0)
        {
            return true;
        }

        var step = trainer.State.Adam.StepCount;
        try
        {
            measured = _evaluator.Evaluate(data, samples, trainer.Options.Seed, cancellationToken: cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (ArgumentException refused)
        {
            throw Find(NotFinite.FindInData) is { } found
                ? divergence.At(step, "the held-out data cannot be measured", found)
                : new ArgumentException($"In the validation after step {step}: {refused.Message}", refused);
        }

        return double.IsFinite(measured.Value.Loss)
            ? true
            : throw divergence.At(
                step,
                $"the validation loss is {Divergence<T>.Terms(measured.Value)}",
                Find(NotFinite.FindInData) ?? Find(divergence.ForwardAndFind));
    }

    private string? Find(FindInBatch find)
    {
        foreach (var batch in samples.Chunk(trainer.Options.BatchSize))
        {
            var activations = pool.For(batch.Length);
            reader.Read(batch, activations);
            if (find(activations, batch) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
