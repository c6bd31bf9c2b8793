using System.Buffers;
using System.Numerics;

namespace Vae.Math;

/// <summary>A number some of whose values, its atoms, have probabilities of their own, such as zero or 40 hours a week: a logit l
/// of each atom against all other values, then the outputs of the other values' family. The atom minus infinity is the logarithm
/// of zero.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>P(atom a) = exp(l_a) / (1 + sum of exp(l)). x belongs to an atom where both are the same number of type T.
/// Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal sealed class AtomsFamily<T> : IColumnFamily<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly INumberFamily<T> _others;
    private readonly T[] _atoms;
    private readonly int[] _order;                                    // the atoms, ascending
    private readonly bool _isLogarithm;

    /// <summary>Makes the family.</summary>
    /// <param name="column">The column, which has zeros or atoms.</param>
    /// <param name="others">The family of all other values.</param>
    public AtomsFamily(ColumnLikelihood column, INumberFamily<T> others)
    {
        _others = others;
        _isLogarithm = column.IsLogarithm;
        double[] zero = column.HasZeros ? [double.NegativeInfinity] : [];
        _atoms = [.. zero.Concat(column.Atoms).Select(T.CreateTruncating)];
        _order = [.. Enumerable.Range(0, _atoms.Length).OrderBy(atom => _atoms[atom])];
    }

    /// <inheritdoc/>
    public int Outputs => _atoms.Length + _others.Outputs;

    /// <inheritdoc/>
    public string Formula => $"log(1 + sum of exp(l)) - l_a at atom a, elsewhere log(1 + sum of exp(l)) + {_others.Formula}";

    /// <inheritdoc/>
    public string Range => _atoms[0] == T.NegativeInfinity ? $"{_others.Range} or minus infinity" : _others.Range;

    /// <inheritdoc/>
    public bool Accepts(T x) => _atoms.AsSpan().Contains(x) || _others.Accepts(x);

    /// <inheritdoc/>
    public void Loss(ReadOnlySpan<T> outputs, ReadOnlySpan<T> x, Span<T> loss, Span<T> gradient)
    {
        var draws = x.Length;
        var rented = ArrayPool<T>.Shared.Rent(draws);
        var numbers = rented.AsSpan(0, draws);
        for (var j = 0; j < draws; j++)
        {
            numbers[j] = T.IsNegativeInfinity(x[j]) ? T.Zero : x[j];
        }

        var rows = _atoms.Length * draws;
        var inner = gradient.IsEmpty ? gradient : gradient[rows..];
        _others.Loss(outputs[rows..], numbers, loss, inner);
        var loop = new AtomsLoop<T>(outputs, x, loss, gradient, _atoms);
        SimdLoop.Run<AtomsLoop<T>, T>(ref loop, draws);
        ArrayPool<T>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public double Point(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights)
    {
        var rest = ArrayPool<double>.Shared.Rent(weights.Length);
        var masses = ArrayPool<double>.Shared.Rent(_atoms.Length);
        try
        {
            var others = Masses(outputs, weights, masses.AsSpan(0, _atoms.Length), rest.AsSpan(0, weights.Length));
            if (double.IsNaN(others))
            {
                return double.NaN;
            }

            var numbers = outputs[(_atoms.Length * weights.Length)..];
            if (!_isLogarithm)
            {
                return Mean(masses, others, others > 0 ? _others.Point(numbers, rest.AsSpan(0, weights.Length)) : 0);
            }

            using var mixture = _others.Mixture(numbers, rest.AsSpan(0, weights.Length));
            return Median(masses, others, mixture);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(rest);
            ArrayPool<double>.Shared.Return(masses);
        }
    }

    /// <inheritdoc/>
    public double Draw(ReadOnlySpan<T> outputs, ref EntryDraws random)
    {
        Span<double> weight = [1];
        var rented = ArrayPool<double>.Shared.Rent(_atoms.Length);
        var masses = rented.AsSpan(0, _atoms.Length);
        Masses(outputs, weight, masses, weight);
        var left = random.Uniform();
        var atom = 0;
        for (; atom < masses.Length; atom++)
        {
            left -= masses[atom];
            if (!(left >= 0))
            {
                break;
            }
        }

        var isNaN = double.IsNaN(left);
        ArrayPool<double>.Shared.Return(rented);
        return isNaN ? double.NaN
            : atom < _atoms.Length ? double.CreateTruncating(_atoms[atom])
            : _others.Draw(outputs[_atoms.Length..], ref random);
    }

    /// <inheritdoc/>
    /// <remarks>Half a value is added to each count, so that logits are finite.</remarks>
    public void Start(ReadOnlySpan<double> values, Span<double> outputs)
    {
        outputs.Clear();
        var counts = new int[_atoms.Length];
        var numbers = new List<double>(values.Length);
        foreach (var value in values)
        {
            var atom = Array.IndexOf(_atoms, T.CreateTruncating(value));
            if (atom >= 0)
            {
                counts[atom]++;
            }
            else
            {
                numbers.Add(value);
            }
        }

        for (var a = 0; a < counts.Length; a++)
        {
            outputs[a] = double.Log((counts[a] + 0.5) / (numbers.Count + 0.5));
        }

        _others.Start([.. numbers], outputs[counts.Length..]);
    }

    // The weighted probability of each atom; the weights of the draws for other values, divided by their sum, which is returned.
    private double Masses(ReadOnlySpan<T> outputs, ReadOnlySpan<double> weights, Span<double> masses, Span<double> rest)
    {
        var draws = weights.Length;
        masses.Clear();
        var others = 0.0;
        for (var j = 0; j < draws; j++)
        {
            var largest = 0.0;
            for (var a = 0; a < _atoms.Length; a++)
            {
                largest = double.Max(largest, double.CreateTruncating(outputs[(a * draws) + j]));
            }

            var sum = double.Exp(-largest);
            for (var a = 0; a < _atoms.Length; a++)
            {
                sum += double.Exp(double.CreateTruncating(outputs[(a * draws) + j]) - largest);
            }

            for (var a = 0; a < _atoms.Length; a++)
            {
                masses[a] += weights[j] * double.Exp(double.CreateTruncating(outputs[(a * draws) + j]) - largest) / sum;
            }

            rest[j] = weights[j] * double.Exp(-largest) / sum;
            others += rest[j];
        }

        foreach (ref var weight in rest)
        {
            weight /= others > 0 ? others : 1;
        }

        return others;
    }

    private double Mean(ReadOnlySpan<double> masses, double othersMass, double othersMean)
    {
        var mean = othersMass > 0 ? othersMass * othersMean : 0;
        for (var a = 0; a < _atoms.Length; a++)
        {
            mean += masses[a] > 0 ? masses[a] * double.CreateTruncating(_atoms[a]) : 0;
        }

        return mean;                                                  // E[x] = sum of P(a) a + P(others) E[others]
    }

    // The x at which atoms up to x and the others' distribution function together reach 1/2.
    private double Median(ReadOnlySpan<double> masses, double othersMass, in WeightedComponents others)
    {
        var below = 0.0;                                              // the mass of the atoms before this one
        foreach (var a in _order)
        {
            var value = double.CreateTruncating(_atoms[a]);
            var othersBelow = othersMass > 0 ? othersMass * others.Below(value) : 0;
            if (below + othersBelow > 0.5)
            {
                break;
            }

            below += masses[a];
            if (below + othersBelow >= 0.5)
            {
                return value;
            }
        }

        // Of no other values, rounded masses alone lead here.
        return othersMass > 0.5 - below ? others.Quantile((0.5 - below) / othersMass) : double.PositiveInfinity;
    }
}
