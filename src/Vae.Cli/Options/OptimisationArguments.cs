using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>The options of <c>train</c> for optimisation and checkpoints, which <c>report</c> does not have.</summary>
internal sealed class OptimisationArguments
{
    private static readonly Dictionary<string, LearningRateSchedule> ScheduleNames = new()
    {
        ["constant"] = LearningRateSchedule.Constant,
        ["step"] = LearningRateSchedule.Step,
        ["cosine"] = LearningRateSchedule.Cosine,
        ["burda"] = LearningRateSchedule.Burda,
    };

    private static readonly Dictionary<string, KeepBy> KeepByNames = new()
    {
        ["loss"] = Model.KeepBy.ValidationLoss,
        ["reconstruction"] = Model.KeepBy.ValidationReconstruction,
        ["last"] = Model.KeepBy.LastEpoch,
    };

    private static readonly TrainingOptions Usual = new();

    private readonly Option<string> _schedule = CommonOptions.OneOf(
        "--schedule",
        "the learning rate over the epochs (burda: eight stages, each three times as long, to a tenth)",
        Usual.Schedule.Kind,
        ScheduleNames);

    private readonly Option<int> _stepEpochs = CommonOptions.Whole(
        "--step-epochs", "epochs between two steps of the schedule 'step'", Usual.Schedule.StepEpochs);

    private readonly Option<double> _stepFactor = CommonOptions.Number(
        "--step-factor",
        "the factor of the learning rate at each step",
        Usual.Schedule.StepFactor,
        value => value is > 0 and <= 1,
        "a number above 0, at most 1");

    private readonly Option<double> _clipNorm = CommonOptions.NumberFromZero(
        "--clip-norm", "the largest norm of a step's gradient; 0 for no limit", Usual.Adam.ClipNorm);

    private readonly Option<double> _weightDecay = CommonOptions.NumberFromZero(
        "--weight-decay", "decoupled weight decay, times the learning rate", Usual.Adam.WeightDecay);

    private readonly Option<double> _epsilon = CommonOptions.NumberAboveZero(
        "--adam-epsilon", "the number that Adam adds to the root of the second moment", Usual.Adam.Epsilon);

    private readonly Option<int> _patience = CommonOptions.Whole(
        "--patience", "epochs without a better one after which training stops; 0 for none", Usual.Patience, least: 0);

    private readonly Option<int> _klWarmUp = CommonOptions.Whole(
        "--kl-warmup-epochs", "epochs over which the KL weight rises from 0", Usual.KlWarmUpEpochs, least: 0);

    private readonly Option<int> _checkpointSteps = CommonOptions.Whole(
        "--checkpoint-steps", "steps after which the run is saved within an epoch; 0 for none", Usual.CheckpointSteps, least: 0);

    private readonly Option<double> _checkpointMinutes = CommonOptions.NumberFromZero(
        "--checkpoint-minutes", "the same in minutes", Usual.CheckpointMinutes);

    public Symbol[] All => [_schedule, _stepEpochs, _stepFactor, _clipNorm, _weightDecay, _epsilon, _patience, _klWarmUp];

    public Option<string> KeepBy { get; } = CommonOptions.OneOf(
        "--keep-by", "the validation figure by which the best epoch is kept", Usual.KeepBy, KeepByNames);

    /// <summary>The options for the times of saves; they change no result.</summary>
    public Symbol[] Checkpoints => [_checkpointSteps, _checkpointMinutes];

    /// <summary>Adds the options on the command line to those of a training.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="start">The training to add to; it has the values of options that are not given.</param>
    /// <exception cref="UsageException">An option of the schedule 'step' was given with another schedule.</exception>
    public TrainingOptions Complete(ParseResult parsed, TrainingOptions start)
    {
        var schedule = parsed.ValueOr(_schedule, ScheduleNames, start.Schedule.Kind);
        Option[] ofStep = [_stepEpochs, _stepFactor];
        if (schedule != LearningRateSchedule.Step && ofStep.FirstOrDefault(parsed.IsGiven) is { } useless)
        {
            throw new UsageException(
                $"{useless.Name} goes with --schedule step, but the schedule is {ScheduleNames.NameOf(schedule)}.");
        }

        var keepBy = parsed.ValueOr(KeepBy, KeepByNames, start.KeepBy);
        var choosesEpoch = keepBy != Vae.Model.KeepBy.LastEpoch && start.ValidationSamples > 0;
        return start with
        {
            KeepBy = keepBy,
            Adam = start.Adam with
            {
                ClipNorm = parsed.ValueOr(_clipNorm, start.Adam.ClipNorm),
                WeightDecay = parsed.ValueOr(_weightDecay, start.Adam.WeightDecay),
                Epsilon = parsed.ValueOr(_epsilon, start.Adam.Epsilon),
            },
            Schedule = start.Schedule with
            {
                Kind = schedule,
                StepEpochs = parsed.ValueOr(_stepEpochs, start.Schedule.StepEpochs),
                StepFactor = parsed.ValueOr(_stepFactor, start.Schedule.StepFactor),
            },
            Patience = parsed.ValueOr(_patience, choosesEpoch ? start.Patience : 0),
            KlWarmUpEpochs = parsed.ValueOr(_klWarmUp, start.KlWarmUpEpochs),
            CheckpointSteps = parsed.ValueOr(_checkpointSteps, start.CheckpointSteps),
            CheckpointMinutes = parsed.ValueOr(_checkpointMinutes, start.CheckpointMinutes),
        };
    }
}
