using System.Numerics;

namespace Vae.Math.Tests;

public class AdamTests
{
    [Theory, InlineData("adam"), InlineData("adamWithOtherConstants")]
    public void Five_steps_agree_with_PyTorch_in_double(string name) => RequireAgreementWithPyTorch<double>(name);

    [Theory, InlineData("adam"), InlineData("adamWithOtherConstants")]
    public void Five_steps_agree_with_PyTorch_in_float(string name) => RequireAgreementWithPyTorch<float>(name);

    [Theory, InlineData("adamWithDecay"), InlineData("adamWithClipping"), InlineData("adamWithDecayClippingAndSchedule")]
    public void Decay_clipping_and_a_schedule_agree_with_PyTorch_in_double(string name) => RequireAgreementOfExtras<double>(name);

    [Theory, InlineData("adamWithDecay"), InlineData("adamWithClipping"), InlineData("adamWithDecayClippingAndSchedule")]
    public void Decay_clipping_and_a_schedule_agree_with_PyTorch_in_float(string name) => RequireAgreementOfExtras<float>(name);

    // Algorithm 1 as the paper prints it, a number at a time; lengths that straddle every vector's lanes.
    [Fact]
    public void Every_entry_is_stepped_as_algorithm_1_says_at_every_length()
    {
        for (var length = 1; length <= 40; length++)
        {
            var weight = Some.Parameter("weight", length, 1, seed: length);
            var (w, m, v) = (Some.Doubles(weight.Value), new double[length], new double[length]);
            var adam = new Adam<double>([weight], new AdamOptions(), WorkerTeam.OfOne);
            for (var t = 1; t <= 3; t++)
            {
                Some.Matrix(length, 1, seed: -t).CopyTo(weight.Gradient);
                adam.Step();
                for (var i = 0; i < length; i++)
                {
                    var g = weight.Gradient.At(i, 0);
                    m[i] = (0.9 * m[i]) + (0.1 * g);
                    v[i] = (0.999 * v[i]) + (0.001 * g * g);
                    w[i] -= 1e-3 * (m[i] / (1 - double.Pow(0.9, t))) / (double.Sqrt(v[i] / (1 - double.Pow(0.999, t))) + 1e-8);
                }
            }

            // Steps of 1e-3 that are rounded a dozen times at 1e-16, beside weights up to 1 that are rounded at 1e-16 three
            // times.
            Assert.All(w.Zip(Some.Doubles(weight.Value)), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        }
    }

    // A thread steps 16,384 numbers at a time: here two such parts and a short one.
    [Fact]
    public void Every_part_of_a_long_parameter_is_stepped_once()
    {
        var (one, many) = (new Parameter<double>("one", 1, 1), new Parameter<double>("many", 32_800, 1));
        one.Gradient.AsSpan().Fill(1);
        many.Gradient.AsSpan().Fill(1);

        new Adam<double>([one, many], new AdamOptions()).Step();

        Assert.NotEqual(0, one.Value.At(0, 0));
        Assert.All(many.Value.AsSpan().ToArray(), value => Assert.Equal(one.Value.At(0, 0), value));
    }

    // Wherever in a vector, beside vectors, or in whichever thread's part it stands. 1e21 is finite as a float; a thousandth of
    // its square is not.
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(1e21f)]
    [InlineData(-1e21f)]
    public void A_step_says_whether_all_is_still_finite(float gradient)
    {
        using var team = new WorkerTeam(3);
        foreach (var place in new[] { 0, 1, 15, 16, 17, 40, 16_383, 16_384, 32_768, 32_799 })
        {
            var (few, many) = (new Parameter<float>("few", 3, 1), new Parameter<float>("many", 32_800, 1));
            var adam = new Adam<float>([few, many], new AdamOptions(), team);
            few.Gradient.AsSpan().Fill(1);
            many.Gradient.AsSpan().Fill(-1e18f);
            Assert.True(adam.Step(), $"before, at {place}");

            many.Gradient.AsSpan()[place] = gradient;
            Assert.False(adam.Step(), $"at {place}");
        }
    }

    [Fact]
    public void A_weight_that_a_step_makes_infinite_is_reported_even_if_its_gradient_was_finite()
    {
        var weight = new Parameter<float>("weight", 5, 1);
        weight.Gradient.AsSpan().Fill(1);
        weight.Value.AsSpan()[3] = -3.4e38f;
        Assert.False(new Adam<float>([weight], new AdamOptions { LearningRate = 1e38 }).Step());
        Assert.Equal(float.NegativeInfinity, weight.Value.At(3, 0));
    }

    // 0.9^800 = 2e-37 and 0.9^1000 = 2e-46: without care the moment would now be subnormal, and stay so for ever.
    [Fact]
    public void A_moment_that_fades_becomes_zero_and_never_subnormal()
    {
        var weight = new Parameter<float>("weight", 33, 1);
        var adam = new Adam<float>([weight], new AdamOptions(), WorkerTeam.OfOne);
        weight.Gradient.AsSpan().Fill(1);
        adam.Step();
        weight.Gradient.Clear();
        for (var step = 0; step < 1000; step++)
        {
            adam.Step();
            Assert.DoesNotContain(adam.FirstMoments[0].AsSpan().ToArray(), float.IsSubnormal);
        }

        Assert.All(adam.FirstMoments[0].AsSpan().ToArray(), moment => Assert.Equal(0, moment));
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_is_not_hidden()
    {
        var weight = new Parameter<float>("weight", 33, 1);
        var adam = new Adam<float>([weight], new AdamOptions(), WorkerTeam.OfOne);
        weight.Gradient.AsSpan().Fill(float.NaN);

        adam.Step();

        Assert.All(weight.Value.AsSpan().ToArray(), value => Assert.True(float.IsNaN(value)));
        Assert.All(adam.SecondMoments[0].AsSpan().ToArray(), moment => Assert.True(float.IsNaN(moment)));
    }

    // m / sqrt(v) is g / |g| after the bias correction; epsilon takes 1e-8 / |g| of it away.
    [Theory, InlineData(1e-3), InlineData(-1), InlineData(1000)]
    public void The_first_step_is_the_learning_rate_whatever_the_gradients_size(double gradient)
    {
        var weight = new Parameter<double>("weight", 1, 1);
        weight.Gradient.At(0, 0, gradient);

        new Adam<double>([weight], new AdamOptions { LearningRate = 0.01 }).Step();

        var expected = -0.01 * gradient / (double.Abs(gradient) + 1e-8);
        Assert.Equal(expected, weight.Value.At(0, 0), 1e-15);         // a dozen roundings of numbers near 0.01, at 1e-18 each
    }

    [Fact]
    public void A_gradient_that_was_always_zero_moves_nothing()
    {
        var weight = Some.Parameter("weight", 5, 3, seed: 1);
        var adam = new Adam<double>([weight], new AdamOptions());

        adam.Step();
        adam.Step();

        Assert.Equal(Some.Matrix(5, 3, seed: 1), weight.Value);
    }

    [Fact]
    public void All_parameters_are_stepped_each_with_moments_of_its_own()
    {
        var (first, second) = (new Parameter<double>("first", 2, 1), new Parameter<double>("second", 3, 2));
        first.Gradient.AsSpan().Fill(1);
        second.Gradient.AsSpan().Fill(-2);
        var adam = new Adam<double>([first, second], new AdamOptions());

        adam.Step();

        Assert.Equal([2, 3], adam.FirstMoments.Select(moment => moment.RowCount));
        Assert.All(first.Value.AsSpan().ToArray(), value => Assert.True(value < 0));
        Assert.All(second.Value.AsSpan().ToArray(), value => Assert.True(value > 0));
        // 1 - 0.9 is not 0.1 to the last digit: two roundings at 1e-16.
        Assert.All(adam.FirstMoments[1].AsSpan().ToArray(), m => Assert.Equal(-0.2, m, 1e-16));
        Assert.All(adam.SecondMoments[1].AsSpan().ToArray(), v => Assert.Equal(0.004, v, 1e-16));
    }

    [Fact]
    public void The_count_of_steps_begins_at_zero_and_the_first_step_is_number_one()
    {
        var adam = new Adam<double>([new Parameter<double>("weight", 1, 1)], new AdamOptions());
        Assert.Equal(0, adam.StepCount);

        adam.Step();

        Assert.Equal(1, adam.StepCount);
    }

    [Fact]
    public void Resumes_to_the_bit_from_the_moments_and_the_count()
    {
        var (whole, resumed) = (Some.Parameter("weight", 9, 5, seed: 1), new Parameter<double>("weight", 9, 5));
        var straight = new Adam<double>([whole], new AdamOptions());
        StepThrough(straight, from: 1, to: 4);
        var second = new Adam<double>([resumed], new AdamOptions()) { StepCount = straight.StepCount };
        whole.Value.CopyTo(resumed.Value);
        straight.FirstMoments[0].CopyTo(second.FirstMoments[0]);
        straight.SecondMoments[0].CopyTo(second.SecondMoments[0]);

        StepThrough(straight, from: 5, to: 8);
        StepThrough(second, from: 5, to: 8);

        Assert.Equal(whole.Value, resumed.Value);
    }

    [Fact]
    public void A_resumption_that_forgets_the_count_is_noticed()
    {
        var (whole, resumed) = (Some.Parameter("weight", 9, 5, seed: 1), new Parameter<double>("weight", 9, 5));
        var straight = new Adam<double>([whole], new AdamOptions());
        StepThrough(straight, from: 1, to: 4);
        var second = new Adam<double>([resumed], new AdamOptions());
        whole.Value.CopyTo(resumed.Value);
        straight.FirstMoments[0].CopyTo(second.FirstMoments[0]);
        straight.SecondMoments[0].CopyTo(second.SecondMoments[0]);

        StepThrough(straight, from: 5, to: 5);
        StepThrough(second, from: 5, to: 5);

        Assert.NotEqual(whole.Value, resumed.Value);
    }

    [Fact]
    public void Steps_have_the_same_bits_for_any_number_of_threads()
    {
        var results = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            // more than three parts, the last short
            var weight = new Parameter<float>("weight", 400, (3 * SimdLoop.PartLength / 400) + 1);
            Some.Matrix<float>(400, weight.Value.ColumnCount, seed: 1).CopyTo(weight.Gradient);
            var adam = new Adam<float>([weight], new AdamOptions(), team);
            adam.Step();
            adam.Step();
            return weight.Value.AsSpan().ToArray();
        });

        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    [Fact]
    public void A_step_that_is_warm_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        var adam = new Adam<float>(
            [new Parameter<float>("weight", 400, 100), new Parameter<float>("bias", 400, 1)], new AdamOptions(), team);

        Assert.Equal(0, Some.AllocatedBytes(() => adam.Step()));
    }

    [Fact]
    public void The_defaults_are_those_of_the_paper()
    {
        var options = new AdamOptions();

        Assert.Equal((1e-3, 0.9, 0.999, 1e-8), (options.LearningRate, options.Beta1, options.Beta2, options.Epsilon));
    }

    // The bits that algorithm 1 had before there were factors and decay, a number at a time with the same roundings.
    [Fact]
    public void Factors_of_one_and_a_decay_of_zero_change_no_bit()
    {
        var weight = Some.Parameter("weight", 37, 1, seed: 1);
        var (w, m, v) = (Some.Doubles(weight.Value), new double[37], new double[37]);
        var adam = new Adam<double>([weight], new AdamOptions(), WorkerTeam.OfOne);
        for (var t = 1; t <= 3; t++)
        {
            Some.Matrix(37, 1, seed: -t).CopyTo(weight.Gradient);
            adam.Step(rateFactor: 1, gradientFactor: 1);
            var (rate, rootScale) = (1e-3 / (1 - double.Pow(0.9, t)), 1 / double.Sqrt(1 - double.Pow(0.999, t)));
            for (var i = 0; i < w.Length; i++)
            {
                var g = weight.Gradient.At(i, 0);
                m[i] = double.FusedMultiplyAdd(1 - 0.9, g, 0.9 * m[i]);
                v[i] = double.FusedMultiplyAdd((1 - 0.999) * g, g, 0.999 * v[i]);
                w[i] -= rate * m[i] / double.FusedMultiplyAdd(double.Sqrt(v[i]), rootScale, 1e-8);
            }
        }

        Assert.Equal(w, Some.Doubles(weight.Value));
    }

    // 0.5 and 2 are exact, so all that is multiplied by them before or afterwards has the same bits.
    [Fact]
    public void A_gradient_factor_is_the_gradient_multiplied_and_a_rate_factor_another_learning_rate()
    {
        var (one, other) = (Some.Parameter("weight", 37, 1, seed: 1), Some.Parameter("weight", 37, 1, seed: 1));
        var adam = new Adam<double>([one], new AdamOptions { LearningRate = 1e-3, WeightDecay = 0.1 });
        var plain = new Adam<double>([other], new AdamOptions { LearningRate = 2e-3, WeightDecay = 0.1 });
        Some.Matrix(37, 1, seed: 2).CopyTo(one.Gradient);
        (0.5 * one.Gradient).CopyTo(other.Gradient);

        adam.Step(rateFactor: 2, gradientFactor: 0.5);
        plain.Step();

        Assert.Equal(other.Value, one.Value);
        Assert.Equal(plain.SecondMoments[0], adam.SecondMoments[0]);
    }

    [Fact]
    public void Decay_alone_shrinks_every_weight_by_rate_times_decay()
    {
        var weight = Some.Parameter("weight", 5, 3, seed: 1);

        new Adam<double>([weight], new AdamOptions { LearningRate = 0.01, WeightDecay = 0.1 }).Step(rateFactor: 0.5);

        Assert.Equal((1 - (0.01 * 0.5 * 0.1)) * Some.Matrix(5, 3, seed: 1), weight.Value);
    }

    [Theory]
    [InlineData(double.NaN, 1, "rateFactor")]
    [InlineData(-0.1, 1, "rateFactor")]
    [InlineData(1, double.NaN, "gradientFactor")]
    [InlineData(1, double.PositiveInfinity, "gradientFactor")]
    public void A_factor_that_is_no_factor_is_refused_before_anything_is_stepped(
        double rateFactor, double gradientFactor, string name)
    {
        var adam = new Adam<double>([Some.Parameter("weight", 2, 2, seed: 1)], new AdamOptions());

        Assert.Throws<ArgumentOutOfRangeException>(name, () => adam.Step(rateFactor, gradientFactor));

        Assert.Equal(0, adam.StepCount);
        Assert.Equal(Some.Matrix(2, 2, seed: 1), adam.Parameters[0].Value);
    }

    [Fact]
    public void There_is_neither_decay_nor_clipping_unless_asked_for()
        => Assert.Equal((0, 0), (new AdamOptions().WeightDecay, new AdamOptions().ClipNorm));

    public static TheoryData<AdamOptions, string> WrongConstants => new()
    {
        { new AdamOptions { LearningRate = 0 }, "The learning rate must be above 0, but is 0." },
        { new AdamOptions { LearningRate = double.NaN }, "The learning rate must be above 0, but is NaN." },
        { new AdamOptions { LearningRate = double.PositiveInfinity }, "The learning rate must be above 0, but is Infinity." },
        { new AdamOptions { Beta1 = 1 }, "Adam's beta1 must be from 0 to below 1, but is 1." },
        { new AdamOptions { Beta1 = -0.1 }, "Adam's beta1 must be from 0 to below 1, but is -0.1." },
        { new AdamOptions { Beta2 = double.NaN }, "Adam's beta2 must be from 0 to below 1, but is NaN." },
        { new AdamOptions { Epsilon = 0 }, "Adam's epsilon must be above 0, but is 0." },
        { new AdamOptions { WeightDecay = -0.1 }, "The weight decay must be 0, for none, or above 0, but is -0.1." },
        { new AdamOptions { WeightDecay = double.NaN }, "The weight decay must be 0, for none, or above 0, but is NaN." },
        { new AdamOptions { ClipNorm = -1 }, "The norm to clip gradients to must be 0, for no clipping, or above 0, but is -1." },
        {
            new AdamOptions { ClipNorm = double.PositiveInfinity },
            "The norm to clip gradients to must be 0, for no clipping, or above 0, but is Infinity."
        },
    };

    [Theory, MemberData(nameof(WrongConstants))]
    public void A_constant_out_of_range_is_named(AdamOptions options, string message)
    {
        var failure = Assert.Throws<ArgumentException>(() => new Adam<double>([], options));

        Assert.Equal(message, failure.Message);
    }

    private static void StepThrough(Adam<double> adam, int from, int to)
    {
        for (var step = from; step <= to; step++)
        {
            Some.Matrix(9, 5, seed: 100 + step).CopyTo(adam.Parameters[0].Gradient);
            adam.Step();
        }
    }

    // The distance from the start is compared, not the weight: the weight itself would hide an error of the step.
    private static void RequireAgreementWithPyTorch<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named(name);
        var constants = golden.Part("options");
        var start = golden.Weight<double>("start");
        var weight = new Parameter<T>("weight", start.RowCount, start.ColumnCount);
        golden.Weight<T>("start").CopyTo(weight.Value);
        var adam = new Adam<T>([weight], new AdamOptions
        {
            LearningRate = constants.Number("learningRate"),
            Beta1 = constants.Number("beta1"),
            Beta2 = constants.Number("beta2"),
            Epsilon = constants.Number("epsilon"),
        });

        foreach (var (gradient, value) in golden.Weights<T>("gradients").Zip(golden.Weights<double>("values")))
        {
            gradient.CopyTo(weight.Gradient);
            adam.Step();
            GoldenCase.RequireAgreement<T>(
                (value - start).AsSpan(), [.. Some.Doubles(weight.Value).Zip(Some.Doubles(start), (v, s) => v - s)]);
        }

        Assert.Equal(5, adam.StepCount);
        GoldenCase.RequireAgreement(golden.Weight<double>("firstMoment"), adam.FirstMoments[0]);
        GoldenCase.RequireAgreement(golden.Weight<double>("secondMoment"), adam.SecondMoments[0]);
    }

    private static void RequireAgreementOfExtras<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenCase.Named(name);
        var options = new AdamOptions
        {
            LearningRate = golden.Part("options").Number("learningRate"),
            WeightDecay = golden.Part("options").Number("weightDecay"),
            ClipNorm = golden.Part("options").Number("clipNorm"),
        };
        var parts = golden.Parts("parameters");
        var parameters = parts.Select(
            part => new Parameter<T>("weight", part.Weight<T>("start").RowCount, part.Weight<T>("start").ColumnCount)).ToArray();
        foreach (var (parameter, part) in parameters.Zip(parts))
        {
            part.Weight<T>("start").CopyTo(parameter.Value);
        }

        var adam = new Adam<T>(parameters, options);
        var (factors, norms) = (golden.Numbers("factors"), golden.Numbers("norms"));
        for (var step = 0; step < factors.Length; step++)
        {
            foreach (var (parameter, part) in parameters.Zip(parts))
            {
                part.Weights<T>("gradients")[step].CopyTo(parameter.Gradient);
            }

            var norm = GradientNorm.Of(parameters, WorkerTeam.OfOne);
            GoldenCase.RequireAgreement<T>([norms[step]], [norm]);
            adam.Step(factors[step], options.ClipNorm > 0 ? GradientNorm.ClipFactor(norm, options.ClipNorm) : 1);
            foreach (var (parameter, part) in parameters.Zip(parts))
            {
                var start = part.Weight<double>("start");
                var expected = part.Weights<double>("values")[step] - start;
                GoldenCase.RequireAgreement<T>(
                    expected.AsSpan(), [.. Some.Doubles(parameter.Value).Zip(Some.Doubles(start), (v, s) => v - s)]);
            }
        }
    }
}
