using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Reads samples as a model sees them, on all threads: pixels binarised where the model wants that, its labels beside
/// them.</summary>
/// <remarks>The one way from data into <see cref="Activations{T}"/>, so that input and target are always the same draw.</remarks>
internal sealed class SampleReader<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ISampleSource _seen;
    private readonly ILabelledSamples? _labelled;
    private readonly WorkerTeam _team;

    /// <summary>Makes a reader for a training, or for one evaluation.</summary>
    /// <exception cref="ArgumentException">The data has another number of features than the model, or not its labels.</exception>
    public SampleReader(VaeOptions options, ISampleSource data, WorkerTeam team, ulong seed, Purpose purpose)
    {
        data.RequireFeatures(options);
        _labelled = options.Classes > 0 ? data.RequireLabels(options) : null;
        _seen = options.Pixels == Pixels.Grey ? data : new BinarisedSamples(data, options.Pixels, seed, purpose, epoch: 0);
        _team = team;
    }

    /// <summary>Goes over to the draws of an epoch, where pixels are drawn anew in each.</summary>
    public void BeginEpoch(int epoch)
    {
        if (_seen is BinarisedSamples binarised)
        {
            binarised.Epoch = epoch;
        }
    }

    /// <summary>Fills in the input of a batch, its labels and, where draws are given, its noise.</summary>
    public void Read(ReadOnlySpan<int> samples, Activations<T> activations, RandomDraws? draws = null)
    {
        var noise = draws is null ? [] : activations.Noise.AsSpan();
        BatchReader.Read(_seen, samples, activations.Input.AsSpan(), _team, draws ?? default, noise);
        for (var i = 0; _labelled is not null && i < samples.Length; i++)
        {
            activations.Labels[i] = _labelled.LabelOf(samples[i]);
        }
    }

    /// <summary>Fills a matrix with samples alone, features x samples.</summary>
    public void Read(ReadOnlySpan<int> samples, Matrix<T> input) => BatchReader.Read(_seen, samples, input.AsSpan(), _team);
}
