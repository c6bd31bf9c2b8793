using System.CommandLine;
using Vae.Math;
using Vae.Model;

namespace Vae.Cli;

/// <summary>How <c>train</c> optimises, beyond what it shares with <c>report</c>.</summary>
internal sealed class OptimisationArguments
{
    private static readonly Dictionary<string, LearningRateSchedule> ScheduleNames = new()
    {
        ["constant"] = LearningRateSchedule.Constant,
        ["step"] = LearningRateSchedule.Step,
        ["cosine"] = LearningRateSchedule.Cosine,
        ["burda"] = LearningRateSchedule.Burda,
    };

    private static readonly ScheduleOptions Defaults = new();

    private readonly Option<string> _schedule = CommonOptions.OneOf(
        "--schedule", "the learning rate over the epochs (burda: eight stages, each three times as long, to a tenth)", "constant", [.. ScheduleNames.Keys]);

    private readonly Option<int> _stepEpochs = CommonOptions.Whole("--step-epochs", "epochs between two steps of the schedule 'step'", Defaults.StepEpochs);

    private readonly Option<double> _stepFactor = CommonOptions.Number(
        "--step-factor", "what the learning rate is multiplied by at each step", Defaults.StepFactor, value => value is > 0 and <= 1, "a number above 0, at most 1");

    private readonly Option<double> _clipNorm = CommonOptions.Number(
        "--clip-norm", "the largest norm of a step's gradient; 0 for no limit", 0, value => value >= 0 && double.IsFinite(value), "a number of 0 or above");

    private readonly Option<double> _weightDecay = CommonOptions.Number(
        "--weight-decay", "decoupled weight decay, times the learning rate", 0, value => value >= 0 && double.IsFinite(value), "a number of 0 or above");

    private readonly Option<double> _epsilon = CommonOptions.Number(
        "--adam-epsilon", "what Adam adds to the root of the second moment", 1e-8, value => value > 0 && double.IsFinite(value), "a number above 0");

    private readonly Option<int> _patience = CommonOptions.Whole(
        "--patience", "epochs without a better one after which training stops; 0 for none", 0, least: 0);

    private readonly Option<int> _klWarmUp = CommonOptions.Whole(
        "--kl-warmup-epochs", "epochs over which the KL weight rises from 0", 0, least: 0);

    private readonly Option<int> _checkpointSteps = CommonOptions.Whole(
        "--checkpoint-steps", "steps after which the run is saved within an epoch, too; 0 for none", 0, least: 0);

    private readonly Option<double> _checkpointMinutes = CommonOptions.Number(
        "--checkpoint-minutes", "the same in minutes", new TrainingOptions().CheckpointMinutes, value => value >= 0 && double.IsFinite(value), "a number of 0 or above");

    public Symbol[] All => [_schedule, _stepEpochs, _stepFactor, _clipNorm, _weightDecay, _epsilon, _patience, _klWarmUp];

    /// <summary>When the run is saved, which changes nothing of what comes out.</summary>
    public Symbol[] Checkpoints => [_checkpointSteps, _checkpointMinutes];

    /// <summary>Adds what was given to the options of a training.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">What the other arguments made.</param>
    /// <param name="begun">The options of a run to resume, for what was not given; null for a new run.</param>
    /// <exception cref="UsageException">An option was given that the schedule does not have.</exception>
    public TrainingOptions Complete(ParseResult parsed, TrainingOptions options, TrainingOptions? begun = null)
    {
        var schedule = parsed.ValueOr(_schedule, ScheduleNames, begun?.Schedule.Kind);
        Option[] ofStep = [_stepEpochs, _stepFactor];
        if (schedule != LearningRateSchedule.Step && ofStep.FirstOrDefault(parsed.IsGiven) is { } useless)
        {
            throw new UsageException($"{useless.Name} goes with --schedule step, but the schedule is {ScheduleNames.Single(name => name.Value == schedule).Key}.");
        }

        return options with
        {
            Adam = options.Adam with
            {
                ClipNorm = parsed.ValueOr(_clipNorm, begun?.Adam.ClipNorm),
                WeightDecay = parsed.ValueOr(_weightDecay, begun?.Adam.WeightDecay),
                Epsilon = parsed.ValueOr(_epsilon, begun?.Adam.Epsilon),
            },
            Schedule = options.Schedule with
            {
                Kind = schedule,
                StepEpochs = parsed.ValueOr(_stepEpochs, begun?.Schedule.StepEpochs),
                StepFactor = parsed.ValueOr(_stepFactor, begun?.Schedule.StepFactor),
            },
            Patience = parsed.ValueOr(_patience, begun?.Patience),
            KlWarmUpEpochs = parsed.ValueOr(_klWarmUp, begun?.KlWarmUpEpochs),
            CheckpointSteps = parsed.ValueOr(_checkpointSteps, begun?.CheckpointSteps),
            CheckpointMinutes = parsed.ValueOr(_checkpointMinutes, begun?.CheckpointMinutes),
        };
    }
}
