using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Reads batches of a source into <see cref="Activations{T}"/> on all threads, through the <see cref="SampleGate"/>:
/// training, evaluation and pictures see the same numbers, and input and target are the same draw.</summary>
internal sealed class SampleReader<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ISampleSource _data;
    private readonly ILabelledSamples? _labelled;
    private readonly WorkerTeam _team;
    private readonly SampleGate _gate;

    /// <summary>Makes a reader for a training, or for one evaluation.</summary>
    /// <exception cref="ArgumentException">The data has another number of features than the model, or not its labels.</exception>
    public SampleReader(VaeOptions options, ISampleSource data, WorkerTeam team, ulong seed, Purpose purpose)
    {
        data.RequireFeatures(options);
        _data = data;
        _labelled = options.Classes > 0 ? data.RequireLabels(options) : null;
        _team = team;
        _gate = new SampleGate(options, preparation: null, seed, purpose);
    }

    /// <summary>Goes over to the draws of an epoch, where pixels are drawn anew in each.</summary>
    public void BeginEpoch(int epoch) => _gate.Epoch = epoch;

    /// <summary>Fills in the input of a batch, its labels and, where draws are given, its noise.</summary>
    public void Read(ReadOnlySpan<int> samples, Activations<T> activations, RandomDraws? draws = null)
    {
        var noise = draws is null ? [] : activations.Noise.AsSpan();
        BatchReader.Read(_data, _gate, samples, activations.Input.AsSpan(), _team, draws ?? default, noise);
        for (var i = 0; _labelled is not null && i < samples.Length; i++)
        {
            activations.Labels[i] = _labelled.LabelOf(samples[i]);
        }
    }

    /// <summary>Fills a matrix with samples alone, features x samples.</summary>
    public void Read(ReadOnlySpan<int> samples, Matrix<T> input) => BatchReader.Read(_data, _gate, samples, input.AsSpan(), _team);
}
