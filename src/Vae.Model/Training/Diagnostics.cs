using System.Numerics;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Model;

/// <summary>Looks at a model after each epoch, through a fixed handful of samples (of those held out, where there are any), and
/// says what a person should know.</summary>
/// <remarks>A pure function of the weights and the metrics, so that a resumed run says the same.</remarks>
internal sealed class Diagnostics<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many samples it looks through.</summary>
    public const int MostProbes = 256;

    // Thresholds, far from anything that a healthy training on digits shows (docs/diagnostics.md has what it does show).
    private const int FewestSteps = 300;                              // before them, a model that has not begun to learn looks like one that never will
    private const double LittleKl = 0.1;                              // nats per sample: healthy ones have more in their first epoch
    private const double NearMeanSample = 0.97;                       // of the mean sample's reconstruction error
    private const int FewestProbes = 100;                             // a unit may well give 0 for a few samples
    private const double ManyDead = 0.9;                              // of a layer's units: up to 83 % are silent in models that are as they should be
    private const double LittleLatentKl = 0.01;                       // nats per sample and latent
    private const double RisenKl = 0.1;                               // nats per sample from one epoch to the next
    private const double FarLogit = 15;                               // wrong by as many nats for a single feature
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

    /// <summary>What is to be said after an epoch, and was not before.</summary>
    /// <param name="step">The optimiser's steps so far.</param>
    /// <param name="training">The epoch's objective.</param>
    /// <param name="before">That of the epoch before; null after the first.</param>
    /// <param name="isLast">Whether the training is over: what may yet change is left until then.</param>
    /// <param name="said">What was said in this run; added to.</param>
    public IReadOnlyList<Diagnosis>? Examine(long step, Objective training, Objective? before, bool isLast, ISet<DiagnosisKind> said)
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
        Diagnosis[] unsaid = [.. found.OfType<Diagnosis>().Where(diagnosis => said.Add(diagnosis.Kind))];
        return unsaid.Length > 0 ? unsaid : null;
    }

    private bool IsOnLogits => _model.Options.Likelihood is Likelihood.Bernoulli or Likelihood.ContinuousBernoulli;

    private Diagnosis? PosteriorCollapse()
    {
        var kl = _activations.Kl.Average();
        if (_model.Options.KlWeight == 0 || kl >= LittleKl)           // as nearly always: the mean sample need not be looked at
        {
            return null;
        }

        var reconstruction = _activations.Reconstruction.Average();
        var (meanSample, isKnown) = MeanSampleError();
        return isKnown && reconstruction < NearMeanSample * meanSample
            ? null
            : new Diagnosis(
                DiagnosisKind.PosteriorCollapse,
                Invariant($"KL {kl:F3} nats, reconstruction {reconstruction:F1}") + (isKnown ? Invariant($" where the mean sample alone gives {meanSample:F1}") : ""),
                "posterior collapse, the decoder ignores z and gives the same for every sample",
                "Try KL warm-up (TrainingOptions.KlWarmUpEpochs), free bits (VaeOptions.FreeBits), a smaller KL weight (VaeOptions.KlWeight), "
                + "or another seed or learning rate");
    }

    private Diagnosis? DeadUnits()
    {
        var options = _model.Options;
        var layers = _activations.EncoderHidden.Select((hidden, i) => (Name: $"encoder.hidden.{i}", hidden, Is: options.EncoderActivation))
            .Concat(_activations.DecoderHidden.Select((hidden, i) => (Name: $"decoder.hidden.{i}", hidden, Is: options.DecoderActivation)));
        foreach (var (name, hidden, activation) in layers.Where(layer => layer.Is == Activation.Relu))
        {
            var dead = Enumerable.Range(0, hidden.RowCount).Count(unit => IsDead(hidden.Row(unit)));
            if (dead > ManyDead * hidden.RowCount)
            {
                return new Diagnosis(
                    DiagnosisKind.DeadUnits,
                    $"{dead} of {hidden.RowCount} units of {name} give 0 for all of {_probes.Length} samples",
                    "dead units, which get no gradient and hardly come back; some are usual with ReLU, so many are not",
                    "Try a smaller learning rate, leaky ReLU (Activation.LeakyRelu) or another initialisation (Initialisation.He)");
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
                "they say nothing about the samples, which is usual where there are more than the data needs, and harmless",
                "Fewer latents give the same; KL warm-up (TrainingOptions.KlWarmUpEpochs) or free bits (VaeOptions.FreeBits) may bring some into use");
    }

    private static Diagnosis? RisingKl(Objective training, Objective? before)
        => before is not { } last || !(training.Kl > last.Kl + RisenKl) || !(training.NegativeElbo < last.NegativeElbo)
            ? null
            : new Diagnosis(
                DiagnosisKind.RisingKl,
                Invariant($"KL {last.Kl:F2}, then {training.Kl:F2} nats, while the negative ELBO falls"),
                "normal, z has begun to say more about the samples",
                "Nothing is to be done");

    private Diagnosis? SaturatedLogits()
    {
        if (!IsOnLogits)
        {
            return null;
        }

        var far = 0;
        var logits = _activations.Output.AsSpan();
        var targets = _activations.Input.AsSpan();
        var (bound, half) = (T.CreateChecked(FarLogit), T.CreateChecked(0.5));
        for (var i = 0; i < logits.Length; i++)
        {
            far += (targets[i] >= half ? -logits[i] : logits[i]) > bound ? 1 : 0;
        }

        return far <= ManyFar * logits.Length
            ? null
            : new Diagnosis(
                DiagnosisKind.SaturatedLogits,
                Invariant($"{100.0 * far / logits.Length:F2} % of the logits are beyond {FarLogit} on the wrong side"),
                "saturated logits, the decoder is certain of what is not so, and each costs that many nats",
                "Try a smaller learning rate, or clip the gradient (AdamOptions.ClipNorm)");
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
                "exploding log-variance, exp of it soon overflows and the loss is lost",
                "Try a smaller learning rate, clip the gradient (AdamOptions.ClipNorm), or take a KL weight above 0");
    }

    private Diagnosis? OutsideRange()
    {
        if (_model.Options.Likelihood != Likelihood.Gaussian)
        {
            return null;
        }

        var square = _activations.Input.AsSpan().ToArray().Average(value => double.CreateTruncating(value * value));
        return square <= LargeSquare * double.Max(1, _model.Options.FixedVariance) // a small KL weight is a choice, no wrong scale
            ? null
            : new Diagnosis(
                DiagnosisKind.OutsideRange,
                Invariant($"features with a mean square of {square:G3} for a Gaussian of variance {_model.Options.FixedVariance:G3}"),
                "values outside the likelihood's range, the reconstruction error drowns the KL divergence",
                "Scale the samples (to [0, 1], or to variance 1), or learn the variance (Likelihood.GaussianWithVariance)");
    }

    // What the best constant gives, for the likelihoods whose best constant is the mean sample itself; with labels there is one
    // for each.
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
            var values = input.Row(feature).Select(value => double.CreateTruncating(value)).ToArray();
            var mean = values.Average();
            error += _model.Options.Likelihood == Likelihood.Bernoulli ? Entropy(mean) : values.Average(value => (value - mean) * (value - mean)) / 2;
        }

        return (error, true);
    }

    private static double Entropy(double p) => p is > 0 and < 1 ? -(p * double.Log(p)) - ((1 - p) * double.Log(1 - p)) : 0;

    private static bool IsDead(IEnumerable<T> outputs) => outputs.All(output => output == T.Zero);
}
