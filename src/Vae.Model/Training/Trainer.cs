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
    private readonly TrainingStep<T> _step;
    private readonly Diagnostics<T> _diagnostics;
    private readonly SampleOrder _order;
    private readonly Telemetry _telemetry;
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
        var reader = new SampleReader<T>(
            model.Options, data, model.Product.Team, options.Seed, Purpose.TrainingPixels, options.HidingShare);
        var pool = new ActivationsPool<T>(model.Options);
        _telemetry = new Telemetry(logger);
        var divergence = new Divergence<T>(this, data, _telemetry);
        State = new TrainingState<T>(model, new Adam<T>(model.Parameters, options.Adam, model.Product.Team));

        _order = new SampleOrder(data.Count, options.ValidationSamples, options.Seed, mostListed);
        _validation = new Validation<T>(this, data, _order.Validation, reader, pool, divergence);
        _step = new TrainingStep<T>(this, _order, reader, pool, divergence, _telemetry);
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
                PriorFit.FillKept(Model, State, _data, Options);
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
    public Objective Step() => _step.Do();

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
                State.Epoch + 1, Options.Epochs, State.Samples, _order.TrainingCount, State.Running(_step.KlWeight), null));
            if (checkpoint is not null && State.Samples < _order.TrainingCount
                && Options.IsCheckpointDue(State.Adam.StepCount - savedStep, clock.Elapsed))
            {
                AddSeconds(clock);
                Save(checkpoint, null);
                savedStep = State.Adam.StepCount;
            }
        }

        // Always at the full KL weight: the early epochs of a warm-up, whose weight is small, would score best otherwise.
        if (State.Samples < _order.TrainingCount || !_validation.TryMeasure(out var validation, cancellationToken))
        {
            AddSeconds(clock);
            return null;
        }

        var training = State.Running(_step.KlWeight);
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

    private void AddSeconds(Stopwatch clock)
    {
        State.EpochSeconds += clock.Elapsed.TotalSeconds;
        clock.Restart();
    }

    private double Score(Objective validation)
        => Options.KeepBy == KeepBy.ValidationReconstruction ? validation.Reconstruction : validation.Loss;
}
