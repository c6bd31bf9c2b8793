using System.Diagnostics.Metrics;

namespace Vae.Model;

/// <summary>The instruments of the meter <c>Vae.Model</c>, which every monitoring tool of .NET can read. They cost next to
/// nothing while nobody listens.</summary>
/// <remarks>Names and units follow OpenTelemetry's conventions (metrics semantic conventions, UCUM); docs/monitoring.md has the
/// table.</remarks>
internal static class Instruments
{
    private const string Nats = "nat";

    private static readonly Meter Meter = new(new MeterOptions("Vae.Model")
    {
        Version = typeof(Instruments).Assembly.GetName().Version?.ToString(3),
    });

    /// <summary>The samples of all training steps.</summary>
    public static Counter<long> TrainingSamples { get; } = Meter.CreateCounter<long>(
        "vae.training.samples", "{sample}", "Samples that training steps were made with.");

    /// <summary>The speed of the training steps.</summary>
    public static Gauge<double> SamplesPerSecond { get; } = Meter.CreateGauge<double>(
        "vae.training.samples_per_second",
        "{sample}/s",
        "Samples by the time that their steps took, measured over a second of steps or to the end of an epoch.");

    /// <summary>The epoch under way.</summary>
    public static Gauge<int> Epoch { get; } = Meter.CreateGauge<int>(
        "vae.training.epoch", "{epoch}", "The epoch under way, from 1.");

    /// <summary>The objective over the epoch so far, after each step.</summary>
    public static ObjectiveGauges Training { get; } = new(Meter, "vae.training", "the mean over the epoch so far");

    /// <summary>The objective over the validation samples, after each epoch.</summary>
    public static ObjectiveGauges Validation { get; } = new(Meter, "vae.validation", "the mean over the validation samples");

    /// <summary>The samples of all evaluations.</summary>
    public static Counter<long> EvaluationSamples { get; } = Meter.CreateCounter<long>(
        "vae.evaluation.samples", "{sample}", "Samples that were evaluated, those of validations among them.");

    /// <summary>The four numbers of an objective.</summary>
    /// <param name="meter">The meter that the gauges belong to.</param>
    /// <param name="prefix">The beginning of their names.</param>
    /// <param name="which">The mean that they show, for their descriptions.</param>
    internal sealed class ObjectiveGauges(Meter meter, string prefix, string which)
    {
        private readonly Gauge<double> _loss = meter.CreateGauge<double>(
            $"{prefix}.loss", Nats, $"What is minimised, nats per sample: {which}.");

        private readonly Gauge<double> _reconstruction = meter.CreateGauge<double>(
            $"{prefix}.reconstruction", Nats, $"The reconstruction error, nats per sample: {which}.");

        private readonly Gauge<double> _kl = meter.CreateGauge<double>(
            $"{prefix}.kl", Nats, $"The KL divergence, not weighted, nats per sample: {which}.");

        private readonly Gauge<double> _negativeElbo = meter.CreateGauge<double>(
            $"{prefix}.negative_elbo", Nats, $"The negative ELBO at KL weight 1, nats per sample: {which}.");

        /// <summary>Records all four; allocates nothing.</summary>
        /// <param name="objective">The numbers.</param>
        /// <param name="tags">The run's tags.</param>
        public void Record(Objective objective, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            _loss.Record(objective.Loss, tags);
            _reconstruction.Record(objective.Reconstruction, tags);
            _kl.Record(objective.Kl, tags);
            _negativeElbo.Record(objective.NegativeElbo, tags);
        }
    }
}
