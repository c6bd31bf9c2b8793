using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model;

/// <summary>Draws of z from a row's posterior with their importance weights <c>p(x, z) / q(z|x)</c>, x being the row's observed
/// values: imputations, rows under conditions and scores share it.</summary>
/// <remarks>Source: Mattei and Frellsen 2019, "MIWAE", equations 5 and 12.</remarks>
internal static class WeightedDraws
{
    /// <summary>Draws of z that are decoded together where only their weights and z are kept.</summary>
    public const int AtOnce = 512;

    /// <summary>Computes the log-weights of draws of z.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="set">The activations to use.</param>
    /// <param name="row">The row, encoded.</param>
    /// <param name="noise">The source of the row's noise.</param>
    /// <param name="first">The number of the first draw.</param>
    /// <param name="logWeights">The log-weight of each draw, nats; overwritten. Its length says how many draws there are.</param>
    /// <returns>Activations with z and the decoder's output of each draw; valid until the set is used again.</returns>
    public static Activations<T> Next<T>(
        VariationalAutoencoder<T> model,
        ActivationsSet<T> set,
        Activations<T> row,
        RandomDraws noise,
        int first,
        Span<double> logWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = PosteriorDraws.Next(model, set, row, sample: 0, noise, first, logWeights.Length);
        model.WeighDraws(a);
        a.Posterior.LogWeights.CopyTo(logWeights);
        return a;
    }

    /// <summary>Normalises weights to a sum of 1.</summary>
    /// <param name="logWeights">The log-weights, nats.</param>
    /// <param name="weights">The weights; overwritten. All are alike where a log-weight is not a number.</param>
    /// <returns>The logarithm of the mean of the weights, an estimate of log p(x), nats.</returns>
    public static double Normalise(ReadOnlySpan<double> logWeights, Span<double> weights)
    {
        Span<double> bound = stackalloc double[1];
        ImportanceWeightedBound.Forward(logWeights, bound, weights);
        if (!double.IsFinite(bound[0]))
        {
            weights.Fill(1.0 / weights.Length);
        }

        return bound[0];
    }

    /// <summary>The effective sample size of weights whose sum is 1, <c>1 / sum w^2</c>.</summary>
    public static double EffectiveSize(ReadOnlySpan<double> weights)
    {
        var squares = 0.0;
        foreach (var weight in weights)
        {
            squares += weight * weight;
        }

        return 1 / squares;
    }

    /// <summary>The standard error of the logarithm of the weights' mean, by the delta method: the deviation of the weights
    /// over their mean, by the square root of their number.</summary>
    /// <param name="weights">Weights whose sum is 1.</param>
    public static double StandardError(ReadOnlySpan<double> weights)
    {
        var (count, squares) = ((double)weights.Length, 0.0);
        foreach (var weight in weights)
        {
            squares += (weight - (1 / count)) * (weight - (1 / count));
        }

        return count > 1 ? double.Sqrt(count / (count - 1) * squares) : double.NaN; // sd(k w) / sqrt(k), k w having the mean 1
    }

    /// <summary>Chooses draws by their weights, by systematic resampling: a draw of weight w is chosen n w times, rounded up or
    /// down at random.</summary>
    /// <param name="weights">Weights whose sum is 1.</param>
    /// <param name="uniform">A uniform number from 0 to 1.</param>
    /// <param name="chosen">The numbers of n draws, ascending; overwritten.</param>
    /// <remarks>Source: Kitagawa 1996, "Monte Carlo filter and smoother", appendix.</remarks>
    public static void Choose(ReadOnlySpan<double> weights, double uniform, Span<int> chosen)
    {
        var (draw, sum) = (0, weights[0]);
        for (var i = 0; i < chosen.Length; i++)
        {
            var wanted = (i + uniform) / chosen.Length;
            while (sum <= wanted && draw < weights.Length - 1)
            {
                sum += weights[++draw];
            }

            chosen[i] = draw;
        }
    }

    /// <summary>Copies the columns of chosen draws.</summary>
    /// <param name="of">A column for each draw.</param>
    /// <param name="chosen">The numbers of the draws.</param>
    /// <param name="to">A column for each chosen draw; overwritten.</param>
    public static void Copy<T>(Matrix<T> of, ReadOnlySpan<int> chosen, Matrix<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < chosen.Length; i++)
        {
            of.ColumnSpan(chosen[i]).CopyTo(to.ColumnSpan(i));
        }
    }
}
