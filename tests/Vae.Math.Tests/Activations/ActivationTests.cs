using System.Numerics;
using System.Runtime.Intrinsics;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>The passes of every <see cref="Activation"/>, as a layer runs them: values, gradients, edges.</summary>
public class ActivationTests
{
    public static TheoryData<Activation> All => PlainActivation.All;

    public static TheoryData<Activation, int, int> AllAtShapes
    {
        get
        {
            var data = new TheoryData<Activation, int, int>();
            foreach (var activation in Enum.GetValues<Activation>())
            {
                data.Add(activation, 1, 1);
                data.Add(activation, 3, 1);
                data.Add(activation, 17, 4);
                data.Add(activation, 33, 5);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(AllAtShapes))]
    public void Backward_agrees_with_central_differences(Activation activation, int features, int samples)
    {
        var input = Some.Parameter("input", features, samples, seed: 1, low: -3, high: 3);
        foreach (ref var value in input.Value.AsSpan())
        {
            value += double.CopySign(0.01, value);                    // a corner is no place for a difference quotient
        }

        var probe = Some.Matrix(features, samples, seed: 2);
        var output = Some.Zeros<double>(features, samples);

        var report = GradientCheck.Run(
            () =>
            {
                Forward(activation, input.Value, output, WorkerTeam.OfOne);
                return Some.Inner(probe, output);
            },
            () =>
            {
                Forward(activation, input.Value, output, WorkerTeam.OfOne);
                Backward(activation, output, probe, input.Gradient, WorkerTeam.OfOne);
            },
            [input]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Theory]
    [InlineData(Activation.Relu, "relu")]
    [InlineData(Activation.Relu, "reluAtTheCorner")]
    [InlineData(Activation.Tanh, "tanh")]
    [InlineData(Activation.Tanh, "tanhAtTheEdges")]
    [InlineData(Activation.Softplus, "softplus")]
    [InlineData(Activation.Softplus, "softplusAtTheEdges")]
    [InlineData(Activation.LeakyRelu, "leakyRelu")]
    [InlineData(Activation.LeakyRelu, "leakyReluAtTheEdges")]
    public void Agrees_with_PyTorch_in_float_and_double(Activation activation, string name)
    {
        In<float>();
        In<double>();

        void In<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var golden = GoldenCase.Named(name);
            var input = golden.Samples<T>("input");
            var (output, inputGradient) = (input.Clone(), input.Clone());

            Forward(activation, input, output, WorkerTeam.OfOne);
            Backward(activation, output, golden.Samples<T>("outputGradient"), inputGradient, WorkerTeam.OfOne);

            GoldenCase.RequireAgreement(golden.Samples<double>("output"), output);
            GoldenCase.RequireAgreement(golden.Samples<double>("inputGradient"), inputGradient);
        }
    }

    // Bit for bit, so that -0 and 0 differ. Where softplus is neither 0 nor x, PyTorch's values and the logistic function below
    // speak.
    [Theory]
    [InlineData(Activation.Relu, 0, 0, 0)]
    [InlineData(Activation.Relu, -0.0, 0, 0)]
    [InlineData(Activation.Relu, 100, 100, 1)]
    [InlineData(Activation.Relu, -100, 0, 0)]
    [InlineData(Activation.Relu, double.PositiveInfinity, double.PositiveInfinity, 1)]
    [InlineData(Activation.Relu, double.NegativeInfinity, 0, 0)]
    [InlineData(Activation.Tanh, 0, 0, 1)]
    [InlineData(Activation.Tanh, -0.0, -0.0, 1)]
    [InlineData(Activation.Tanh, 100, 1, 0)]
    [InlineData(Activation.Tanh, -100, -1, 0)]
    [InlineData(Activation.Tanh, double.PositiveInfinity, 1, 0)]
    [InlineData(Activation.Tanh, double.NegativeInfinity, -1, 0)]
    [InlineData(Activation.Softplus, 100, 100, 1)]
    [InlineData(Activation.Softplus, -1000, 0, 0)]
    [InlineData(Activation.Softplus, double.PositiveInfinity, double.PositiveInfinity, 1)]
    [InlineData(Activation.Softplus, double.NegativeInfinity, 0, 0)]
    [InlineData(Activation.LeakyRelu, 0, 0, 0.01)]
    [InlineData(Activation.LeakyRelu, -0.0, -0.0, 0.01)]
    [InlineData(Activation.LeakyRelu, 100, 100, 1)]
    [InlineData(Activation.LeakyRelu, -100, -1, 0.01)]
    [InlineData(Activation.LeakyRelu, double.PositiveInfinity, double.PositiveInfinity, 1)]
    [InlineData(Activation.LeakyRelu, double.NegativeInfinity, double.NegativeInfinity, 0.01)]
    public void Value_and_slope_are_exact_at_the_edges(Activation activation, double x, double y, double slope)
    {
        In<float>();
        In<double>();

        void In<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (output, gradient) = (Some.Filled<T>(33, 1, x), Some.Filled<T>(33, 1, 1)); // whole vectors and a remainder

            Forward(activation, output, output, WorkerTeam.OfOne);
            Backward(activation, output, gradient, gradient, WorkerTeam.OfOne);

            Some.RequireSameBits(Some.Filled<T>(33, 1, y), output);
            Some.RequireSameBits(Some.Filled<T>(33, 1, slope), gradient);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void NaN_stays_NaN_at_every_length(Activation activation)
    {
        for (var length = 1; length <= 40; length++)
        {
            var matrix = Some.Filled<float>(length, 1, -1);
            matrix.At(length - 1, 0, float.NaN);

            Forward(activation, matrix, matrix, WorkerTeam.OfOne);

            Assert.Equal(length - 1, matrix.AsSpan().IndexOf(float.NaN));
        }
    }

    // 1 to 40 covers whole vectors and every remainder, in both types.
    [Theory, MemberData(nameof(All))]
    public void Agrees_with_the_formula_at_every_length(Activation activation)
    {
        for (var length = 1; length <= 40; length++)
        {
            In<float>(length, tolerance: 5e-7);                       // eight roundings of numbers up to 1, at 6e-8 each
            In<double>(length, tolerance: 1e-15);                     // and at 1.1e-16
        }

        void In<T>(int length, double tolerance)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (input, outputGradient) = (Some.Matrix<T>(length, 1, seed: length), Some.Matrix<T>(length, 1, seed: -length));
            var (output, inputGradient) = (Some.Zeros<T>(length, 1), Some.Zeros<T>(length, 1));

            Forward(activation, input, output, WorkerTeam.OfOne);
            Backward(activation, output, outputGradient, inputGradient, WorkerTeam.OfOne);

            var (x, dy) = (Some.Doubles(input), Some.Doubles(outputGradient));
            var y = Some.Sample<double>([.. x.Select(value => Naive(activation, value).Value)]);
            var dx = Some.Sample<double>([.. x.Zip(dy, (value, gradient) => gradient * Naive(activation, value).Slope)]);
            Assert.True(Some.Distance(y, output) <= tolerance);
            Assert.True(Some.Distance(dx, inputGradient) <= tolerance);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Passes_have_the_bits_of_the_formula_on_one_number_at_a_time_at_every_length(Activation activation)
    {
        for (var length = 1; length <= 40; length++)
        {
            In<float>(length);
            In<double>(length);
        }

        void In<T>(int length)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (input, outputGradient) = (Some.Matrix<T>(length, 1, seed: length), Some.Matrix<T>(length, 1, seed: -length));
            var (output, inputGradient) = (Some.Zeros<T>(length, 1), Some.Zeros<T>(length, 1));
            var (plainOutput, plainGradient) = (Some.Zeros<T>(length, 1), Some.Zeros<T>(length, 1));

            Forward(activation, input, output, WorkerTeam.OfOne);
            Backward(activation, output, outputGradient, inputGradient, WorkerTeam.OfOne);
            PlainActivation.Forward(activation, input, plainOutput, WorkerTeam.OfOne);
            PlainActivation.Backward(activation, plainOutput, outputGradient, plainGradient, WorkerTeam.OfOne);

            Some.RequireSameBits(plainOutput, output);
            Some.RequireSameBits(plainGradient, inputGradient);
        }
    }

    // 1 - exp(-y) would cancel where y is next to nothing: at x = -20 not a digit would be left in float.
    [Fact]
    public void The_slope_of_softplus_is_the_logistic_function_to_the_last_digits()
    {
        var x = Some.Matrix<double>(2000, 1, seed: 1, low: -80, high: 40);
        var (whole, single) = (Slopes(x), Slopes(Some.Matrix<float>(2000, 1, seed: 1, low: -80, high: 40)));

        for (var i = 0; i < 2000; i++)
        {
            // y is at most 2 ulp off, of which the slope keeps y / (exp(y) - 1), below 1; 1 - exp(-y) itself is at most 1.1 ulp
            // off.
            var exact = BigNumber.Sigmoid(x.At(i, 0));
            Assert.True(exact.Ulps(whole.At(i, 0)) <= 3, $"{x.At(i, 0)}: {exact.Ulps(whole.At(i, 0))} ulp in double");
            var ulps = ElementaryFunction.Ulps(ElementaryFunction.All["Sigmoid"].Expected(x.At(i, 0)), single.At(i, 0));
            Assert.True(ulps <= 3, $"{x.At(i, 0)}: {ulps} ulp in float");
        }

        static Matrix<T> Slopes<T>(Matrix<T> input)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (output, slopes) = (input.Clone(), Some.Filled<T>(2000, 1, 1));
            Forward(Activation.Softplus, input, output, WorkerTeam.OfOne);
            Backward(Activation.Softplus, output, slopes, slopes, WorkerTeam.OfOne);
            return slopes;
        }
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        RequireSameBits<ReluFormula<float>, float>();
        RequireSameBits<ReluFormula<double>, double>();
        RequireSameBits<TanhFormula<float>, float>();
        RequireSameBits<TanhFormula<double>, double>();
        RequireSameBits<SoftplusFormula<float>, float>();
        RequireSameBits<SoftplusFormula<double>, double>();
        RequireSameBits<LeakyReluFormula<float>, float>();
        RequireSameBits<LeakyReluFormula<double>, double>();
    }

    [Theory, MemberData(nameof(All))]
    public void Results_have_the_same_bits_for_any_number_of_threads(Activation activation)
    {
        var samples = (3 * SimdLoop.PartLength / 784) + 5;            // more than three parts, the last one short
        var results = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var (output, gradient) = (Some.Matrix<float>(784, samples, seed: 1), Some.Matrix<float>(784, samples, seed: 2));
            Forward(activation, output, output, team);
            Backward(activation, output, gradient, gradient, team);
            return (float[])[.. output.AsSpan(), .. gradient.AsSpan()];
        });

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Theory, MemberData(nameof(All))]
    public void A_pass_that_is_warm_allocates_nothing(Activation activation)
    {
        using var team = new WorkerTeam(2);
        var (output, gradient) = (Some.Matrix<float>(784, 64, seed: 1), Some.Matrix<float>(784, 64, seed: 2));
        var bias = Some.Matrix<float>(784, 1, seed: 3);

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            Columns.AddAndActivate(bias, activation, output, team);
            Columns.Gate(output, activation, gradient, team);
        }));
    }

    [Theory, MemberData(nameof(All))]
    public void A_wrong_bias_is_named_with_both_shapes(Activation activation)
    {
        var failure = Assert.Throws<ArgumentException>(
            () => Columns.AddAndActivate(Some.Zeros<double>(2, 1), activation, Some.Zeros<double>(3, 5), WorkerTeam.OfOne));

        Assert.Equal("Must be 3 x 1 (features x samples), but is 2 x 1. (Parameter 'column')", failure.Message);
    }

    [Theory, MemberData(nameof(All))]
    public void A_wrong_output_is_named_with_both_shapes(Activation activation)
    {
        var failure = Assert.Throws<ArgumentException>(
            () => Columns.Gate(Some.Zeros<double>(2, 5), activation, Some.Zeros<double>(3, 5), WorkerTeam.OfOne));

        Assert.Equal("Must be 3 x 5 (features x samples), but is 2 x 5. (Parameter 'output')", failure.Message);
    }

    // The pass of a layer with a bias of -0, which leaves every number as it is, -0 among them.
    private static void Forward<T>(Activation activation, Matrix<T> input, Matrix<T> output, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        input.AsSpan().CopyTo(output.AsSpan());
        Columns.AddAndActivate(Some.Filled<T>(input.RowCount, 1, -0.0), activation, output, team);
    }

    private static void Backward<T>(
        Activation activation, Matrix<T> output, Matrix<T> outputGradient, Matrix<T> inputGradient, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        outputGradient.AsSpan().CopyTo(inputGradient.AsSpan());
        Columns.Gate(output, activation, inputGradient, team);
    }

    private static (double Value, double Slope) Naive(Activation activation, double x) => activation switch
    {
        Activation.Relu => x > 0 ? (x, 1) : (0, 0),
        Activation.Tanh => (double.Tanh(x), 1 - (double.Tanh(x) * double.Tanh(x))),
        Activation.Softplus => (double.Log(1 + double.Exp(x)), 1 / (1 + double.Exp(-x))),
        Activation.LeakyRelu => x > 0 ? (x, 1) : (0.01 * x, 0.01),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "No formula is known here."),
    };

    private static void RequireSameBits<TFormula, T>()
        where TFormula : struct, ISimdActivation<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, dy) = (Some.Matrix<T>(160, 5, seed: 1, low: -30, high: 30), Some.Matrix<T>(160, 5, seed: 2));
        Some.Sample<T>(0, -0.0, 100, -100, double.PositiveInfinity, double.NegativeInfinity).AsSpan().CopyTo(x.AsSpan());
        var expected = Run<Scalar<T>, T>();

        Some.RequireSameBits(expected, Run<Simd128<T>, Vector128<T>>());
        Some.RequireSameBits(expected, Run<Simd256<T>, Vector256<T>>());
        Some.RequireSameBits(expected, Run<Simd512<T>, Vector512<T>>());

        unsafe Matrix<T> Run<TSimd, TVector>()
            where TSimd : ISimd<TVector, T>
            where TVector : struct
        {
            var (results, bias) = (Some.Zeros<T>(160, 10), Some.Filled<T>(160, 1, -0.0));
            x.AsSpan().CopyTo(results.AsSpan());
            dy.AsSpan().CopyTo(results.AsSpan()[800..]);
            fixed (T* start = results.AsSpan(), b = bias.AsSpan())
            {
                var (y, dx) = (new SimdView<T>(start, 1, 160), new SimdView<T>(start + 800, 1, 160));
                Assert.Equal(160, SimdPairs<Activated<TFormula, T>, T>.Apply<TSimd, TVector>(y, new(b, 1, 0), 0, 160, 5));
                Assert.Equal(160, SimdPairs<Gated<TFormula, T>, T>.Apply<TSimd, TVector>(dx, y, 0, 160, 5));
            }

            return results;
        }
    }
}
