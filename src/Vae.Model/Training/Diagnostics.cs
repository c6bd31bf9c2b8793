using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>Examines a model after each epoch on some fixed samples (validation samples, where there are any) and reports
/// diagnoses.</summary>
/// <remarks>A pure function of the weights and the metrics, so that a resumed run reports the same.</remarks>
internal sealed class Diagnostics<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The greatest number of samples to examine.</summary>
    public const int MostProbes = 256;

    // Thresholds, far from the values of healthy trainings on digits, which are in docs/diagnostics.md.
    private const int FewestSteps = 300;                              // earlier, a slow start looks like a collapse
    private const double LittleKl = 0.1;                              // nats per sample: healthy models have more after an epoch
    private const double NearMeanSample = 0.97;                       // of the mean sample's reconstruction error
    private const int FewestProbes = 100;                             // a healthy unit may give 0 for a few samples
    private const double ManyDead = 0.9;                              // of a layer's units: good models have up to 83 % dead
    private const double LittleLatentKl = 0.01;                       // nats per sample and latent
    private const double RisenKl = 0.1;                               // nats per sample from one epoch to the next
    private const double FarLogit = 15;                               // costs as many nats for a single feature
    private const double ManyFar = 0.001;                             // of all features
    private const double LargeLogVariance = 10;                       // a standard deviation of 148, against the prior's 1
    private const double LargeSquare = 100;                           // of a feature, for a Gaussian of variance 1 or less

    private readonly VariationalAutoencoder<T> _model;
    private readonly SampleReader<T> _reader;
    private readonly int[] _probes;
    private readonly Activations<T> _activations;

    public Diagnostics(VariationalAutoencoder<T> model, ISampleSource data, ReadOnlySpan<int> samples, ulong seed)
    {
        _model = model;
        _reader = new SampleReader<T>(model.Options, data, model.Product.Team, seed, Purpose.EvaluationPixels);
        _probes = samples[..int.Min(MostProbes, samples.Length)].ToArray();
        _activations = new Activations<T>(model.Options with { Draws = 1 }, _probes.Length);
    }

    /// <summary>Examines the model after an epoch.</summary>
    /// <param name="step">The optimiser's steps so far.</param>
    /// <param name="training">The epoch's objective.</param>
    /// <param name="before">The objective of the epoch before; null after the first.</param>
    /// <param name="isLast">Whether the training is over: inactive latents may wake until then.</param>
    /// <param name="reported">The kinds that this run has reported; new ones are added.</param>
    /// <returns>The diagnoses of kinds that were not reported before; null for none.</returns>
    public IReadOnlyList<Diagnosis>? Examine(
        long step, Objective training, Objective? before, bool isLast, ISet<DiagnosisKind> reported)
    {
        _reader.Read(_probes, _activations);
        _activations.Noise.Clear();                                   // z is the posterior's mean
        _model.Forward(_activations);
        Diagnosis?[] found =
        [
            step >= FewestSteps ? PosteriorCollapse() : null,
            _probes.Length >= FewestProbes ? DeadUnits() : null,
            isLast ? InactiveLatents() : null,
            RisingKl(training, before),
            SaturatedLogits(),
            ExplodingLogVariance(),
            OutsideRange(),
        ];
        Diagnosis[] diagnoses = [.. found.OfType<Diagnosis>().Where(diagnosis => reported.Add(diagnosis.Kind))];
        return diagnoses.Length > 0 ? diagnoses : null;
    }

    private bool IsOnLogits => _model.Options.Likelihood is Likelihood.Bernoulli or Likelihood.ContinuousBernoulli;

    private Diagnosis? PosteriorCollapse()
    {
        var kl = _activations.Kl.Average();
        if (_model.Options.KlWeight == 0 || kl >= LittleKl)           // the usual case, which needs no mean sample
        {
            return null;
        }

        var reconstruction = _activations.Reconstruction.Average();
        var (meanSample, isKnown) = MeanSampleError();
        return isKnown && reconstruction < NearMeanSample * meanSample
            ? null
            : new Diagnosis(
                DiagnosisKind.PosteriorCollapse,
                Invariant($"KL {kl:F3} nats, reconstruction {reconstruction:F1}")
                    + (isKnown ? Invariant($" where the mean sample alone gives {meanSample:F1}") : ""),
                "posterior collapse, the decoder ignores z and gives the same for every sample",
                "Try KL warm-up (TrainingOptions.KlWarmUpEpochs), free bits (VaeOptions.FreeBits), "
                    + "a smaller KL weight (VaeOptions.KlWeight), or another seed or learning rate");
    }

    private Diagnosis? DeadUnits()
    {
        var options = _model.Options;
        var encoder = options.EncoderActivation == Activation.Relu ? _activations.EncoderHidden : [];
        var decoder = options.DecoderActivation == Activation.Relu ? _activations.DecoderHidden : [];
        var layers = encoder.Select((hidden, i) => (Name: $"encoder.hidden.{i}", hidden))
            .Concat(decoder.Select((hidden, i) => (Name: $"decoder.hidden.{i}", hidden)));
        foreach (var (name, hidden) in layers)
        {
            var dead = Enumerable.Range(0, hidden.RowCount).Count(unit => IsDead(hidden.Row(unit)));
            if (dead > ManyDead * hidden.RowCount)
            {
                return new Diagnosis(
                    DiagnosisKind.DeadUnits,
                    $"{dead} of {hidden.RowCount} units of {name} give 0 for all of {_probes.Length} samples",
                    "dead units, which get no gradient and hardly come back; some are usual with ReLU, so many are not",
                    "Try a smaller learning rate (AdamOptions.LearningRate), leaky ReLU (Activation.LeakyRelu) "
                        + "or another initialisation (Initialisation.He)");
            }
        }

        return null;
    }

    private Diagnosis? InactiveLatents()
    {
        var perLatent = new double[_model.Options.Latent];
        GaussianKl.AddPerLatent(_activations.Mean, _activations.LogVariance, perLatent);
        var inactive = perLatent.Count(kl => kl / _probes.Length < LittleLatentKl);
        return _model.Options.KlWeight == 0 || inactive == 0 || inactive == perLatent.Length
            ? null
            : new Diagnosis(
                DiagnosisKind.InactiveLatents,
                Invariant($"{inactive} of {perLatent.Length} latents have a KL below {LittleLatentKl} nats"),
                "they carry no information about the samples: the data needs fewer latents, or the training stopped too early",
                "Train longer first (TrainingOptions.Epochs). If they stay silent, fewer latents (VaeOptions.Latent) give the "
                    + "same; KL warm-up (TrainingOptions.KlWarmUpEpochs) or free bits (VaeOptions.FreeBits) may bring some "
                    + "into use");
    }

    private static Diagnosis? RisingKl(Objective training, Objective? before)
        => before is not { } last || !(training.Kl > last.Kl + RisenKl) || !(training.NegativeElbo < last.NegativeElbo)
            ? null
            : new Diagnosis(
                DiagnosisKind.RisingKl,
                Invariant($"KL {last.Kl:F2}, then {training.Kl:F2} nats, while the negative ELBO falls"),
                "normal, z carries more information about the samples than before",
                "Nothing is to be done");

    private Diagnosis? SaturatedLogits()
    {
        if (!IsOnLogits)
        {
            return null;
        }

        var (far, count) = (0, 0);
        var logits = _activations.Output.AsSpan();
        var targets = _activations.Input.AsSpan();
        var (bound, half) = (T.CreateChecked(FarLogit), T.CreateChecked(0.5));
        for (var i = 0; i < logits.Length; i++)
        {
            count += IsObserved(i) ? 1 : 0;
            far += IsObserved(i) && (targets[i] >= half ? -logits[i] : logits[i]) > bound ? 1 : 0;
        }

        return far <= ManyFar * count
            ? null
            : new Diagnosis(
                DiagnosisKind.SaturatedLogits,
                Invariant($"{100.0 * far / count:F2} % of the logits are beyond {FarLogit} on the wrong side"),
                "saturated logits, the decoder is certain of wrong values, and each costs that many nats",
                "Try a smaller learning rate (AdamOptions.LearningRate), or clip the gradient (AdamOptions.ClipNorm)");
    }

    private Diagnosis? ExplodingLogVariance()
    {
        var largest = T.NegativeInfinity;
        foreach (var logVariance in _activations.LogVariance.AsSpan())
        {
            largest = T.Max(largest, logVariance);
        }

        return !(double.CreateTruncating(largest) > LargeLogVariance)
            ? null
            : new Diagnosis(
                DiagnosisKind.ExplodingLogVariance,
                Invariant($"a posterior's log-variance of {double.CreateTruncating(largest):F1}"),
                "exploding log-variance, exp of it soon overflows and the loss is no longer finite",
                "Try a smaller learning rate (AdamOptions.LearningRate), clip the gradient (AdamOptions.ClipNorm), "
                    + "or take a KL weight above 0 (VaeOptions.KlWeight)");
    }

    private Diagnosis? OutsideRange()
    {
        if (_model.Options.Likelihood != Likelihood.Gaussian)
        {
            return null;
        }

        var observed = _activations.Input.AsSpan().ToArray().Where((_, entry) => IsObserved(entry));
        var square = observed.DefaultIfEmpty().Average(value => double.CreateTruncating(value * value));
        var variance = _model.Options.FixedVariance;
        return square <= LargeSquare * double.Max(1, variance)        // a small variance is a chosen KL weight, not a wrong scale
            ? null
            : new Diagnosis(
                DiagnosisKind.OutsideRange,
                Invariant($"features with a mean square of {square:G3} for a Gaussian of variance {variance:G3}"),
                "values outside the likelihood's range, the reconstruction error drowns the KL divergence",
                "Scale the samples (to [0, 1], or to variance 1), or learn the variance (Likelihood.GaussianWithVariance)");
    }

    // The error of the best constant output. Known only where that is the mean sample: not for other likelihoods, nor with
    // labels, where there is a best constant for each label.
    private (double Error, bool IsKnown) MeanSampleError()
    {
        if (_model.Options.Likelihood is not (Likelihood.Bernoulli or Likelihood.Gaussian) || _model.Options.Classes > 0)
        {
            return (0, false);
        }

        var input = _activations.Input;
        var error = 0.0;
        for (var feature = 0; feature < input.RowCount; feature++)
        {
            var values = ObservedNumbers(feature).Select(value => double.CreateTruncating(value)).ToArray();
            var mean = values.DefaultIfEmpty().Average();
            var ofOne = _model.Options.Likelihood == Likelihood.Bernoulli
                ? Entropy(mean)
                : values.DefaultIfEmpty().Average(value => (value - mean) * (value - mean)) / 2;
            error += (double)values.Length / input.ColumnCount * ofOne;
        }

        return (error, true);
    }

    // The numbers of a feature that are not missing.
    private IEnumerable<T> ObservedNumbers(int feature)
    {
        var (input, rows) = (_activations.Input, _activations.Input.RowCount);
        return Enumerable.Range(0, input.ColumnCount)
            .Where(sample => IsObserved((sample * rows) + feature))
            .Select(sample => input[feature, sample]);
    }

    private bool IsObserved(int entry) => _activations.Observed is not { } observed || observed.AsSpan()[entry] != T.Zero;

    private static double Entropy(double p)
        => p is > 0 and < 1 ? -(p * double.Log(p)) - ((1 - p) * double.Log(1 - p)) : 0;

    private static bool IsDead(IEnumerable<T> outputs) => outputs.All(output => output == T.Zero);
}
