using Vae.Math;

namespace Vae.Model;

/// <summary>The anomaly scores of some rows, a row on each thread.</summary>
internal sealed class RowScoring(VaeModel model, ISampleSource data, ILabelledSamples? labels, double[] scores, int draws, ulong seed)
{
    /// <summary>Rows between two looks at whether to stop.</summary>
    public const int RowsAtOnce = 256;

    /// <summary>Scores rows.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="team">The threads to use.</param>
    public void Run(int start, int count, WorkerTeam team) => team.Run(new Part(this, start), count);

    private void Score(int number)
    {
        var row = new float[data.Features];
        data.Gather<float>([number], row);
        scores[number] = model.AnomalyScore(row, draws, seed, labels?.LabelOf(number));
    }

    private readonly struct Part(RowScoring scoring, int start) : IParallelWork
    {
        public void DoPart(int part) => scoring.Score(start + part);
    }
}
