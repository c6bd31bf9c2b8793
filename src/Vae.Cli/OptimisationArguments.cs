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

    public Symbol[] All => [_schedule, _stepEpochs, _stepFactor, _clipNorm, _weightDecay, _epsilon, _patience, _klWarmUp];

    /// <summary>Adds what was given to the options of a training.</summary>
    /// <exception cref="UsageException">An option was given that the schedule does not have.</exception>
    public TrainingOptions Complete(ParseResult parsed, TrainingOptions options)
    {
        var schedule = ScheduleNames[parsed.GetValue(_schedule)!];
        Option[] ofStep = [_stepEpochs, _stepFactor];
        if (schedule != LearningRateSchedule.Step && ofStep.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } useless)
        {
            throw new UsageException($"{useless.Name} goes with --schedule step, but the schedule is {parsed.GetValue(_schedule)}.");
        }

        return options with
        {
            Adam = options.Adam with
            {
                ClipNorm = parsed.GetValue(_clipNorm),
                WeightDecay = parsed.GetValue(_weightDecay),
                Epsilon = parsed.GetValue(_epsilon),
            },
            Schedule = new ScheduleOptions
            {
                Kind = schedule,
                StepEpochs = parsed.GetValue(_stepEpochs),
                StepFactor = parsed.GetValue(_stepFactor),
            },
            Patience = parsed.GetValue(_patience),
            KlWarmUpEpochs = parsed.GetValue(_klWarmUp),
        };
    }
}
