using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>The state of a training. With the options and the data, it determines all further steps, bit by bit.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class TrainingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal TrainingState(VariationalAutoencoder<T> model, Adam<T> adam)
    {
        Adam = adam;
        Best = [.. model.Parameters.Select(parameter => parameter.Value)
            .Select(value => Matrix<T>.Build.Dense(value.RowCount, value.ColumnCount))];
    }

    /// <summary>The optimiser: the current weights, the moments, the number of steps.</summary>
    public Adam<T> Adam { get; }

    /// <summary>Epochs completed.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Samples seen in the epoch under way.</summary>
    public int Samples { get; internal set; }

    /// <summary>The reconstruction error, summed over the samples of the epoch so far, nats.</summary>
    public double ReconstructionSum { get; internal set; }

    /// <summary>The KL divergence, summed over the samples of the epoch so far, nats.</summary>
    public double KlSum { get; internal set; }

    /// <summary>The loss at the KL weight in force, summed over the samples of the epoch so far, nats.</summary>
    public double LossSum { get; internal set; }

    /// <summary>The negative ELBO at KL weight 1, summed over the samples of the epoch so far, nats.</summary>
    public double NegativeElboSum { get; internal set; }

    /// <summary>Seconds spent in the epoch under way before it was interrupted.</summary>
    public double EpochSeconds { get; internal set; }

    /// <summary>The metrics of the last epoch that was completed; null before the first.</summary>
    public EpochMetrics? Last { get; internal set; }

    /// <summary>The kinds of diagnoses that this run has reported: each is reported once.</summary>
    public ISet<DiagnosisKind> ReportedDiagnoses { get; } = new SortedSet<DiagnosisKind>();

    /// <summary>The best epoch so far; 0 where none was chosen yet.</summary>
    public int BestEpoch { get; internal set; }

    /// <summary>The best epoch's validation loss or reconstruction error, nats per sample.</summary>
    public double BestScore { get; internal set; } = double.PositiveInfinity;

    /// <summary>The best epoch's weights, a matrix for each parameter; meaningless while <see cref="BestEpoch"/> is 0.</summary>
    public IReadOnlyList<Matrix<T>> Best { get; }

    /// <summary>The weights to use: the best epoch's, or the current ones where none was chosen.</summary>
    /// <param name="parameter">The parameter's place in the model's list.</param>
    internal Matrix<T> Kept(int parameter) => BestEpoch > 0 ? Best[parameter] : Adam.Parameters[parameter].Value;

    internal Objective Running(double klWeight)
        => new(ReconstructionSum / Samples, KlSum / Samples, klWeight)
        {
            Loss = LossSum / Samples,
            NegativeElbo = NegativeElboSum / Samples,
        };

    internal void Add(Objective batch, int samples)
    {
        Samples += samples;
        ReconstructionSum += batch.Reconstruction * samples;          // the short last batch counts by its size
        KlSum += batch.Kl * samples;
        LossSum += batch.Loss * samples;
        NegativeElboSum += batch.NegativeElbo * samples;
    }

    internal void EndEpoch()
    {
        Epoch++;
        Samples = 0;
        ReconstructionSum = 0;
        KlSum = 0;
        LossSum = 0;
        NegativeElboSum = 0;
    }

    internal bool OfferBest(double score)
    {
        if (!(score < BestScore))
        {
            return false;
        }

        BestScore = score;
        BestEpoch = Epoch;
        for (var i = 0; i < Best.Count; i++)
        {
            Adam.Parameters[i].Value.AsSpan().CopyTo(Best[i].AsSpan());
        }

        return true;
    }

    /// <summary>Forgets the best epoch, when its score is of another measure than the scores to come.</summary>
    internal void ForgetBest() => (BestEpoch, BestScore) = (0, double.PositiveInfinity);

    internal void RestoreBest()
    {
        for (var i = 0; BestEpoch > 0 && i < Best.Count; i++)
        {
            Best[i].AsSpan().CopyTo(Adam.Parameters[i].Value.AsSpan());
        }
    }
}
