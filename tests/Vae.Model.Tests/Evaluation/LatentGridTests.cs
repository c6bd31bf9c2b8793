using FsCheck;
using FsCheck.Fluent;

namespace Vae.Model.Tests;

public class LatentGridTests
{
    [Theory]
    [InlineData(-1.5, 1.5, 0.03, 100)]
    [InlineData(-5, 5, 0.2, 50)]
    [InlineData(-16, 5, 0.1, 210)]
    [InlineData(0, 1, 1, 1)]
    [InlineData(0, 1, 0.3, 4)]
    [InlineData(0, 1, 5, 1)]
    public void The_values_of_a_sweep_go_from_the_start_in_equal_steps_and_stop_before_the_end(
        double start, double end, double step, int count)
    {
        var values = LatentGrid.Values(start, end, step);
        Assert.Equal(count, values.Length);
        Assert.Equal([.. Enumerable.Range(0, count).Select(i => start + (i * step))], values);
    }

    [Fact]
    public void Any_whole_number_of_steps_gives_that_many_values_below_the_end()
    {
        var steps = Gen.Choose(1, 500);
        var quarters = Gen.Choose(-400, 400);
        Prop.ForAll(
            Arb.From(
                from start in quarters
                from count in steps
                from step in Gen.Choose(1, 300)
                select (start / 4.0, count, step / 100.0)),
            sweep =>
            {
                var (start, count, step) = sweep;
                var values = LatentGrid.Values(start, start + (count * step), step);
                return values.Length == count && values[0] == start && values[^1] < start + (count * step);
            }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0, 1, -0.1)]
    [InlineData(1, 0, 0.1)]
    [InlineData(1, 1, 0.1)]
    [InlineData(double.NaN, 1, 0.1)]
    [InlineData(0, double.NaN, 0.1)]
    [InlineData(0, 1, double.NaN)]
    [InlineData(0, double.PositiveInfinity, 0.1)]
    [InlineData(double.NegativeInfinity, 0, 0.1)]
    [InlineData(0, 1, double.PositiveInfinity)]
    public void An_invalid_sweep_is_refused_with_its_numbers(double start, double end, double step)
        => Assert.Equal(
            $"A sweep wants from < to and a step above 0, but has from {start} to {end} at {step}.",
            Assert.Throws<ArgumentException>(() => LatentGrid.Values(start, end, step)).Message);

    [Fact]
    public void A_sweep_of_over_a_million_values_is_refused()
        => Assert.Contains(
            "take a larger step",
            Assert.Throws<ArgumentException>(() => LatentGrid.Values(0, 1, 1e-9)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_line_sweeps_one_latent_and_holds_the_others_at_0()
    {
        var line = LatentGrid.Line([-1, 0.5, 2], latents: 3, swept: 1);
        Assert.Equal((3, 3), (line.RowCount, line.ColumnCount));
        Assert.Equal([0, 0, 0], line.Row(0));
        Assert.Equal([-1, 0.5f, 2], line.Row(1));
        Assert.Equal([0, 0, 0], line.Row(2));
    }

    [Fact]
    public void A_plane_is_read_from_its_top_row_with_the_first_latent_to_the_right_and_the_second_upwards()
    {
        var plane = LatentGrid.Plane(first: [1, 2, 3], second: [10, 20]);
        Assert.Equal([1, 2, 3, 1, 2, 3], plane.Row(0));
        Assert.Equal([20, 20, 20, 10, 10, 10], plane.Row(1));
    }

    [Fact]
    public void Between_goes_straight_from_one_end_to_the_other_and_includes_both()
    {
        var line = LatentGrid.Between([0.1f, -4], [0.7f, 4], count: 5);
        Assert.Equal([0.1f, -4], line.Column(0));
        Assert.Equal([0.7f, 4], line.Column(4));
        Assert.Equal([-4, -2, 0, 2, 4], line.Row(1));
    }

    [Fact]
    public void Wrong_arguments_of_a_latent_grid_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentGrid.Line([1], latents: 2, swept: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentGrid.Line([1], latents: 2, swept: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentGrid.Between([1], [2], count: 1));
        Assert.StartsWith(
            "Both ends must have one dimension, but have 1 and 2.",
            Assert.Throws<ArgumentException>(() => LatentGrid.Between([1], [2, 3], count: 2)).Message);
    }
}
