using System.Globalization;
using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Model;

/// <summary>A run's <c>state.safetensors</c>: the current weights, the moments and the best weights as tensors, and all
/// other values as texts in the header, which <see cref="StateMetadata"/> reads.</summary>
/// <param name="path">The file; it may be missing.</param>
/// <param name="record">The run.</param>
internal sealed class StateFile(string path, RunRecord record)
{
    /// <summary>The header key of the seed.</summary>
    public const string Seed = "seed";

    /// <summary>The header key of the measure that chooses the best epoch.</summary>
    public const string BestBy = "best_by";

    /// <summary>The header key of the diagnoses that were reported.</summary>
    public const string Said = "said";

    /// <summary>The header key of the last epoch's metrics.</summary>
    public const string LastEpoch = "last_epoch";

    private const string FirstMoment = "adam.first.";
    private const string SecondMoment = "adam.second.";
    private const string BestWeights = "best.";

    /// <summary>The file.</summary>
    public string FullPath => path;

    /// <summary>Writes the state of a training, atomically.</summary>
    /// <exception cref="IOException">The file cannot be written; an older file is untouched.</exception>
    public void Save<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var state = trainer.State;
        var texts = new Dictionary<string, string>
        {
            ["epoch"] = Text(state.Epoch),
            ["samples"] = Text(state.Samples),
            ["step"] = Text(state.Adam.StepCount),
            [Seed] = Text(trainer.Options.Seed),
            ["best_epoch"] = Text(state.BestEpoch),
            ["best_score"] = Text(state.BestScore),
            [BestBy] = trainer.Measure,
            ["reconstruction_sum"] = Text(state.ReconstructionSum),
            ["kl_sum"] = Text(state.KlSum),
            ["loss_sum"] = Text(state.LossSum),
            ["negative_elbo_sum"] = Text(state.NegativeElboSum),
            [Said] = string.Join(',', state.ReportedDiagnoses),
            ["epoch_seconds"] = Text(state.EpochSeconds),
            [LastEpoch] = state.Last is null ? "" : MetricsFile.Text(state.Last),
        };
        SafeTensors.Write(path, Tensors(state), texts, isOfRun: true);
    }

    /// <summary>Sets a trainer to the file's state; the whole file is checked before anything is overwritten.</summary>
    /// <param name="trainer">A trainer with the run's options and data; its weights and state are overwritten.</param>
    /// <exception cref="CheckpointException">The state is missing, or does not fit.</exception>
    public void Restore<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var file = SafeTensors.Read(path);
        var standing = new StateMetadata(file, path, record);
        standing.RequireFit(trainer.Options.Seed, trainer.TrainingSampleCount);
        file.ReadAll(Tensors(trainer.State), name => name.StartsWith(SecondMoment, StringComparison.Ordinal));
        standing.CopyTo(trainer);
    }

    /// <summary>Refuses a state that is too short for a model, before the model is allocated.</summary>
    /// <exception cref="CheckpointException">The file is too short.</exception>
    public void RequireRoomFor(VaeOptions options)
    {
        using var file = SafeTensors.Read(path);
        file.RequireRoomFor(options, copies: 4);
    }

    private static IReadOnlyList<(string Name, Matrix<T> Values)> Tensors<T>(TrainingState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. state.Adam.Parameters.SelectMany((parameter, i) => new[]
        {
            (parameter.Name, parameter.Value),
            (FirstMoment + parameter.Name, state.Adam.FirstMoments[i]),
            (SecondMoment + parameter.Name, state.Adam.SecondMoments[i]),
            (BestWeights + parameter.Name, state.Best[i]),
        })];

    // Round-trips exactly: .NET writes the shortest text that reads back as the same double.
    private static string Text<TNumber>(TNumber value)
        where TNumber : INumber<TNumber>
        => value.ToString(null, CultureInfo.InvariantCulture);
}
