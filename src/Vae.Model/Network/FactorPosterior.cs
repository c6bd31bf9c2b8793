using System.Buffers;
using System.Numerics;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The posterior of a factor analysis <c>x = m + W z + e</c>, <c>e ~ N(0, diag(1 / t))</c>, given the numbers of a row that are
/// not
/// missing: mean <c>A^-1 W^T T (x - m)</c> and precision <c>A = I + W^T T W</c>, summed over the observed numbers alone. The
/// encoder adds it to its posterior, so that its layers learn only what is not linear, whatever is missing.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>W, m and t are fitted before the training (<c>FactorAnalysis</c>) and fixed in it: kept with the model, without a
/// gradient. The added log-variance is that of the diagonal, <c>-log diag(A)</c>. Source: Bishop 2006, "Pattern Recognition and
/// Machine Learning", equations 12.66 to 12.68. Derivation: docs/derivations.md, FactorPosterior.</remarks>
internal sealed class FactorPosterior<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int SamplesInPart = 16;

    private readonly int[] _values;                                   // the input's row of each number
    private readonly int[] _holes;                                    // the row that is 1 where it is missing
    private readonly int _latents;

    /// <summary>Makes the posterior, all parameters 0: it adds nothing.</summary>
    /// <param name="options">The model.</param>
    public FactorPosterior(VaeOptions options)
    {
        var coding = new RowCoding(options.Columns);
        int[] numbers = [.. FactorColumns.Of(options.Columns)];
        _values = [.. numbers.Select(coding.Start)];
        _holes = [.. numbers.Select(column => coding.Start(column) + options.Columns[column].InputRows - 1)];
        _latents = options.Latent;
        Weight = new Parameter<T>("encoder.factors.weight", numbers.Length, _latents) { IsFixed = true };
        Mean = new Parameter<T>("encoder.factors.mean", numbers.Length, 1) { IsFixed = true };
        Precision = new Parameter<T>("encoder.factors.precision", numbers.Length, 1) { IsFixed = true };
    }

    /// <summary>W, numbers x latents.</summary>
    public Parameter<T> Weight { get; }

    /// <summary>m, numbers x 1.</summary>
    public Parameter<T> Mean { get; }

    /// <summary>t, the inverse of each number's noise variance, numbers x 1; 0 leaves a number out.</summary>
    public Parameter<T> Precision { get; }

    /// <summary>W, m and t.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [Weight, Mean, Precision];

    /// <summary>Adds the posterior's mean and log-variance to the encoder's.</summary>
    /// <param name="a">Input, mean and log-variance filled in; mean and log-variance added to.</param>
    /// <param name="team">The threads to use.</param>
    public void Forward(Activations<T> a, WorkerTeam team)
        => team.Run(new Work(this, a), (a.Samples + SamplesInPart - 1) / SamplesInPart);

    private void Add(ReadOnlySpan<T> input, Span<T> mean, Span<T> logVariance, Span<double> room)
    {
        var d = _latents;
        var precision = room[..(d * d)];                              // A, then its Cholesky factor, the lower half
        var vector = room.Slice(d * d, d);
        var w = room.Slice((d * d) + d, d);                           // a number's row of W, and t times it
        var tw = room.Slice((d * d) + (2 * d), d);
        var weights = Weight.Value.AsSpan();
        FactorSystem.Begin(precision, vector);
        for (var i = 0; i < _values.Length; i++)
        {
            if (input[_holes[i]] != T.Zero)
            {
                continue;
            }

            var t = double.CreateTruncating(Precision.Value.AsSpan()[i]);
            var away = double.CreateTruncating(input[_values[i]] - Mean.Value.AsSpan()[i]);
            for (var row = 0; row < d; row++)
            {
                w[row] = double.CreateTruncating(weights[(row * _values.Length) + i]);
                tw[row] = t * w[row];
            }

            FactorSystem.Add(w, tw, away, precision, vector);
        }

        for (var k = 0; k < d; k++)
        {
            logVariance[k] -= T.CreateTruncating(double.Log(precision[(k * d) + k])); // -log diag(A)
        }

        CholeskySolver.Factor(precision, d);
        CholeskySolver.Solve(precision, vector);
        for (var k = 0; k < d; k++)
        {
            mean[k] += T.CreateTruncating(vector[k]);                 // A^-1 W^T T (x - m)
        }
    }

    private readonly struct Work(FactorPosterior<T> posterior, Activations<T> a) : IParallelWork
    {
        public void DoPart(int part)
        {
            var d = posterior._latents;
            var size = (d * d) + (3 * d);
            var room = ArrayPool<double>.Shared.Rent(size);
            for (var sample = part * SamplesInPart; sample < int.Min((part + 1) * SamplesInPart, a.Samples); sample++)
            {
                posterior.Add(
                    a.Input.ColumnSpan(sample), a.Mean.ColumnSpan(sample), a.LogVariance.ColumnSpan(sample),
                    room.AsSpan(0, size));
            }

            ArrayPool<double>.Shared.Return(room);
        }
    }
}
