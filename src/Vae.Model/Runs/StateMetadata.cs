using System.Globalization;
using System.Numerics;

namespace Vae.Model;

/// <summary>
/// The state of a training, read from the texts in the header of <c>state.safetensors</c> and checked as a whole before
/// anything of a trainer is overwritten.
/// </summary>
internal sealed class StateMetadata
{
    private const long MostSteps = 1L << 53;                          // Adam counts them in a double

    private readonly SafeTensorsFile _file;
    private readonly string _path;
    private readonly int _epoch;
    private readonly int _samples;
    private readonly long _step;
    private readonly int _bestEpoch;
    private readonly double _bestScore;
    private readonly Objective _sums;
    private readonly double _epochSeconds;
    private readonly string? _bestBy;
    private readonly IReadOnlyList<DiagnosisKind> _reported;
    private readonly EpochMetrics? _last;

    /// <summary>Reads and checks the texts.</summary>
    /// <param name="file">The state.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="record">The run's record.</param>
    /// <exception cref="CheckpointException">A text is missing or invalid, or contradicts another.</exception>
    public StateMetadata(SafeTensorsFile file, string path, RunRecord record)
    {
        (_file, _path) = (file, path);
        _epoch = (int)Whole("epoch", int.MaxValue - 1);
        _samples = (int)Whole("samples", int.MaxValue);
        _step = Whole("step", MostSteps);
        _bestEpoch = (int)Whole("best_epoch", _epoch);
        _bestScore = _bestEpoch == 0 ? Unbeaten("best_score") : Real("best_score");
        _bestBy = _file.Metadata.GetValueOrDefault(StateFile.BestBy); // null: an older file, whose measure could not change
        var (reconstruction, kl) = (Real("reconstruction_sum"), Real("kl_sum"));
        var before = SumsOf(reconstruction, kl, record.Model);
        _sums = before with
        {
            Loss = Real("loss_sum", before.Loss),
            NegativeElbo = Real("negative_elbo_sum", before.NegativeElbo),
        };
        _epochSeconds = Real("epoch_seconds");
        Require(_epochSeconds >= 0, "a number of at least 0", "epoch_seconds");
        _reported = [.. Text(StateFile.Said, "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Diagnosis)];
        _last = Text(StateFile.LastEpoch, "") is { Length: > 0 } line
            ? MetricsLine.Read(line, record, $"{path}: '{StateFile.LastEpoch}' in the header")
            : null;
        if ((_last?.Epoch ?? 0) != _epoch)
        {
            var found = _last is null ? "none" : $"those of epoch {_last.Epoch}";
            throw new CheckpointException($"{path}: wanted the metrics of epoch {_epoch}, but found {found}.");
        }
    }

    /// <summary>Refuses a trainer that would continue with other batches or other noise without any error.</summary>
    /// <param name="seed">The trainer's.</param>
    /// <param name="samples">The number of training samples in the trainer's epoch.</param>
    public void RequireFit(ulong seed, int samples)
    {
        var found = Text(StateFile.Seed, "missing");
        if (found != seed.ToString(CultureInfo.InvariantCulture))
        {
            throw new CheckpointException($"{_path}: the run's seed is {Printable.Cut(found)}, but the trainer's is {seed}.");
        }

        if (_samples > samples)
        {
            throw new CheckpointException(
                $"{_path}: the run has seen {_samples} samples of its epoch, but the trainer's has only {samples}.");
        }
    }

    /// <summary>Copies the state to a trainer. A best epoch that was chosen by another measure than
    /// the trainer's is forgotten.</summary>
    public void CopyTo<T>(Trainer<T> trainer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        trainer.HasCheckpoint = true;
        var state = trainer.State;
        (state.Epoch, state.Samples, state.Adam.StepCount) = (_epoch, _samples, _step);
        (state.BestEpoch, state.BestScore) = (_bestEpoch, _bestScore);
        (state.ReconstructionSum, state.KlSum) = (_sums.Reconstruction, _sums.Kl);
        (state.LossSum, state.NegativeElboSum) = (_sums.Loss, _sums.NegativeElbo);
        (state.EpochSeconds, state.Last) = (_epochSeconds, _last);
        state.ReportedDiagnoses.Clear();
        state.ReportedDiagnoses.UnionWith(_reported);
        if (_bestBy is not null && _bestBy != trainer.Measure)
        {
            state.ForgetBest();
        }
    }

    // A run of an older version kept two sums only, since it had one kind of loss.
    private Objective SumsOf(double reconstruction, double kl, VaeOptions options)
        => new(reconstruction, kl, options.KlWeight)
        {
            NegativeElbo = options.ObjectiveWeights.NegativeElboSum(reconstruction, kl, _samples),
        };

    private string Text(string key, string missing) => _file.Metadata.GetValueOrDefault(key, missing);

    private DiagnosisKind Diagnosis(string name)
    {
        var isName = Enum.GetNames<DiagnosisKind>().Contains(name);   // Enum.Parse alone would accept a number
        Require(isName, "the names of diagnoses as", StateFile.Said, name);
        return Enum.Parse<DiagnosisKind>(name);
    }

    private long Whole(string key, long most)
    {
        var text = Text(key, "");
        var holds = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= 0;
        Require(holds, "a whole number", key);
        Require(value <= most, $"a whole number of at most {most}", key);
        return value;
    }

    private double Real(string key, double missing) => _file.Metadata.ContainsKey(key) ? Real(key) : missing;

    private double Real(string key)
    {
        Require(double.TryParse(Text(key, ""), NumberStyles.Float, CultureInfo.InvariantCulture, out var value), "a number", key);
        Require(double.IsFinite(value), "a finite number", key);
        return value;
    }

    // Before the first best epoch there is no score: any is better.
    private double Unbeaten(string key)
    {
        var isNumber = double.TryParse(Text(key, ""), NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        Require(isNumber && value == double.PositiveInfinity, "a number", key);
        return value;
    }

    private void Require(bool holds, string wanted, string key, string? found = null)
    {
        if (!holds)
        {
            throw new CheckpointException(
                $"{_path}: wanted {wanted} '{key}' in the header, but found '{Printable.Cut(found ?? Text(key, ""))}'.");
        }
    }
}
