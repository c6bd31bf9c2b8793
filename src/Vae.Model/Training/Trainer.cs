using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Logging;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>
/// Trains a model with Adam, on batches in an order drawn anew for each epoch. It holds out validation samples and keeps the
/// weights of the epoch that scores best on them.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Everything random is a pure function of (seed, purpose, step), so the state of a training is its weights, Adam's moments and a
/// few numbers. A step allocates nothing once warm.
/// </remarks>
public sealed class Trainer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ActivationsPool<T> _pool;
    private readonly SampleReader<T> _reader;
    private readonly Diagnostics<T> _diagnostics;
    private readonly SampleOrder _order;
    private readonly Telemetry _telemetry;
    private readonly Divergence<T> _divergence;
    private readonly Validation<T> _validation;
    private readonly ISampleSource _data;
    private bool _hasFailed;

    /// <summary>Makes a trainer before its first step; training starts from the model's present weights.</summary>
    /// <param name="model">The model, initialised.</param>
    /// <param name="data">The samples to train on; the validation samples are held out from them.</param>
    /// <param name="options">The options of the training.</param>
    /// <param name="logger">Receives epochs, checkpoints, diagnoses and the end of the training
    /// (docs/monitoring.md); null for no log.</param>
    /// <exception cref="ArgumentException">An option is out of range, or a sample has another
    /// number of features than the model.</exception>
    public Trainer(VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions options, ILogger? logger = null)
        : this(model, data, options, SampleOrder.MostListed, logger)
    {
    }

    /// <summary>
    /// Makes a trainer with another limit up to which <see cref="SampleOrder"/> keeps the samples' order as a list.
    /// </summary>
    internal Trainer(
        VariationalAutoencoder<T> model, ISampleSource data, TrainingOptions options, int mostListed, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        Options = options.Validated(data.Count);
        Model = model;
        _data = data;
        _reader = new SampleReader<T>(
            model.Options, data, model.Product.Team, options.Seed, Purpose.TrainingPixels, options.HidingShare);
        _pool = new ActivationsPool<T>(model.Options);
        _telemetry = new Telemetry(logger);
        _divergence = new Divergence<T>(this, data, _telemetry);
        State = new TrainingState<T>(model, new Adam<T>(model.Parameters, options.Adam, model.Product.Team));

        _order = new SampleOrder(data.Count, options.ValidationSamples, options.Seed, mostListed);
        _validation = new Validation<T>(this, data, _order.Validation, _reader, _pool, _divergence);
        var probes = _order.Validation.Length > 0 ? _order.Validation : _order.SomeTraining(Diagnostics<T>.MostProbes);
        _diagnostics = new Diagnostics<T>(model, data, probes, options.Seed);
    }

    /// <summary>The model that is trained.</summary>
    public VariationalAutoencoder<T> Model { get; }

    /// <summary>The options of the training.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The state of the training: the content of a checkpoint.</summary>
    internal TrainingState<T> State { get; }

    /// <summary>
    /// The training's name, which tags its measurements as <c>vae.run.name</c>; null for none. A
    /// <see cref="TrainingRun{T}"/> uses its folder's name.
    /// </summary>
    public string? Name
    {
        get => _telemetry.Name;
        init => _telemetry.Name = value;
    }

    /// <summary>Samples in an epoch.</summary>
    public int TrainingSampleCount => _order.TrainingCount;

    /// <summary>Whether the last epoch is done, or the patience since the best epoch is exhausted.</summary>
    public bool IsFinished
        => State.Epoch >= Options.Epochs
            || (State.BestEpoch > 0 && Options.IsOutOfPatience(State.Epoch, State.BestEpoch));

    /// <summary>Identifies how an epoch's score is measured: scores with different texts cannot be compared.</summary>
    internal string Measure
    {
        get
        {
            var model = Model.Options;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Options.KeepBy} {model.Likelihood} {model.KlWeight} {model.Bound} {model.Draws} {model.FreeBits} "
                    + $"{model.Pixels}");
        }
    }

    /// <summary>Whether the training was saved or restored, so that a checkpoint remains if it fails.</summary>
    internal bool HasCheckpoint { get; set; }

    private bool KeepsBest => Options.KeepBy != KeepBy.LastEpoch && _order.Validation.Length > 0;

    /// <summary>
    /// Trains until the training is finished or cancelled. When finished, the model has the best epoch's weights; when cancelled,
    /// it has the current ones, and another call continues from there. Keeps nothing on disk; <see cref="TrainingRun{T}"/> does.
    /// </summary>
    /// <param name="progress">Receives a report after each batch and each epoch.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>The epochs done, the best of them, and whether it was cancelled.</returns>
    /// <exception cref="TrainingDivergedException">The data, the loss, a gradient or a weight is not a finite
    /// number; the message says which.</exception>
    /// <exception cref="ArgumentException">The data has a number that the likelihood does not take.</exception>
    /// <exception cref="InvalidOperationException">An earlier call failed: make a new trainer.</exception>
    public TrainingOutcome Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
        => Train(checkpoint: null, progress, cancellationToken);

    /// <summary>
    /// Trains like the public overload, and saves: after every epoch, within an epoch at the intervals of
    /// <see cref="TrainingOptions.CheckpointSteps"/> and <see cref="TrainingOptions.CheckpointMinutes"/>, and when cancelled.
    /// </summary>
    /// <param name="checkpoint">The checkpoint to save to; null to keep nothing on disk.</param>
    /// <param name="progress">Receives a report after each batch and each epoch.</param>
    /// <param name="cancellationToken">Stops after the step under way; the state is saved, so nothing is lost.</param>
    /// <returns>The epochs done, the best of them, and whether it was cancelled.</returns>
    /// <exception cref="TrainingDivergedException">The data, the loss, a gradient or a weight is not a finite number; the message
    /// says which. The last checkpoint stays as it is.</exception>
    /// <exception cref="ArgumentException">The data has a number that the likelihood does not take.</exception>
    /// <exception cref="IOException">The training cannot be saved; the last checkpoint stays as it is.</exception>
    /// <exception cref="InvalidOperationException">An earlier call failed, so this trainer no longer agrees with its last
    /// checkpoint: make a new trainer and restore the checkpoint.</exception>
    internal TrainingOutcome Train(
        ICheckpoint<T>? checkpoint, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (_hasFailed)
        {
            throw new InvalidOperationException(
                "This training has failed before. Resume it from its last checkpoint with a new trainer.");
        }

        _hasFailed = true;                                            // until it returns without an exception
        var cancelled = false;
        while (!IsFinished && !cancelled)
        {
            var metrics = TrainEpoch(checkpoint, progress, cancellationToken);
            cancelled = metrics is null;
            if (IsFinished && !cancelled)
            {
                FitPrior();
            }

            Save(checkpoint, metrics);
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
        var outcome = new TrainingOutcome(State.Epoch, State.BestEpoch == 0 ? State.Epoch : State.BestEpoch, cancelled);
        _telemetry.Ended(outcome, State.Adam.StepCount);
        return outcome;
    }

    /// <summary>
    /// Does one step: the forward and backward pass of the next batch, then Adam. After an epoch's
    /// last batch comes the next epoch's first.
    /// </summary>
    /// <returns>The batch's objective before the step.</returns>
    /// <exception cref="ArgumentException">The data has a number that the likelihood does not take.</exception>
    /// <exception cref="TrainingDivergedException">A number is not finite. If it is the loss or the gradient that reaches the
    /// encoder, the weights are as before the step; if it is the gradient of a single weight and gradients are not clipped, the
    /// step was done and that weight is not finite.</exception>
    public Objective Step()
    {
        var begun = Stopwatch.GetTimestamp();
        if (State.Samples == _order.TrainingCount)
        {
            State.EndEpoch();
        }

        var samples = int.Min(Options.BatchSize, _order.TrainingCount - State.Samples);
        var activations = _pool.For(samples);
        var batch = _order.Batch(State.Epoch, State.Samples, samples);
        _reader.BeginEpoch(State.Epoch);
        _reader.Read(batch, activations, new RandomDraws(Options.Seed, (uint)Purpose.TrainingNoise, (ulong)State.Adam.StepCount));

        var objective = ForwardBackward(activations, batch);
        _divergence.Require(objective, activations, batch);
        if (!State.Adam.Step(Options.Schedule.Factor(State.Epoch, Options.Epochs), ClipFactor(activations, batch)))
        {
            throw _divergence.At(State.Adam.StepCount, "the step left numbers that are not finite", NotFinite.Find(State.Adam));
        }

        State.Add(objective, samples);
        _telemetry.Stepped(State.Epoch + 1, State.Running(KlWeight), samples, Stopwatch.GetElapsedTime(begun));
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
                ? _divergence.At(State.Adam.StepCount + 1, "the data cannot be learnt", found)
                : new ArgumentException(
                    $"At step {State.Adam.StepCount + 1}, whose batch begins with sample {batch[0]} of the data: "
                        + refused.Message,
                    refused);
        }
    }

    // Trains to the end of the epoch and validates; null if cancelled before both are done.
    private EpochMetrics? TrainEpoch(
        ICheckpoint<T>? checkpoint, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
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
                Save(checkpoint, null);
                savedStep = State.Adam.StepCount;
            }
        }

        if (State.Samples < _order.TrainingCount || !_validation.TryMeasure(out var validation, cancellationToken))
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
        State.Last = new EpochMetrics(State.Epoch, State.Adam.StepCount, training, validation, isBest, seconds)
        {
            LearningRate = rate,
            Diagnoses = _diagnostics.Examine(
                State.Adam.StepCount, training, State.Last?.Training, IsFinished, State.ReportedDiagnoses),
        };
        _telemetry.EpochFinished(State.Last, Options.Epochs, TrainingSampleCount);
        return State.Last;
    }

    private void Save(ICheckpoint<T>? checkpoint, EpochMetrics? finished)
    {
        if (checkpoint is not null)
        {
            checkpoint.Save(this, finished);
            HasCheckpoint = true;
            _telemetry.Saved(State.Epoch, State.Adam.StepCount);
        }
    }

    // Fits the prior to the weights to keep, and keeps it with them and with the present ones.
    private void FitPrior()
    {
        if (Model.Prior is null)
        {
            return;
        }

        var kept = new VariationalAutoencoder<T>(Model.Options, Model.Product);
        for (var i = 0; i < kept.Parameters.Count; i++)
        {
            State.Kept(i).AsSpan().CopyTo(kept.Parameters[i].Value.AsSpan());
        }

        PriorFit.Fill(kept, _data, Options);
        for (var i = kept.Parameters.Count - kept.Prior!.Parameters.Count; i < kept.Parameters.Count; i++)
        {
            kept.Parameters[i].Value.AsSpan().CopyTo(State.Best[i].AsSpan());
            kept.Parameters[i].Value.AsSpan().CopyTo(Model.Parameters[i].Value.AsSpan());
        }
    }

    private double WarmUp => Options.WarmUp(State.Epoch, Model.Options.Likelihood);

    // The KL weight in force in this epoch. Validation always uses the full weight; otherwise the early epochs of a warm-up,
    // whose weight is small, would score best.
    private double KlWeight => WarmUp * Model.Options.KlWeight;

    private void AddSeconds(Stopwatch clock)
    {
        State.EpochSeconds += clock.Elapsed.TotalSeconds;
        clock.Restart();
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
            : throw _divergence.At(
                State.Adam.StepCount + 1,
                Invariant($"the gradient's norm is {norm}"),
                NotFinite.Find(Model, activations, batch));
    }

    private double Score(Objective validation)
        => Options.KeepBy == KeepBy.ValidationReconstruction ? validation.Reconstruction : validation.Loss;
}
