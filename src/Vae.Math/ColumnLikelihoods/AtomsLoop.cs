using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vae.Math;

/// <summary>The loss of a number with atoms, and its gradient, in the place of the other values' loss, which is there already: an
/// atom has its own probability instead.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="outputs">A logit of each atom, then the other values' outputs, a row for each.</param>
/// <param name="targets">x of each draw.</param>
/// <param name="loss">The other values' loss of each draw; overwritten.</param>
/// <param name="gradient">A row for each output, the other values' filled in; overwritten. Empty where it is not wanted.</param>
/// <param name="atoms">The atoms.</param>
/// <remarks>Derivation: docs/derivations.md, Likelihoods of a table's columns.</remarks>
internal readonly ref struct AtomsLoop<T>(
    ReadOnlySpan<T> outputs, ReadOnlySpan<T> targets, Span<T> loss, Span<T> gradient, T[] atoms) : ISimdLoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _outputs = outputs;
    private readonly ReadOnlySpan<T> _targets = targets;
    private readonly Span<T> _loss = loss;
    private readonly Span<T> _gradient = gradient;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int Run<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        TVector zero = TSimd.Broadcast(T.Zero), one = TSimd.Broadcast(T.One);
        var draws = _targets.Length;
        var i = start;
        for (; i <= end - TSimd.Count; i += TSimd.Count)
        {
            var x = TSimd.Load(in _targets[i]);
            var largest = zero;
            for (var a = 0; a < atoms.Length; a++)
            {
                largest = TSimd.Max(largest, TSimd.Load(in _outputs[(a * draws) + i]));
            }

            var sum = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(largest);
            TVector chosen = zero, isOther = one;
            for (var a = 0; a < atoms.Length; a++)
            {
                var l = TSimd.Load(in _outputs[(a * draws) + i]);
                sum = TSimd.Add(sum, SimdElementary<TSimd, TVector, T>.ExpMinusAbs(TSimd.Subtract(l, largest)));
                var differs = Differs<TSimd, TVector>(x, atoms[a]);
                chosen = TSimd.WherePositive(differs, chosen, l);
                isOther = TSimd.Multiply(isOther, differs);
            }

            // L = log(1 + sum of exp(l)) - l_a at atom a, elsewhere + L'
            var all = TSimd.Add(largest, SimdElementary<TSimd, TVector, T>.LogOfNormal(sum));
            var number = TSimd.WherePositive(isOther, TSimd.Load(in _loss[i]), TSimd.Subtract(zero, chosen));
            TSimd.Store(TSimd.Add(all, number), ref _loss[i]);
            if (!_gradient.IsEmpty)
            {
                Gradients<TSimd, TVector>(i, x, largest, sum, isOther);
            }
        }

        return i;
    }

    private void Gradients<TSimd, TVector>(int i, TVector x, TVector largest, TVector sum, TVector isOther)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        var one = TSimd.Broadcast(T.One);
        var draws = _targets.Length;
        for (var a = 0; a < atoms.Length; a++)
        {
            var row = (a * draws) + i;
            var e = SimdElementary<TSimd, TVector, T>.ExpMinusAbs(TSimd.Subtract(TSimd.Load(in _outputs[row]), largest));
            var isAtom = TSimd.Subtract(one, Differs<TSimd, TVector>(x, atoms[a]));
            TSimd.Store(TSimd.Subtract(TSimd.Divide(e, sum), isAtom), ref _gradient[row]); // dl_a = P(a) - [x = a]
        }

        for (var row = (atoms.Length * draws) + i; row < _gradient.Length; row += draws)
        {
            TSimd.Store(TSimd.Multiply(isOther, TSimd.Load(in _gradient[row])), ref _gradient[row]);
        }
    }

    // 1 where x is another number than the atom, else 0; minus infinity equals itself.
    private static TVector Differs<TSimd, TVector>(TVector x, T atom)
        where TSimd : ISimd<TVector, T>
        where TVector : struct
    {
        TVector value = TSimd.Broadcast(atom), one = TSimd.Broadcast(T.One);
        return TSimd.WhereLess(x, value, one, TSimd.WhereLess(value, x, one, TSimd.Broadcast(T.Zero)));
    }
}
