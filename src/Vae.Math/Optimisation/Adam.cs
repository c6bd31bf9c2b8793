using System.Numerics;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math;

/// <summary>Adam: a step of each number by its gradient's running mean, divided by the root of its running square.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Source: Kingma and Ba 2014, "Adam: A Method for Stochastic Optimization", algorithm 1; the decoupled weight decay: Loshchilov
/// and Hutter 2017, "Decoupled Weight Decay Regularization", algorithm 2. Epsilon stands after the bias-corrected root, as in
/// PyTorch; the step counter begins at 1. Derivation: docs/derivations.md, Adam.
/// </remarks>
public sealed class Adam<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The first moment of a weight whose gradient has become 0 (a pixel that is always black, a unit that is dead) fades by
    // beta1 a step into the subnormal numbers and stays there, where arithmetic is slow on many processors: without them
    // training ran 1.3 times as fast on a Xeon (five epochs, alternated). A moment this small moves no weight, so it becomes 0.
    private static readonly T Tiny = typeof(T) == typeof(float) ? T.CreateChecked(1e-33) : T.CreateChecked(1e-290);

    private readonly AdamOptions _options;
    private readonly WorkerTeam _team;
    private readonly int[] _parts;
    private int _notFinite;

    /// <summary>Makes an optimiser with moments of zero.</summary>
    /// <param name="parameters">The parameters to step, in this order.</param>
    /// <param name="options">The constants.</param>
    /// <param name="team">The threads to use; the shared team where there is none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">A constant is out of range.</exception>
    public Adam(IReadOnlyList<Parameter<T>> parameters, AdamOptions options, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Validated();
        _team = team ?? WorkerTeam.Shared;
        Parameters = parameters;
        FirstMoments = [.. parameters.Select(Zeros)];
        SecondMoments = [.. parameters.Select(Zeros)];
        _parts =
        [
            .. parameters.Select(parameter => parameter.IsFixed ? 0 : SimdLoop.Parts(parameter.Count, SimdLoop.PartLength)),
        ];
    }

    /// <summary>The parameters that are stepped.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>m, a matrix for each parameter, of its shape.</summary>
    public IReadOnlyList<Matrix<T>> FirstMoments { get; }

    /// <summary>v, a matrix for each parameter, of its shape.</summary>
    public IReadOnlyList<Matrix<T>> SecondMoments { get; }

    /// <summary>The number of steps so far; a resumed run sets it together with the moments.</summary>
    public long StepCount { get; set; }

    /// <summary>Moves every parameter by its gradient.</summary>
    /// <param name="rateFactor">The factor on the learning rate in this step, from a schedule's
    /// <see cref="ScheduleOptions.Factor"/>; 0 or above.</param>
    /// <param name="gradientFactor">The factor on every gradient in this step, from
    /// <see cref="GradientNorm.ClipFactor"/>; 0 or above.</param>
    /// <returns>Whether all weights and second moments are finite numbers after the step. Where they are not, a gradient was not
    /// finite or too large to be squared, and the training cannot go on.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A factor is negative, infinite or NaN; nothing was stepped.</exception>
    public bool Step(double rateFactor = 1, double gradientFactor = 1)
    {
        RequireFactor(rateFactor, nameof(rateFactor));
        RequireFactor(gradientFactor, nameof(gradientFactor));
        StepCount++;
        _notFinite = 0;
        var learningRate = _options.LearningRate * rateFactor;
        var correction1 = 1 - double.Pow(_options.Beta1, StepCount);  // 1 - beta1^t
        var correction2 = 1 - double.Pow(_options.Beta2, StepCount);  // 1 - beta2^t
        var rates = new Rates(
            T.CreateChecked(_options.Beta1),
            T.CreateChecked(1 - _options.Beta1),
            T.CreateChecked(_options.Beta2),
            T.CreateChecked(1 - _options.Beta2),
            T.CreateChecked(learningRate / correction1),
            T.CreateChecked(1 / double.Sqrt(correction2)),
            T.CreateChecked(_options.Epsilon),
            T.CreateChecked(1 - (learningRate * _options.WeightDecay)),
            T.CreateChecked(gradientFactor));

        _team.Run(new Update(this, rates), _parts.Sum());
        return _notFinite == 0;
    }

    private static Matrix<T> Zeros(Parameter<T> parameter)
        => Matrix<T>.Build.Dense(parameter.Value.RowCount, parameter.Value.ColumnCount);

    private static void RequireFactor(double factor, string name)
    {
        if (!(factor >= 0 && double.IsFinite(factor)))
        {
            throw new ArgumentOutOfRangeException(name, factor, "Must be a finite number of 0 or above.");
        }
    }

    // Kept is the factor of the decay on a weight: 1 without decay, which keeps the weight's bits.
    private readonly record struct Rates(
        T Beta1, T Rest1, T Beta2, T Rest2, T Rate, T RootScale, T Epsilon, T Kept, T GradientFactor);

    // All parameters in one fork: most have a single part, and a fork for each would leave the other threads waiting.
    private readonly struct Update(Adam<T> adam, Rates rates) : IParallelWork
    {
        public void DoPart(int part)
        {
            var i = 0;
            for (; part >= adam._parts[i]; i++)
            {
                part -= adam._parts[i];
            }

            var start = part * SimdLoop.PartLength;
            var length = int.Min(SimdLoop.PartLength, adam.Parameters[i].Count - start);
            var loop = new UpdateLoop(
                adam.Parameters[i].Value.AsSpan().Slice(start, length),
                adam.Parameters[i].Gradient.AsSpan().Slice(start, length),
                adam.FirstMoments[i].AsSpan().Slice(start, length),
                adam.SecondMoments[i].AsSpan().Slice(start, length),
                rates);
            SimdLoop.Run<UpdateLoop, T>(ref loop, length);
            if (loop.FoundNotFinite)
            {
                Volatile.Write(ref adam._notFinite, 1);
            }
        }
    }

    // One streaming pass over weight, gradient and both moments: the step is bound by memory, not by arithmetic.
    private ref struct UpdateLoop(
        Span<T> value, ReadOnlySpan<T> gradient, Span<T> first, Span<T> second, Rates rates) : ISimdLoop<T>
    {
        private readonly Span<T> _value = value;
        private readonly ReadOnlySpan<T> _gradient = gradient;
        private readonly Span<T> _first = first;
        private readonly Span<T> _second = second;

        public bool FoundNotFinite { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public int Run<TSimd, TVector>(int start, int end)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var beta1 = TSimd.Broadcast(rates.Beta1);
            var rest1 = TSimd.Broadcast(rates.Rest1);
            var beta2 = TSimd.Broadcast(rates.Beta2);
            var rest2 = TSimd.Broadcast(rates.Rest2);
            var rate = TSimd.Broadcast(rates.Rate);
            var rootScale = TSimd.Broadcast(rates.RootScale);
            var epsilon = TSimd.Broadcast(rates.Epsilon);
            var kept = TSimd.Broadcast(rates.Kept);
            var factor = TSimd.Broadcast(rates.GradientFactor);
            var tiny = TSimd.Broadcast(Tiny);
            var difference = TSimd.Broadcast(T.Zero);

            var i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                var g = TSimd.Multiply(TSimd.Load(in _gradient[i]), factor);
                // m = beta1 m + (1 - beta1) g
                var m = TSimd.MultiplyAdd(rest1, g, TSimd.Multiply(beta1, TSimd.Load(in _first[i])));
                // v = beta2 v + (1 - beta2) g^2
                var v = TSimd.MultiplyAdd(TSimd.Multiply(rest2, g), g, TSimd.Multiply(beta2, TSimd.Load(in _second[i])));
                // sqrt(v / (1 - beta2^t)) + epsilon
                var root = TSimd.MultiplyAdd(TSimd.Sqrt(v), rootScale, epsilon);
                var step = TSimd.Divide(TSimd.Multiply(rate, m), root);
                TSimd.Store(WithoutTiny<TSimd, TVector>(m, tiny), ref _first[i]);
                TSimd.Store(WithoutTiny<TSimd, TVector>(v, tiny), ref _second[i]);
                // w -= alpha lambda w
                var w = TSimd.Multiply(TSimd.Load(in _value[i]), kept);
                // w -= alpha m / (1 - beta1^t) / root
                w = TSimd.Subtract(w, step);
                TSimd.Store(w, ref _value[i]);
                // 0, but NaN where not finite
                difference = TSimd.Add(difference, TSimd.Add(TSimd.Subtract(w, w), TSimd.Subtract(v, v)));
            }

            FoundNotFinite |= TSimd.Sum(difference) != T.Zero;        // NaN differs from 0, too
            return i;
        }

        // 0 where the magnitude is below tiny; NaN is not, and stays.
        private static TVector WithoutTiny<TSimd, TVector>(TVector value, TVector tiny)
            where TSimd : ISimd<TVector, T>
            where TVector : struct
            => TSimd.WherePositive(TSimd.Subtract(tiny, TSimd.Abs(value)), TSimd.Broadcast(T.Zero), value);
    }
}
