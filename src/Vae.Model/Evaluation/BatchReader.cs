using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>Gathers the samples of a batch on all threads: a sample is a column, so columns fall into parts.</summary>
internal static class BatchReader
{
    public static void Read<T>(ISampleSource data, ReadOnlySpan<int> samples, Span<T> batch, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int samplesInPart = 16;
        team.Run(new Reading<T>(data, samples, batch, samplesInPart), (samples.Length + samplesInPart - 1) / samplesInPart);
    }

    private readonly ref struct Reading<T>(ISampleSource data, ReadOnlySpan<int> samples, Span<T> batch, int samplesInPart) : IParallelWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<int> _samples = samples;
        private readonly Span<T> _batch = batch;

        public void DoPart(int part)
        {
            var first = part * samplesInPart;
            var count = int.Min(samplesInPart, _samples.Length - first);
            data.Gather(_samples.Slice(first, count), _batch.Slice(first * data.Features, count * data.Features));
        }
    }
}
