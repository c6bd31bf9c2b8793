using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using static Vae.Math.Tests.SomeTable;

namespace Vae.Math.Tests;

/// <summary>The loss and the gradient of a table's likelihood: shapes, masks, weights, draws, threads, messages.</summary>
public class TableLikelihoodTests
{
    private const int Samples = 5;

    private static readonly int Features = SomeTable.Columns.Length;

    public static TheoryData<int, bool, bool> DrawsMasksAndWeights
    {
        get
        {
            var data = new TheoryData<int, bool, bool>();
            foreach (var draws in new[] { 1, 3 })
            {
                data.Add(draws, false, false);
                data.Add(draws, true, false);
                data.Add(draws, false, true);
                data.Add(draws, true, true);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(DrawsMasksAndWeights))]
    public void Backward_agrees_with_central_differences(int draws, bool masked, bool weighted)
    {
        var loss = Likelihood<double>();
        var output = OutputParameter(Samples * draws);
        var observed = masked ? Mask<double>(Samples) : null;
        var target = Target<double>(Samples, observed);
        var weights = weighted ? Weights(Samples * draws) : [.. Enumerable.Repeat(1.0 / (Samples * draws), Samples * draws)];
        var perDraw = new double[Samples * draws];

        var report = GradientCheck.Run(
            () =>
            {
                loss.Forward(output.Value, target, perDraw, WorkerTeam.OfOne, observed);
                return weights.Zip(perDraw, (weight, one) => weight * one).Sum();
            },
            () => loss.Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne, weighted ? weights : [], observed),
            [output]);

        Assert.True(report.Passes(), report.ToString());
    }

    // 7 draws of 5 samples straddle a block of 32 columns.
    [Fact]
    public void Every_column_has_the_bits_that_it_has_alone_in_float_and_double()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            const int Draws = 7;
            var (output, observed) = (Output<T>(Samples * Draws), Mask<T>(Samples));
            var target = Target<T>(Samples, observed);
            var (perDraw, gradient, weights) = (new double[Samples * Draws], output.Clone(), Weights(Samples * Draws));
            Likelihood<T>().Forward(output, target, perDraw, WorkerTeam.OfOne, observed);
            Likelihood<T>().Backward(output, target, gradient, WorkerTeam.OfOne, weights, observed);

            for (var column = 0; column < Samples * Draws; column++)
            {
                var (alone, x, known) = (
                    Some.Column(output, column), Some.Column(target, column / Draws), Some.Column(observed, column / Draws));
                var (one, oneGradient) = (new double[1], alone.Clone());
                Likelihood<T>().Forward(alone, x, one, WorkerTeam.OfOne, known);
                Likelihood<T>().Backward(alone, x, oneGradient, WorkerTeam.OfOne, [weights[column]], known);

                Assert.Equal(one[0], perDraw[column]);
                Assert.Equal(Some.Doubles(oneGradient), Some.Doubles(Some.Column(gradient, column)));
            }
        }
    }

    [Fact]
    public void Forward_and_backward_in_one_have_the_bits_of_both_for_any_number_of_threads()
    {
        const int Many = 300;
        var (output, observed) = (Output<float>(Many * 2), Mask<float>(Many));
        var target = Target<float>(Many, observed);
        var (apart, gradient) = (new double[Many * 2], output.Clone());
        var mean = Likelihood<float>().Forward(output, target, apart, WorkerTeam.OfOne, observed);
        Likelihood<float>().Backward(output, target, gradient, WorkerTeam.OfOne, observed: observed);

        var together = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var (perDraw, oneGradient) = (new double[Many * 2], Some.Filled<float>(output.RowCount, Many * 2, 7));
            var one = Likelihood<float>().ForwardBackward(output, target, perDraw, oneGradient, team, observed);
            return (double[])[one, .. perDraw, .. Some.Doubles(oneGradient)];
        });

        Assert.All(together, one => Assert.Equal([mean, .. apart, .. Some.Doubles(gradient)], one));
    }

    [Fact]
    public void Own_gradients_times_the_weights_have_the_bits_of_a_weighted_backward_pass_for_any_number_of_threads()
    {
        const int Many = 300;
        var (output, observed) = (Output<float>(Many * 2), Mask<float>(Many));
        var target = Target<float>(Many, observed);
        double[] weights = [.. Weights(Many * 2).Select((weight, draw) => draw % 7 == 0 ? 0 : weight)];
        var (apart, gradient) = (new double[Many * 2], output.Clone());
        var mean = Likelihood<float>().Forward(output, target, apart, WorkerTeam.OfOne, observed);
        Likelihood<float>().Backward(output, target, gradient, WorkerTeam.OfOne, weights, observed);

        var together = Some.ByTeamsOfOneTwoAndThree(team =>
        {
            var (perDraw, own) = (new double[Many * 2], Some.Filled<float>(output.RowCount, Many * 2, 7));
            var one = Likelihood<float>().ForwardWithOwnGradients(output, target, perDraw, own, team, observed);
            TableLikelihood<float>.WeighGradient(own, weights, team);
            return (double[])[one, .. perDraw, .. Some.Doubles(own)];
        });

        Assert.All(together, one => Assert.Equal([mean, .. apart, .. Some.Doubles(gradient)], one));
    }

    [Fact]
    public void Unknown_entries_have_the_loss_0_and_the_gradient_0_even_where_an_output_is_not_a_number()
    {
        var loss = Likelihood<double>();
        var output = Some.Filled<double>(loss.OutputRows(Features), 2, double.NaN);
        var (gradient, density, perDraw) = (output.Clone(), Some.Filled<double>(Features, 2, 7), new double[2]);
        var (target, observed) = (Some.Filled<double>(Features, 2, double.NaN), Some.Zeros<double>(Features, 2));

        Assert.Equal(0, loss.ForwardBackward(output, target, perDraw, gradient, WorkerTeam.OfOne, observed));
        loss.LogDensity(output, target, density, WorkerTeam.OfOne, observed);

        Assert.All(Some.Doubles(gradient), value => Assert.Equal(0, value));
        Assert.All(Some.Doubles(density), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_column_of_weight_0_has_the_gradient_0_even_where_its_outputs_are_not_numbers()
    {
        var output = Output<double>(2);
        output.SetColumn(1, [.. Enumerable.Repeat(double.NaN, output.RowCount)]);
        var gradient = output.Clone();

        Likelihood<double>().Backward(output, Target<double>(2), gradient, WorkerTeam.OfOne, [1, 0]);

        Assert.All(Some.Doubles(Some.Column(gradient, 0)), value => Assert.True(double.IsFinite(value)));
        Assert.All(Some.Doubles(Some.Column(gradient, 1)), value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_log_densities_of_a_column_add_up_to_minus_its_loss()
    {
        var (output, target) = (Output<double>(Samples), Target<double>(Samples));
        var (perDraw, density) = (new double[Samples], Some.Zeros<double>(Features, Samples));

        Likelihood<double>().Forward(output, target, perDraw, WorkerTeam.OfOne);
        Likelihood<double>().LogDensity(output, target, density, WorkerTeam.OfOne);

        var sums = density.ColumnSums();
        Assert.All(perDraw.Zip(sums), pair => Assert.Equal(0, pair.First + pair.Second, 1e-14 * double.Abs(pair.First))); // order
    }

    [Fact]
    public void A_warm_pass_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        var loss = Likelihood<float>();
        var (output, observed) = (Output<float>(256), Mask<float>(128));
        var target = Target<float>(128, observed);
        var (gradient, perDraw, weights) = (output.Clone(), new double[256], Weights(256));
        var density = Some.Zeros<float>(Features, 256);

        Assert.Equal(0, Some.AllocatedBytes(() =>
        {
            loss.ForwardBackward(output, target, perDraw, gradient, team, observed);
            loss.Forward(output, target, perDraw, team, observed);
            loss.Backward(output, target, gradient, team, weights, observed);
            loss.ForwardWithOwnGradients(output, target, perDraw, gradient, team, observed);
            TableLikelihood<float>.WeighGradient(gradient, weights, team);
            loss.LogDensity(output, target, density, team, observed);
            loss.Draw(output, density, new RandomDraws(Seed: 1, Purpose: 0, Step: 0));
            loss.Mean(output, density);
        }));
    }

    [Fact]
    public void A_known_target_out_of_range_is_refused_with_its_feature_and_its_sample()
    {
        var target = Target<double>(3);
        target.At(1, 2, double.NegativeInfinity);                     // no zeros of its own
        var output = Output<double>(6);

        foreach (var pass in new Action[]
        {
            () => Likelihood<double>().Forward(output, target, new double[6], WorkerTeam.OfOne),
            () => Likelihood<double>().Backward(output, target, output.Clone(), WorkerTeam.OfOne),
        })
        {
            Assert.Equal(
                $"Feature 1 wants a finite number, but is {double.NegativeInfinity} in sample 2 of the batch. "
                + "(Parameter 'target')",
                Assert.Throws<ArgumentException>(pass).Message);
        }
    }

    [Fact]
    public void A_mask_with_another_number_than_0_or_1_is_refused_with_its_feature_and_its_sample()
    {
        var observed = Some.Filled<double>(Features, 3, 1);
        observed.At(4, 2, 0.5);

        var failure = Assert.Throws<ArgumentException>(() => Likelihood<double>().Forward(
            Output<double>(3), Target<double>(3), new double[3], WorkerTeam.OfOne, observed));

        Assert.Equal(
            "Must hold 0 or 1 alone, but feature 4 of sample 2 of the batch is 0.5. (Parameter 'observed')", failure.Message);
    }

    [Fact]
    public void A_target_with_another_number_of_features_is_refused()
    {
        var failure = Assert.Throws<ArgumentException>(() => Likelihood<double>().Forward(
            Output<double>(3), Some.Zeros<double>(4, 3), new double[3], WorkerTeam.OfOne));

        Assert.Equal("Must be 9, one for each column of the table, but is 4. (Parameter 'features')", failure.Message);
    }

    [Fact]
    public void The_shared_rows_are_the_last_of_a_column()
    {
        var likelihood = Likelihood<float>();

        // The scale of column 1; the degrees of freedom of column 2; scale and degrees of column 3; the degrees of column 7.
        Assert.Equal([3, 6, 8, 9, 28], Enumerable.Range(0, likelihood.SharedRows.Count).Where(row => likelihood.SharedRows[row]));
        Assert.Equal([0, 2, 4, 7, 10, 19, 22, 25, 29], Enumerable.Range(0, Features).Select(likelihood.FirstRow));
    }

    [Fact]
    public void A_table_without_a_column_is_refused()
        => Assert.Throws<ArgumentException>(() => new TableLikelihood<float>([]));
}
