using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using Vae.Math;

namespace Vae.Model;

/// <summary>
/// The posterior of a factor analysis <c>x = m + W z + e</c>, <c>e ~ N(0, diag(1 / t))</c>, given the numbers of a row that are
/// not missing: mean <c>A^-1 W^T T (x - m)</c> and precision <c>A = I + W^T T W</c>, summed over the observed numbers alone. The
/// encoder adds it to its posterior, so that its layers learn only what is not linear, whatever is missing.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>W, m and t are fitted before the training (<c>FactorAnalysis</c>) and fixed in it: kept with the model, without a
/// gradient. Where W has no more rows than columns, <c>A^-1 W^T T = W^T (T^-1 + W W^T)^-1</c> leads to a system of the observed
/// numbers instead of one of the latents. The added log-variance is that of the diagonal, <c>-log diag(A)</c>. Source: Bishop
/// 2006, "Pattern Recognition and Machine Learning", equations 12.66 to 12.68. Derivation: docs/derivations.md,
/// FactorPosterior.</remarks>
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

    /// <summary>The input's row of each number.</summary>
    public IReadOnlyList<int> Values => _values;

    /// <summary>The input's row that is 1 where each number is missing.</summary>
    public IReadOnlyList<int> Holes => _holes;

    /// <summary>W, m and t.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [Weight, Mean, Precision];

    /// <summary>Adds the posterior's mean and log-variance to the encoder's.</summary>
    /// <param name="a">Input, mean and log-variance filled in; mean and log-variance added to.</param>
    /// <param name="team">The threads to use.</param>
    public void Forward(Activations<T> a, WorkerTeam team)
        => team.Run(new Work(this, a), (a.Samples + SamplesInPart - 1) / SamplesInPart);

    // The numbers' side: few numbers and many latents.
    private void AddOfFew(ReadOnlySpan<T> input, Span<T> mean, Span<T> logVariance, FewNumbers few)
    {
        var (d, observed) = (_latents, 0);
        few.Diagonal.Fill(1);
        for (var i = 0; i < _values.Length; i++)
        {
            if (input[_holes[i]] == T.Zero && few.Precision[i] > 0)
            {
                few.Vector[observed] = double.CreateTruncating(input[_values[i]] - Mean.Value.AsSpan()[i]);
                few.Observed[observed++] = i;
                var row = few.Weights.Slice(i * d, d);
                for (var k = 0; k < d; k++)
                {
                    few.Diagonal[k] += few.Precision[i] * row[k] * row[k]; // diag(A) = 1 + sum of t w^2
                }
            }
        }

        var matrix = few.Matrix[..(observed * observed)];             // T^-1 + W W^T of what is observed
        for (var row = 0; row < observed; row++)
        {
            var i = few.Observed[row];
            for (var column = 0; column < row; column++)
            {
                matrix[(row * observed) + column] = few.Gram[(i * _values.Length) + few.Observed[column]];
            }

            matrix[(row * observed) + row] = few.Gram[(i * _values.Length) + i] + (1 / few.Precision[i]);
        }

        CholeskySolver.Factor(matrix, observed);
        CholeskySolver.Solve(matrix, few.Vector[..observed]);
        few.Sum.Clear();
        for (var row = 0; row < observed; row++)
        {
            var weights = few.Weights.Slice(few.Observed[row] * d, d);
            for (var k = 0; k < d; k++)
            {
                few.Sum[k] += few.Vector[row] * weights[k];           // W^T (T^-1 + W W^T)^-1 (x - m)
            }
        }

        for (var k = 0; k < d; k++)
        {
            logVariance[k] -= T.CreateTruncating(double.Log(few.Diagonal[k])); // -log diag(A)
            mean[k] += T.CreateTruncating(few.Sum[k]);
        }
    }

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
            var (d, n) = (posterior._latents, posterior._values.Length);
            var isFew = n <= d;
            var size = isFew ? FewNumbers.Room(n, d) : (d * d) + (3 * d);
            var room = ArrayPool<double>.Shared.Rent(size);
            var places = ArrayPool<int>.Shared.Rent(n);
            var few = isFew ? new FewNumbers(posterior, room.AsSpan(0, size), places.AsSpan(0, n)) : default;
            for (var sample = part * SamplesInPart; sample < int.Min((part + 1) * SamplesInPart, a.Samples); sample++)
            {
                var input = a.Input.ColumnSpan(sample);
                var mean = a.Mean.ColumnSpan(sample);
                var logVariance = a.LogVariance.ColumnSpan(sample);
                if (isFew)
                {
                    posterior.AddOfFew(input, mean, logVariance, few);
                }
                else
                {
                    posterior.Add(input, mean, logVariance, room.AsSpan(0, size));
                }
            }

            ArrayPool<int>.Shared.Return(places);
            ArrayPool<double>.Shared.Return(room);
        }
    }

    // W, t and W W^T in double, and room for a row's system.
    private readonly ref struct FewNumbers
    {
        public FewNumbers(FactorPosterior<T> posterior, Span<double> room, Span<int> places)
        {
            var (n, d) = (posterior._values.Length, posterior._latents);
            Observed = places;
            Weights = room[..(n * d)];
            Gram = room.Slice(n * d, n * n);
            Matrix = room.Slice(n * (d + n), n * n);
            Precision = room.Slice(n * (d + (2 * n)), n);
            Vector = room.Slice((n * (d + (2 * n))) + n, n);
            Diagonal = room.Slice((n * (d + (2 * n))) + (2 * n), d);
            Sum = room.Slice((n * (d + (2 * n))) + (2 * n) + d, d);
            var weights = posterior.Weight.Value.AsSpan();
            var precision = posterior.Precision.Value.AsSpan();
            for (var i = 0; i < n; i++)
            {
                Precision[i] = double.CreateTruncating(precision[i]);
                for (var k = 0; k < d; k++)
                {
                    Weights[(i * d) + k] = double.CreateTruncating(weights[(k * n) + i]);
                }

                for (var j = 0; j <= i; j++)
                {
                    var product = TensorPrimitives.Dot<double>(Weights.Slice(i * d, d), Weights.Slice(j * d, d));
                    Gram[(i * n) + j] = Gram[(j * n) + i] = product;
                }
            }
        }

        public Span<int> Observed { get; }

        public Span<double> Weights { get; }

        public Span<double> Gram { get; }

        public Span<double> Matrix { get; }

        public Span<double> Precision { get; }

        public Span<double> Vector { get; }

        public Span<double> Diagonal { get; }

        public Span<double> Sum { get; }

        public static int Room(int n, int d) => (n * (d + (2 * n))) + (2 * n) + (2 * d);
    }
}
