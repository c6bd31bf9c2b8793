using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// Reads batches of a source into <see cref="Activations{T}"/>, on all threads and through the
/// <see cref="SampleGate"/>. Training, evaluation and pictures thus see the same numbers, and the likelihood explains
/// the same drawn pixels that the encoder reads.
/// </summary>
internal sealed class SampleReader<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ISampleSource _data;
    private readonly ILabelledSamples? _labelled;
    private readonly WorkerTeam _team;
    private readonly SampleGate _gate;
    private readonly bool _hasMissing;

    /// <summary>Makes a reader for a training, or for one evaluation.</summary>
    /// <exception cref="ArgumentException">The number of features or the labels of the data do not fit the model.</exception>
    public SampleReader(
        VaeOptions options, ISampleSource data, WorkerTeam team, ulong seed, Purpose purpose, double hidingShare = 0)
    {
        data.RequireFeatures(options);
        _data = data;
        _labelled = options.Classes > 0 ? data.RequireLabels(options) : null;
        _team = team;
        _gate = new SampleGate(options, preparation: null, seed, purpose) { HidingShare = hidingShare };
        _hasMissing = data.HasMissing();
    }

    /// <summary>Selects the epoch whose pixels are drawn; no effect unless pixels are drawn anew in each epoch.</summary>
    public void BeginEpoch(int epoch) => _gate.Epoch = epoch;

    /// <summary>Fills in a batch's input, the mask where the source has missing numbers, its labels and, if draws are given, its
    /// noise.</summary>
    public void Read(ReadOnlySpan<int> samples, Activations<T> activations, RandomDraws? draws = null)
    {
        var noise = draws is null ? [] : activations.Noise.AsSpan();
        var target = activations.Target.AsSpan();
        var input = _gate.IsCoded ? activations.Input.AsSpan() : [];
        BatchReader.Read(
            _data, _gate, samples, target, input, MaskOf(activations), _team, draws ?? default, noise);
        for (var i = 0; _labelled is not null && i < samples.Length; i++)
        {
            activations.Labels[i] = _labelled.LabelOf(samples[i]);
        }
    }

    /// <summary>Fills a matrix, features x samples, with samples; without labels or noise. Missing numbers are 0.</summary>
    public void Read(ReadOnlySpan<int> samples, Matrix<T> input)
    {
        BatchReader.Read(_data, _gate, samples, input.AsSpan(), input: [], observed: [], _team);
        if (_hasMissing)
        {
            Holes.Fill(input.AsSpan());
        }
    }

    private Span<T> MaskOf(Activations<T> activations)
    {
        if (_hasMissing || _gate.HidingShare > 0)
        {
            return activations.ObserveSome().AsSpan();
        }

        activations.ObserveAll();
        return [];
    }
}
