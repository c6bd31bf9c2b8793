using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Trains a model: batches in an order drawn anew each epoch, Adam, a validation split, and the best epoch's weights kept.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Everything random is a pure function of (seed, purpose, step), so where a training stands is said by three numbers and the
/// weights and moments: see <see cref="TrainingState{T}"/>. A warm step allocates nothing.
/// </remarks>
public sealed class Trainer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ISampleSource _data;
    private readonly ActivationsPool<T> _pool;
    private readonly Evaluator<T> _evaluator;
    private readonly SampleReader<T> _reader;
    private readonly Diagnostics<T> _diagnostics;
    private readonly SampleOrder _order;
    private bool _hasFailed;

    /// <summary>Makes a trainer that stands before the first step; the model's weights are taken as they are.</summary>
    /// <param name="model">The model, initialised.</param>
    /// <param name="data">The samples to train on; the validation samples are held out from them.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a sample has another number of features than the model.</exception>
    public Trainer(VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions options)
        : this(model, data, options, SampleOrder.MostListed)
    {
    }

    /// <summary>The same with another number of samples above which their order is computed and not listed.</summary>
    internal Trainer(VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions options, int mostListed)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Validated(data.Count);
        Model = model;
        _data = data;
        _reader = new SampleReader<T>(model.Options, data, model.Product.Team, options.Seed, Purpose.TrainingPixels);
        _pool = new ActivationsPool<T>(model.Options);
        _evaluator = new Evaluator<T>(model, options.BatchSize);
        State = new TrainingState<T>(model, new Adam<T>(model.Parameters, options.Adam, model.Product.Team));

        _order = new SampleOrder(data.Count, options.ValidationSamples, options.Seed, mostListed);
        _diagnostics = new Diagnostics<T>(
            model, data, _order.Validation.Length > 0 ? _order.Validation : _order.SomeTraining(Diagnostics<T>.MostProbes), options.Seed);
    }

    /// <summary>The model that is trained.</summary>
    public VariationalAutoencoder<T> Model { get; }

    /// <summary>How it is trained.</summary>
    public TrainingOptions Options { get; }

    /// <summary>Where the training stands: what a checkpoint holds.</summary>
    public TrainingState<T> State { get; }

    /// <summary>Samples in an epoch.</summary>
    public int TrainingSampleCount => _order.TrainingCount;

    /// <summary>Whether the last epoch is done, or the best one older than the patience.</summary>
    public bool IsFinished => State.Epoch >= Options.Epochs || (State.BestEpoch > 0 && Options.IsOutOfPatience(State.Epoch, State.BestEpoch));

    /// <summary>By what the best epoch is chosen: scores of another measure do not compare.</summary>
    internal string Measure
    {
        get
        {
            var model = Model.Options;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Options.KeepBy} {model.Likelihood} {model.KlWeight} {model.Bound} {model.Draws} {model.FreeBits} {model.Pixels}");
        }
    }

    private bool KeepsBest => Options.KeepBy != KeepBy.LastEpoch && _order.Validation.Length > 0;

    /// <summary>Trains to the last epoch, and then the model has the best epoch's weights; or until cancelled, and then it has the
    /// current ones, so that another call goes on from there.</summary>
    /// <param name="checkpoint">Where to save: after every epoch, as often in its middle as <see cref="TrainingOptions.CheckpointSteps"/> and
    /// <see cref="TrainingOptions.CheckpointMinutes"/> say, and when cancelled; null to keep nothing on disk.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Stops after the step under way; the state is saved, so nothing is lost.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="TrainingDivergedException">The data, the loss, a gradient or a weight is not a finite number; the message says which.
    /// The last checkpoint stays as it is.</exception>
    /// <exception cref="ArgumentException">The data has a number that the likelihood does not take.</exception>
    /// <exception cref="IOException">The training cannot be saved; the last checkpoint stays as it is.</exception>
    /// <exception cref="InvalidOperationException">A call before this one failed, so this trainer and its last checkpoint are no longer at one
    /// place: make another one and restore it.</exception>
    public TrainingOutcome Train(
        ICheckpoint<T>? checkpoint = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_hasFailed)
        {
            throw new InvalidOperationException("This training has failed before. Resume it from its last checkpoint with a new trainer.");
        }

        _hasFailed = true;                                            // unless it comes to its end
        var cancelled = false;
        while (!IsFinished && !cancelled)
        {
            var metrics = TrainEpoch(checkpoint, progress, cancellationToken);
            cancelled = metrics is null;
            checkpoint?.Save(this, metrics);
            if (metrics is not null)
            {
                progress?.Report(new TrainingProgress(
                    metrics.Epoch, Options.Epochs, TrainingSampleCount, TrainingSampleCount, metrics.Training, metrics));
            }
        }

        if (!cancelled)
        {
            State.RestoreBest();
        }

        _hasFailed = false;

        return new TrainingOutcome(State.Epoch, State.BestEpoch == 0 ? State.Epoch : State.BestEpoch, cancelled);
    }

    /// <summary>Does one step: the next batch forward, backward, and Adam. After an epoch's last batch comes the next epoch's first.</summary>
    /// <returns>The batch's objective before the step.</returns>
    /// <exception cref="ArgumentException">The data has a number that the likelihood does not take.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the gradient that reaches the encoder is not finite, and the weights were not
    /// stepped; or a weight's own gradient is not, and after the step neither is the weight.</exception>
    public Objective Step()
    {
        if (State.Samples == _order.TrainingCount)
        {
            State.EndEpoch();
        }

        var samples = int.Min(Options.BatchSize, _order.TrainingCount - State.Samples);
        var activations = _pool.For(samples);
        var batch = _order.Batch(State.Epoch, State.Samples, samples);
        _reader.BeginEpoch(State.Epoch);
        _reader.Read(batch, activations);
        new RandomDraws(Options.Seed, (uint)Purpose.TrainingNoise, (ulong)State.Adam.StepCount).FillNormal(activations.Noise.AsSpan());

        var objective = ForwardBackward(activations, batch);
        RequireFinite(objective, activations, batch);
        if (!State.Adam.Step(Options.Schedule.Factor(State.Epoch, Options.Epochs), ClipFactor(activations, batch)))
        {
            throw Diverged(State.Adam.StepCount, "the step left numbers that are not finite", NotFinite.Find(State.Adam));
        }

        State.Add(objective, samples);
        return objective;
    }

    // A loss knows only the place in the batch; a person wants the sample.
    private Objective ForwardBackward(Activations<T> activations, ReadOnlySpan<int> batch)
    {
        try
        {
            return Model.ForwardBackward(activations, Options.WarmUp(State.Epoch));
        }
        catch (ArgumentException refused)
        {
            throw NotFinite.FindInData(activations, batch) is { } found
                ? Diverged(State.Adam.StepCount + 1, "the data cannot be learnt", found)
                : new ArgumentException($"At step {State.Adam.StepCount + 1}, whose batch begins with sample {batch[0]} of the data: {refused.Message}", refused);
        }
    }

    // Null: cancelled before the epoch was over.
    private EpochMetrics? TrainEpoch(ICheckpoint<T>? checkpoint, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var savedStep = State.Adam.StepCount;
        while (State.Samples < _order.TrainingCount && !cancellationToken.IsCancellationRequested)
        {
            Step();
            progress?.Report(new TrainingProgress(
                State.Epoch + 1, Options.Epochs, State.Samples, _order.TrainingCount, State.Running(KlWeight), null));
            if (checkpoint is not null && State.Samples < _order.TrainingCount
                && Options.IsCheckpointDue(State.Adam.StepCount - savedStep, clock.Elapsed))
            {
                AddSeconds(clock);
                checkpoint.Save(this, null);
                savedStep = State.Adam.StepCount;
            }
        }

        if (State.Samples < _order.TrainingCount || !TryValidate(out var validation, cancellationToken))
        {
            AddSeconds(clock);
            return null;
        }

        var training = State.Running(KlWeight);
        var rate = Options.Adam.LearningRate * Options.Schedule.Factor(State.Epoch, Options.Epochs);
        State.EndEpoch();
        var isBest = KeepsBest && State.OfferBest(Score(validation!.Value));
        AddSeconds(clock);
        var seconds = State.EpochSeconds;
        State.EpochSeconds = 0;
        return State.Last = new EpochMetrics(State.Epoch, State.Adam.StepCount, training, validation, isBest, seconds)
        {
            LearningRate = rate,
            Diagnoses = _diagnostics.Examine(State.Adam.StepCount, training, State.Last?.Training, IsFinished, State.Said),
        };
    }

    // The weight in force; what validation is measured by is always the full one, or early epochs of a warm-up would look best.
    private double KlWeight => Options.WarmUp(State.Epoch) * Model.Options.KlWeight;

    private void AddSeconds(Stopwatch clock)
    {
        State.EpochSeconds += clock.Elapsed.TotalSeconds;
        clock.Restart();
    }

    // Cancelled in its middle it is as if it had not been begun: it is done whole when the training goes on.
    private bool TryValidate(out Objective? validation, CancellationToken cancellationToken)
    {
        validation = null;
        if (_order.Validation.Length == 0)
        {
            return true;
        }

        try
        {
            validation = _evaluator.Evaluate(_data, _order.Validation, Options.Seed, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        catch (ArgumentException refused)
        {
            throw FindInValidation(NotFinite.FindInData) is { } found
                ? Diverged(State.Adam.StepCount, "the held-out data cannot be measured", found)
                : new ArgumentException($"In the validation after step {State.Adam.StepCount}: {refused.Message}", refused);
        }

        return double.IsFinite(validation.Value.Loss)
            ? true
            : throw Diverged(
                State.Adam.StepCount,
                $"the validation loss is {Terms(validation.Value)}",
                FindInValidation(NotFinite.FindInData) ?? FindInValidation(ForwardAndFind));
    }

    // z is the posterior's mean here, not what the evaluation drew: enough to find what the weights have done.
    private string? ForwardAndFind(Activations<T> activations, ReadOnlySpan<int> batch)
    {
        activations.Noise.Clear();
        Model.ForwardBackward(activations);
        return NotFinite.Find(Model, activations, batch);
    }

    private string? FindInValidation(FindInBatch find)
    {
        foreach (var batch in _order.Validation.Chunk(Options.BatchSize))
        {
            var activations = _pool.For(batch.Length);
            _reader.Read(batch, activations);
            if (find(activations, batch) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private delegate string? FindInBatch(Activations<T> activations, ReadOnlySpan<int> batch);

    private double ClipFactor(Activations<T> activations, ReadOnlySpan<int> batch)
    {
        if (Options.Adam.ClipNorm == 0)
        {
            return 1;
        }

        var norm = GradientNorm.Of(Model.Parameters, Model.Product.Team);
        return double.IsFinite(norm)
            ? GradientNorm.ClipFactor(norm, Options.Adam.ClipNorm)
            : throw Diverged(State.Adam.StepCount + 1, $"the gradient's norm is {norm}", NotFinite.Find(Model, activations, batch));
    }

    private double Score(Objective validation)
        => Options.KeepBy == KeepBy.ValidationReconstruction ? validation.Reconstruction : validation.Loss;

    // The loss is a double and may be finite where exp(log-variance) is infinite as a float. Whatever goes wrong between the
    // loss and z comes through the two small matrices, too. The weights' own gradients are seen by Adam, who reads them anyway.
    private void RequireFinite(Objective objective, Activations<T> activations, ReadOnlySpan<int> batch)
    {
        var isFinite = double.IsFinite(objective.Loss);
        if (!isFinite || !NotFinite.IsNowhereIn(activations.MeanGradient) || !NotFinite.IsNowhereIn(activations.LogVarianceGradient))
        {
            throw Diverged(
                State.Adam.StepCount + 1,
                isFinite ? $"the gradient is not finite, at a loss of {Terms(objective)}" : $"the loss is {Terms(objective)}",
                NotFinite.Find(Model, activations, batch));
        }
    }

    private static string Terms(Objective objective) => $"{objective.Loss}: reconstruction {objective.Reconstruction}, KL {objective.Kl}";

    private TrainingDivergedException Diverged(long step, string what, string? where)
    {
        var remedy = where?.StartsWith(NotFinite.Data, StringComparison.Ordinal) == true
            ? "Mend that sample or leave it out: a model learns from finite numbers only."
            : $"Try a smaller learning rate than {Options.Adam.LearningRate}, or clip the gradient (--clip-norm).";
        return new($"At step {step} (epoch {State.Epoch + 1}) {what}.{(where is null ? "" : $" First of all, {where}.")} The last checkpoint is whole. {remedy}");
    }
}
