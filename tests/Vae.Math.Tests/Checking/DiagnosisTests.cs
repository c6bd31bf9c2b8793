using FsCheck;
using FsCheck.Fluent;

namespace Vae.Math.Tests;

/// <summary>A wrong gradient has the diagnosis of its usual cause; a gradient that is right or fits no cause has none.</summary>
public class DiagnosisTests
{
    public static TheoryData<GradientPattern, string> EveryWrongGradient
    {
        get
        {
            var data = new TheoryData<GradientPattern, string>();
            foreach (var wrong in WrongGradient.All)
            {
                data.Add(wrong.Pattern, wrong.Says);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(EveryWrongGradient))]
    public void A_usual_mistake_is_named_with_its_amounts(GradientPattern pattern, string says)
    {
        var report = WrongGradient.All.Single(wrong => wrong.Says == says).Check();

        Assert.False(report.Passes());
        Assert.NotNull(report.Worst.Diagnosis);
        Assert.Equal((pattern, says), (report.Worst.Diagnosis.Pattern, Found(says, report.Worst.Diagnosis.Text)));
        Assert.DoesNotContain('\n', report.Worst.Diagnosis.Text);
    }

    [Fact]
    public void Every_pattern_has_its_wrong_gradient()
        => Assert.Equal(
            Enum.GetValues<GradientPattern>().Order(),
            WrongGradient.All.Select(wrong => wrong.Pattern).Distinct().Order());

    [Fact]
    public void Every_pattern_has_its_row_in_the_document()
    {
        var document = File.ReadAllText(Path.Combine(DerivationsTests.Root, "docs", "gradient-check.md"));
        Assert.All(
            Enum.GetNames<GradientPattern>(),
            name => Assert.Contains($"| `{name}` |", document, StringComparison.Ordinal));
    }

    // What the check's own tests plant, as people make it.
    [Theory]
    [InlineData("the factor 1/2 in the log-variance's gradient is missing", GradientPattern.Factor, "2 times")]
    [InlineData("the sign of the KL divergence is flipped", GradientPattern.SignFlipped, "wrong sign")]
    [InlineData("the KL weight is forgotten", GradientPattern.Factor, "0.5 times")]
    [InlineData(
        "the KL divergence is not divided by the number of samples",
        GradientPattern.Factor,
        "3 times what it should be: usually a sum over so many samples")]
    [InlineData(
        "the -1 in the KL divergence's log-variance gradient is missing",
        GradientPattern.Offset,
        "such as the -1 in a KL's log-variance")]
    [InlineData("the weight's gradient is transposed", GradientPattern.Transposed, "dY X^T")]
    [InlineData("the bias is skipped", GradientPattern.Zero, "cleared after it was computed")]
    [InlineData("the ReLU's mask is forgotten", GradientPattern.None, "No usual pattern")]
    [InlineData("the squared error's gradient has the factor 2", GradientPattern.Factor, "2 times")]
    [InlineData("the squared error's gradient has the wrong sign", GradientPattern.SignFlipped, "wrong sign")]
    [InlineData(
        "the cross-entropy is divided by the number of features, too",
        GradientPattern.Factor,
        "0.25 times what it should be: usually divided once too often")]
    [InlineData("the slope of the learnt variance's soft floor is forgotten", GradientPattern.Factor, "2 times")]
    [InlineData(
        "a pixel's log-variance is taken for the logarithm of the standard deviation",
        GradientPattern.SomeRows,
        "There it is 2 times")]
    public void A_planted_mistake_is_recognised(string name, GradientPattern pattern, string says)
    {
        var mistake = Mistake.All.Single(mistake => mistake.Name == name);

        var diagnosis = mistake.Check(true).Parameters.Single(parameter => parameter.Name == mistake.CaughtIn).Diagnosis;

        Assert.NotNull(diagnosis);
        Assert.Equal((pattern, says), (diagnosis.Pattern, Found(says, diagnosis.Text)));
    }

    [Fact]
    public void A_failure_says_tensor_row_column_amounts_and_what_it_usually_is()
    {
        var w = new Parameter<double>("w", 1, 2);
        (w.Value[0, 0], w.Value[0, 1]) = (0.5, GradientCheck.Floor / 2); // half the floor, half the error

        var report = GradientCheck.Run(() => Some.Inner(w.Value, w.Value) / 2, () => w.Value.Multiply(-1, w.Gradient), [w]);

        Assert.Equal(
            [
                "w[0, 0]: backward -0.5, central differences 0.5, relative error 2.0e+00",
                "    Every entry has the wrong sign: usually a minus is missing or one too many, "
                + "as of a difference, of -log, or of 1 - y.",
            ],
            report.ToString().Split(Environment.NewLine));
        Assert.Equal((2, -1.0), (report.Worst.Diagnosis!.WrongEntries, report.Worst.Diagnosis.Factor));
    }

    [Fact]
    public void A_gradient_that_is_added_to_zeros_passes_and_is_reported()
    {
        var report = WrongGradient.Added(stale: 0);

        Assert.True(report.Passes(), report.ToString());
        Assert.Equal((GradientPattern.Accumulates, 0), (report.Worst.Diagnosis!.Pattern, report.Worst.Diagnosis.WrongEntries));
    }

    // The gradients that a check finds are often those that the one before it left.
    [Fact]
    public void A_gradient_that_is_written_again_with_the_same_numbers_is_not_taken_for_unwritten()
    {
        var w = Some.Parameter("w", 2, 3, seed: 1);
        GradientReport Check()
            => GradientCheck.Run(() => Some.Inner(w.Value, w.Value) / 2, () => w.Value.Negate(w.Gradient), [w]);

        Assert.Equal(GradientPattern.SignFlipped, Check().Worst.Diagnosis!.Pattern);
        Assert.Equal(GradientPattern.SignFlipped, Check().Worst.Diagnosis!.Pattern);
    }

    [Fact]
    public void An_entry_that_is_never_written_and_is_rightly_zero_has_no_diagnosis()
    {
        var w = Some.Parameter("w", 1, 2, seed: 1);

        var report = GradientCheck.Run(() => 3 * w.Value[0, 0], () => w.Gradient[0, 0] = 3, [w]);

        Assert.True(report.Passes(), report.ToString());
        Assert.Null(report.Worst.Diagnosis);
    }

    [Fact]
    public void A_check_leaves_the_gradients_of_its_first_backward_pass()
    {
        var w = Some.Parameter("w", 2, 3, seed: 1);

        GradientCheck.Run(() => Some.Inner(w.Value, w.Value) / 2, () => w.Gradient.Add(w.Value, w.Gradient), [w]);

        Assert.Equal(w.Value, w.Gradient);
    }

    [Fact]
    public void A_loss_that_is_drawn_anew_is_refused_with_both_numbers()
    {
        var w = new Parameter<double>("w", 1, 1);
        var calls = 0;

        var failure = Assert.Throws<InvalidOperationException>(() => GradientCheck.Run(() => ++calls / 4.0, () => { }, [w]));

        Assert.Equal(
            "The loss must be the same at each call, but two calls gave 0.25 and 0.5. Draw noise once, outside of the loss; "
            + "leave out dropout and running averages; overwrite every output, add to none.",
            failure.Message);
    }

    // Sums that threads add up in another order.
    [Fact]
    public void A_loss_that_differs_by_its_rounding_is_accepted()
    {
        var w = new Parameter<double>("w", 1, 1);
        var calls = 0;

        var report = GradientCheck.Run(() => w.Value[0, 0] + (++calls % 2 * 1e-16), () => w.Gradient[0, 0] = 1, [w]);

        Assert.True(report.Passes(), report.ToString());
    }

    // The corner is outside of the differences, so the gradient itself is wrong.
    [Theory, InlineData(2e-4), InlineData(1e-3)]
    public void A_wrong_gradient_beside_a_corner_is_not_excused(double distance)
        => Assert.NotEqual(GradientPattern.Corner, WrongGradient.AtACorner(distance).Worst.Diagnosis!.Pattern);

    [Theory, InlineData(0), InlineData(1e-6), InlineData(-1e-6)]
    public void A_corner_within_the_smallest_step_is_reported(double distance)
    {
        var w = new Parameter<double>("w", 1, 1);
        w.Value[0, 0] = distance;

        var report = GradientCheck.Run(
            () => 3 * double.Max(w.Value[0, 0], 0),
            () => w.Gradient[0, 0] = distance > 0 ? 3 : 0,
            [w]);

        Assert.Equal(GradientPattern.Corner, report.Worst.Diagnosis?.Pattern);
    }

    // A single number is k times another for some k: only the usual ones may be named.
    [Fact]
    public void A_single_number_is_no_evidence_of_an_unusual_factor_or_of_a_term()
    {
        Assert.Equal(
            GradientPattern.None,
            WrongGradient.Of(w => w.Gradient[0, 0] *= 1.3, rows: 1, columns: 1).Worst.Diagnosis!.Pattern);
        Assert.Equal(
            GradientPattern.Factor,
            WrongGradient.Of(w => w.Gradient[0, 0] *= 2, rows: 1, columns: 1).Worst.Diagnosis!.Pattern);
    }

    [Fact]
    public void A_single_entry_that_does_not_fit_rules_out_a_pattern()
        => Assert.Equal(GradientPattern.None, WrongGradient.Of(w =>
        {
            w.Gradient.Multiply(2, w.Gradient);
            w.Gradient[2, 2] *= 1 + 1e-5;                             // thirty times the allowed remainder
        }).Worst.Diagnosis!.Pattern);

    [Fact]
    public void A_random_gradient_fits_no_pattern_whatever_its_shape()
        => ForAnyShape((rows, columns, seed) =>
        {
            var other = Some.Matrix(rows, columns, seed + 1000, low: -2, high: 2);
            var report = WrongGradient.Of(w => other.CopyTo(w.Gradient), rows, columns, samples: 3, seed: seed);
            return report.Worst.Diagnosis?.Pattern == GradientPattern.None;
        });

    [Fact]
    public void A_right_gradient_has_no_diagnosis_whatever_its_shape()
        => ForAnyShape((rows, columns, seed) =>
        {
            var report = WrongGradient.Of(_ => { }, rows, columns, seed: seed);
            return report.Worst.Diagnosis is null && report.Passes();
        });

    [Fact]
    public void A_flipped_sign_is_found_whatever_the_shape()
        => ForAnyShape((rows, columns, seed) => WrongGradient.Of(w => w.Gradient.Negate(w.Gradient), rows, columns, seed: seed)
            .Worst.Diagnosis?.Pattern == GradientPattern.SignFlipped);

    [Fact]
    public void Any_factor_is_found_where_there_are_two_entries()
        => ForAnyShape((rows, columns, seed) =>
        {
            var factor = 1.1 + (new Random(seed).NextDouble() * 8);
            var report = WrongGradient.Of(w => w.Gradient.Multiply(factor, w.Gradient), rows + 1, columns, seed: seed);
            var diagnosis = report.Worst.Diagnosis!;
            return diagnosis.Pattern == GradientPattern.Factor
                && double.Abs(diagnosis.Factor!.Value - factor) <= GradientFit.Slack * factor;
        });

    // The verdict depends on the error of the worst entry alone, whatever the diagnosis.
    [Fact]
    public void A_diagnosis_never_decides()
        => Assert.All(WrongGradient.All, wrong =>
        {
            var check = wrong.Check().Worst;
            Assert.Equal((check with { Diagnosis = null }).Passes(), check.Passes());
            Assert.Equal(check.Passes(), check.RelativeError <= GradientCheck.Tolerance);
        });

    private static string Found(string says, string text) => text.Contains(says, StringComparison.Ordinal) ? says : text;

    private static void ForAnyShape(Func<int, int, int, bool> holds)
        => Prop
            .ForAll(
                Gen.Choose(1, 5).ToArbitrary(),
                Gen.Choose(1, 5).ToArbitrary(),
                Gen.Choose(1, 100_000).ToArbitrary(),
                holds)
            .QuickCheckThrowOnFailure();
}
