namespace Vae.Math.Tests;

/// <summary>The checker is seen to fail. The loss here is 1/2 |A|^2 + 1/2 |B|^2, whose gradients are A and B
/// themselves.</summary>
public class GradientCheckTests
{
    private readonly Parameter<double> _first = Some.Parameter("first", 4, 3, seed: 1);
    private readonly Parameter<double> _second = Some.Parameter("second", 2, 5, seed: 2);

    public static TheoryData<string> EveryMistake => [.. Mistake.All.Select(mistake => mistake.Name)];

    [Theory, MemberData(nameof(EveryMistake))]
    public void A_wrong_backward_pass_is_caught(string name)
    {
        var mistake = Mistake.All.Single(mistake => mistake.Name == name);

        var report = mistake.Check(true);

        Assert.False(report.Passes(), report.ToString());
        Assert.Contains(report.Parameters, parameter => parameter.Name == mistake.CaughtIn && !parameter.Passes());
        Assert.True(report.WorstRelativeError > 0.1, report.ToString()); // a mistake of formula is nowhere near a rounding error
    }

    [Theory, MemberData(nameof(EveryMistake))]
    public void The_right_backward_pass_in_its_place_passes(string name)
    {
        var report = Mistake.All.Single(mistake => mistake.Name == name).Check(false);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void A_right_gradient_passes_with_a_wide_margin()
    {
        var report = Check(Backward);

        // The quotients' own error, some 1e-12, is a thousandth of the tolerance and less.
        Assert.True(report.WorstRelativeError <= GradientCheck.Tolerance / 1000, report.ToString());
    }

    [Fact]
    public void The_tolerance_is_one_in_ten_million() => Assert.Equal(1e-7, GradientCheck.Tolerance);

    [Fact]
    public void An_error_in_one_entry_alone_is_named_with_its_parameter_and_index()
    {
        foreach (var parameter in new[] { _first, _second })
        {
            for (var row = 0; row < parameter.Value.RowCount; row++)
            {
                for (var column = 0; column < parameter.Value.ColumnCount; column++)
                {
                    RequireNamed(parameter, row, column);
                }
            }
        }
    }

    [Fact]
    public void The_text_of_a_report_tells_name_index_and_both_gradients()
    {
        _second.Value.At(1, 4, 0.5);

        var report = Check(() =>
        {
            Backward();
            _second.Gradient.At(1, 4, 0.75);
        });

        Assert.Equal(
            [
                "second[1, 4]: backward 0.75, central differences 0.5, relative error 3.3e-01",
                "    Only [1, 4] is wrong of 10 entries: usually an index or the end of a loop, or a special case of one value.",
            ],
            report.Worst.ToString().Split(Environment.NewLine));
        Assert.Equal(report.Parameters[0] + Environment.NewLine + report.Parameters[1], report.ToString());
    }

    [Fact]
    public void Every_parameter_has_a_line_with_its_number_of_entries()
    {
        var report = Check(Backward);

        Assert.Equal([("first", 12), ("second", 10)], report.Parameters.Select(parameter => (parameter.Name, parameter.Entries)));
    }

    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void A_gradient_that_is_not_finite_fails_and_is_named(double value)
    {
        var report = Check(() =>
        {
            Backward();
            _first.Gradient.At(3, 2, value);                          // the last entry, after eleven right ones
        });

        Assert.False(report.Passes());
        Assert.Equal(("first", 3, 2), (report.Worst.Name, report.Worst.Row, report.Worst.Column));
    }

    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_loss_that_is_not_finite_fails(double value)
    {
        var report = GradientCheck.Run(() => value, Backward, [_first, _second]);

        Assert.False(report.Passes());
        Assert.False(report.WorstRelativeError <= GradientCheck.Tolerance);
    }

    [Fact]
    public void A_loss_that_becomes_NaN_for_one_entry_alone_fails_there()
    {
        var value = _first.Value.At(2, 1);

        var report = GradientCheck.Run(() => _first.Value.At(2, 1) == value ? Loss() : double.NaN, Backward, [_first, _second]);

        Assert.Equal(("first", 2, 1), (report.Worst.Name, report.Worst.Row, report.Worst.Column));
        Assert.True(double.IsNaN(report.WorstRelativeError));
    }

    [Fact]
    public void NaN_counts_as_worse_than_any_error()
    {
        var report = Check(() =>
        {
            Backward();
            _first.Gradient.AsSpan().Fill(1e300);
            _second.Gradient.At(0, 1, double.NaN);
        });

        Assert.Equal("second", report.Worst.Name);
        Assert.True(double.IsNaN(report.WorstRelativeError));
    }

    [Fact]
    public void A_gradient_that_is_left_at_zero_fails()
    {
        var report = Check(() => { });

        Assert.Equal(1, report.WorstRelativeError, 1e-15);            // |0 - g| / |g|, rounded once
    }

    // |g - e| / max(|g|, |e|) for g = (1 + 2e-7) e is 2e-7, twice the tolerance.
    [Fact]
    public void An_error_of_twice_the_tolerance_fails()
    {
        _first.Value.At(0, 0, 0.5);                                   // well above the floor

        var report = Check(() =>
        {
            Backward();
            _first.Gradient.At(0, 0, 0.5 * (1 + (2 * GradientCheck.Tolerance)));
        });

        Assert.False(report.Passes());
        Assert.True(report.Passes(3 * GradientCheck.Tolerance), report.ToString());
    }

    [Fact]
    public void An_entry_below_the_floor_is_measured_by_the_floor()
    {
        _first.Value.At(0, 0, 1e-6);

        var report = Check(() =>
        {
            Backward();
            _first.Gradient.At(0, 0, 2e-6);
        });

        // (2e-6 - 1e-6) / 1e-3; the quotient is right to some 1e-12, a thousand times which is 1e-9.
        Assert.Equal(1e-3, report.WorstRelativeError, 1e-9);
    }

    // The steps of the quotients go from 2e-3 down to 4e-6: those that cross the corner disagree and are not believed.
    [Theory, InlineData(2e-4), InlineData(-2e-4), InlineData(5e-4), InlineData(-1.5e-3)]
    public void A_corner_nearby_does_no_harm(double distance)
    {
        var input = new Parameter<double>("input", 1, 1);
        input.Value.At(0, 0, distance);

        var report = GradientCheck.Run(
            () => 3 * double.Max(input.Value.At(0, 0), 0),
            () => input.Gradient.At(0, 0, distance > 0 ? 3 : 0),
            [input]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void Values_are_left_as_they_were()
    {
        Check(Backward);

        Assert.Equal(Some.Matrix(4, 3, seed: 1), _first.Value);
        Assert.Equal(Some.Matrix(2, 5, seed: 2), _second.Value);
    }

    [Fact]
    public void Values_are_left_as_they_were_where_the_loss_throws()
    {
        var calls = 0;

        Assert.Throws<InvalidOperationException>(() => GradientCheck.Run(
            () => ++calls == 30 ? throw new InvalidOperationException() : Loss(),
            Backward,
            [_first, _second]));

        Assert.Equal(Some.Matrix(4, 3, seed: 1), _first.Value);
    }

    [Fact]
    public void A_loss_that_writes_gradients_does_not_disturb_the_check()
    {
        var report = GradientCheck.Run(
            () =>
            {
                _first.Gradient.AsSpan().Fill(double.NaN);
                return Loss();
            },
            Backward,
            [_first, _second]);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void A_cancellation_stops_between_two_entries()
    {
        using var cancellation = new CancellationTokenSource();
        var calls = 0;

        Assert.Throws<OperationCanceledException>(() => GradientCheck.Run(
            () =>
            {
                if (++calls == 1)
                {
                    cancellation.Cancel();
                }

                return Loss();
            },
            Backward,
            [_first, _second],
            cancellation.Token));

        // the first entry's quotients, and none of the other 21 entries'
        Assert.InRange(calls, 1, 100);
        Assert.Equal(Some.Matrix(4, 3, seed: 1), _first.Value);
    }

    [Fact]
    public void A_check_without_parameters_is_refused()
        => Assert.Throws<ArgumentException>(() => GradientCheck.Run(Loss, Backward, []));

    private void RequireNamed(Parameter<double> parameter, int row, int column)
    {
        var report = Check(() =>
        {
            Backward();
            // Above the tolerance for entries below 1.
            parameter.Gradient.At(row, column, parameter.Gradient.At(row, column) + 1e-6);
        });

        Assert.False(report.Passes());
        Assert.Equal((parameter.Name, row, column), (report.Worst.Name, report.Worst.Row, report.Worst.Column));
    }

    private GradientReport Check(Action backward) => GradientCheck.Run(Loss, backward, [_first, _second]);

    private double Loss() => (Some.Inner(_first.Value, _first.Value) + Some.Inner(_second.Value, _second.Value)) / 2;

    private void Backward()
    {
        _first.Value.CopyTo(_first.Gradient);
        _second.Value.CopyTo(_second.Gradient);
    }
}
