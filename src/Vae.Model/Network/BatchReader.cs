using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>Gathers the samples of a batch on all threads and sends each through the gate: a sample is a column, so columns fall
/// into parts.</summary>
internal static class BatchReader
{
    private const int SamplesInPart = 16;
    private const int DrawsInPart = 4096;

    /// <summary>Gathers the samples and draws the noise that goes with them: neither waits for the other.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="gate">The gate that each sample passes.</param>
    /// <param name="samples">Which.</param>
    /// <param name="batch">features x samples, as the likelihood explains them; overwritten.</param>
    /// <param name="input">The samples as the encoder sees them where that is another coding; overwritten; else empty.</param>
    /// <param name="observed">1 for each number of the batch, 0 for a missing one; overwritten; empty for a source without
    /// missing numbers.</param>
    /// <param name="team">The threads to use.</param>
    /// <param name="draws">Where the noise comes from.</param>
    /// <param name="noise">Standard normal numbers; overwritten; empty where none are wanted.</param>
    public static void Read<T>(
        ISampleSource data,
        SampleGate gate,
        ReadOnlySpan<int> samples,
        Span<T> batch,
        Span<T> input,
        Span<T> observed,
        WorkerTeam team,
        RandomDraws draws = default,
        Span<T> noise = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sampleParts = Parts(samples.Length, SamplesInPart);
        var reading = new Reading<T>(data, gate, samples, batch, input, observed, draws, noise, sampleParts);
        team.Run(reading, sampleParts + Parts(noise.Length, DrawsInPart));
    }

    private static int Parts(int count, int length) => (count + length - 1) / length;

    private readonly ref struct Reading<T>(
        ISampleSource data,
        SampleGate gate,
        ReadOnlySpan<int> samples,
        Span<T> batch,
        Span<T> input,
        Span<T> observed,
        RandomDraws draws,
        Span<T> noise,
        int sampleParts) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<int> _samples = samples;
        private readonly Span<T> _batch = batch;
        private readonly Span<T> _input = input;
        private readonly Span<T> _observed = observed;
        private readonly Span<T> _noise = noise;

        public void DoPart(int part)
        {
            if (part >= sampleParts)
            {
                var start = (part - sampleParts) * DrawsInPart;
                draws.FillNormal(_noise.Slice(start, int.Min(DrawsInPart, _noise.Length - start)), start);
                return;
            }

            var first = part * SamplesInPart;
            var count = int.Min(SamplesInPart, _samples.Length - first);
            var some = _samples.Slice(first, count);
            var columns = _batch.Slice(first * data.Features, count * data.Features);
            data.Gather(some, columns);
            for (var i = 0; i < count; i++)
            {
                var mask = _observed.IsEmpty ? [] : _observed.Slice((first + i) * data.Features, data.Features);
                var column = columns.Slice(i * data.Features, data.Features);
                gate.Pass(column, some[i], mask);
                if (!_input.IsEmpty)
                {
                    var rows = _input.Length / _samples.Length;
                    gate.Encode(column, some[i], mask, _input.Slice((first + i) * rows, rows));
                }
            }
        }
    }
}
