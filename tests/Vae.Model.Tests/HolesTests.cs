using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Missing numbers, gathered as NaN, are masked everywhere: the encoder reads 0, and the likelihood leaves
/// them out.</summary>
public class HolesTests
{
    private const double Variance = 0.3;

    private static readonly TrainingOptions Short = new() { Epochs = 3, BatchSize = 20, ValidationSamples = 20 };

    [Theory, MemberData(nameof(GradientCheckTests.EveryBoundAndLikelihood), MemberType = typeof(GradientCheckTests))]
    public void The_gradient_under_a_mask_agrees_with_central_differences(string bound, Likelihood likelihood)
    {
        var options = Some.With(bound, Some.Shape(features: 7, [6, 5], latent: 3, likelihood, klWeight: 0.5));
        Assert.All(
            ModelCheck.Run(options, samples: 4, missing: 0.4, seed: 5),
            parameter => Assert.True(parameter.Passes(), parameter.ToString()));
    }

    [Theory, MemberData(nameof(GradientCheckTests.EveryBoundAndLikelihood), MemberType = typeof(GradientCheckTests))]
    public void A_source_that_might_miss_numbers_but_has_all_gives_the_bits_of_another(string bound, Likelihood likelihood)
    {
        var options = Some.With(bound, Some.Shape(5, likelihood: likelihood));
        var rows = Rows(60, 5, missing: 0);

        Assert.Equal(Trained(new Masked(rows, float.NaN), options), Trained(ArraySamples.From(rows.Select(Floats)), options));
    }

    // A NaN has 51 bits that nobody reads, and here stand other ones.
    [Theory, MemberData(nameof(GradientCheckTests.EveryBoundAndLikelihood), MemberType = typeof(GradientCheckTests))]
    public void What_stands_in_the_place_of_a_missing_number_has_no_influence(string bound, Likelihood likelihood)
    {
        var options = Some.With(bound, Some.Shape(5, likelihood: likelihood));
        var rows = Rows(60, 5, missing: 0.3);

        var (one, other) = (Trained(new Masked(rows, float.NaN), options), Trained(new Masked(rows, OtherNaN), options));

        Assert.All(one, number => Assert.True(double.IsFinite(number)));
        Assert.Equal(one, other);
    }

    [Fact]
    public void The_encoder_reads_0_for_a_missing_number_and_the_decoder_gets_no_gradient_for_it()
    {
        var data = new DoubleSamples(Rows(6, 5, missing: 0.4));
        var options = Some.Shape(5, likelihood: Likelihood.GaussianWithVariance);
        var (model, a) = (Some.Model<double>(options), Some.Batch<double>(options, samples: 6));
        new SampleReader<double>(options, data, WorkerTeam.OfOne, seed: 1, Purpose.TrainingPixels).Read([0, 1, 2, 3, 4, 5], a);
        model.ForwardBackward(a);

        var gathered = new double[30];
        data.Gather<double>([0, 1, 2, 3, 4, 5], gathered);
        Assert.Contains(double.NaN, gathered);
        for (var i = 0; i < gathered.Length; i++)
        {
            var isMissing = double.IsNaN(gathered[i]);
            Assert.Equal(isMissing ? 0 : gathered[i], a.Input.AsSpan()[i]);
            Assert.Equal(isMissing ? 0 : 1, a.Observed!.AsSpan()[i]);
            Assert.Equal(isMissing, a.OutputGradient.AsSpan()[i] == 0);
        }
    }

    [Fact]
    public void Activations_that_were_used_with_a_mask_are_used_without_one_for_complete_rows()
    {
        var options = Some.Shape(5, likelihood: Likelihood.Gaussian);
        var (model, a) = (Some.Model<double>(options), Some.Batch<double>(options, samples: 4));
        var complete = new DoubleSamples(Rows(4, 5, missing: 0));

        var before = Loss(complete);
        Assert.NotEqual(before, Loss(new DoubleSamples(Rows(4, 5, missing: 0.4))));
        Assert.Equal(before, Loss(complete));

        Objective Loss(ISampleSource data)
        {
            new SampleReader<double>(options, data, WorkerTeam.OfOne, 1, Purpose.TrainingPixels).Read([0, 1, 2, 3], a);
            return model.Forward(a);
        }
    }

    // The encoder is made for complete rows, so its posterior is off here; the average over many draws does not mind. Weights of
    // a variance below 10: the bias of the logarithm, var / 2n, is below 3e-4 with 20,000 draws.
    [Fact]
    public void Importance_sampling_finds_the_closed_log_likelihood_of_the_observed_numbers()
    {
        var model = new LinearGaussian(LinearGaussian.Oblique, Variance, logFactor: [0.7, 0.7]);
        var nan = double.NaN;
        double[][] rows = [[0.5, nan, 1], [nan, -0.5, nan], [0, 0.25, 0], [nan, nan, nan]];
        foreach (var row in rows)
        {
            var sampler = new ImportanceSampler<double>(model.Model());
            var estimates = Averages.Of(Enumerable.Range(0, 10)
                .Select(seed => -sampler.Estimate(new DoubleSamples([row]), 20_000, (ulong)seed).NegativeLogLikelihood));
            var exact = model.LogLikelihood(row);

            Assert.True(estimates.StandardError() < 5e-3, $"{estimates.StandardError()}");
            Assert.InRange(
                estimates.Means[0],
                exact - 3e-4 - (4 * estimates.StandardError()),
                exact + (4 * estimates.StandardError()));
        }
    }

    [Fact]
    public void The_bound_in_training_is_below_the_log_likelihood_of_the_observed_numbers()
    {
        var exact = new LinearGaussian(LinearGaussian.Oblique, Variance);
        double[] row = [0.5, double.NaN, 1];
        var data = new DoubleSamples([.. Enumerable.Repeat(row, 2000)]);
        var options = exact.Options with { Bound = Bound.ImportanceWeighted, Draws = 5 };
        var bound = -new Evaluator<double>(exact.Model(options)).Evaluate(data, seed: 2).Loss;
        var elbo = -new Evaluator<double>(exact.Model(options)).Evaluate(data, seed: 2).NegativeElbo;

        Assert.True(elbo < bound && bound < exact.LogLikelihood(row), $"{elbo}, {bound}, {exact.LogLikelihood(row)}");
    }

    // Two, one, three and no number of three: six of twelve.
    [Fact]
    public void The_constant_of_a_Gaussian_counts_the_observed_numbers_alone()
    {
        var options = Some.Shape(3, likelihood: Likelihood.Gaussian, klWeight: Variance);
        var model = Some.Model<double>(options);
        var nan = double.NaN;
        var data = new DoubleSamples([[0.5, nan, 1], [nan, -0.5, nan], [0, 0.25, 0], [nan, nan, nan]]);
        var objective = new Evaluator<double>(model, batchSize: 3).Evaluate(data, seed: 1);
        var estimate = new ImportanceSampler<double>(model).Estimate(data, draws: 10, seed: 1);
        var constant = 6.0 / 4 / 2 * double.Log(2 * double.Pi * Variance);

        // Roundings of numbers near 10.
        Assert.Equal((objective.Reconstruction / Variance) + constant + objective.Kl, objective.NegativeElbo, 1e-13);
        Assert.Equal((estimate.Reconstruction / Variance) + constant + estimate.Kl, estimate.NegativeElbo, 1e-13);
        Assert.Equal(0, new Evaluator<double>(model).Evaluate(data, [3], seed: 1).Reconstruction);
    }

    [Theory]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.MinMax)]
    public void A_preparation_is_fitted_to_the_numbers_that_are_there(Scaling scaling)
    {
        var nan = double.NaN;
        var all = new TrainingOptions { ValidationSamples = 0 };
        var holes = Preparation.Fit(new DoubleSamples([[1, nan, nan], [nan, 4, nan], [3, 8, nan]]), scaling, all);
        var complete = Preparation.Fit(new DoubleSamples([[1, 4, 0], [3, 8, 0]]), scaling, all);

        Assert.Equal(complete, holes);
        Assert.Equal((0, 1), (holes.Offset[2], holes.Scale[2]));
    }

    [Fact]
    public void NaN_is_missing_where_the_source_says_so_and_infinity_is_refused_everywhere()
    {
        var options = Some.Shape(2);
        var nan = new DoubleSamples([[0, 1], [1, double.NaN]]);
        var infinite = new DoubleSamples([[0, double.NaN], [double.PositiveInfinity, 1]]);
        var all = new TrainingOptions { ValidationSamples = 0 };
        const string message = "row 1, feature 0 must be a finite number, but is Infinity. Mend that row or leave it out.";

        SampleRange.Require(nan, options);
        SampleRange.Require(new LabelledSamples(nan, [0, 1], 2), options);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => SampleRange.Require(infinite, options)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Preparation.Fit(infinite, Scaling.MinMax, all)).Message);
        Assert.Throws<ArgumentException>(() => SampleRange.Require(new ArraySamples([[0, 1], [1, float.NaN]]), options));
    }

    [Fact]
    public void Each_column_of_a_table_has_the_values_that_its_likelihood_accepts()
    {
        ColumnLikelihood[] columns =
        [
            new() { Family = ColumnFamily.Gaussian, HasZeros = true }, new() { Family = ColumnFamily.Gaussian },
            new() { Family = ColumnFamily.Poisson }, new() { Family = ColumnFamily.Bernoulli },
        ];
        var options = new VaeOptions
        {
            Features = 4, Columns = [.. columns.Select(column => new ColumnOptions(column))], Likelihood = Likelihood.Columns,
        };
        void Require(params double[] row) => SampleRange.Require(new DoubleSamples([[1, 1, 1, 1], row]), options);
        void Refuse(string message, params double[] row)
            => Assert.Equal(message, Assert.Throws<ArgumentException>(() => Require(row)).Message);

        Require(double.NegativeInfinity, -3.5, 7, 0);
        Require(double.NaN, double.NaN, double.NaN, double.NaN);
        Refuse(
            "row 1, feature 1 must be a finite number, but is -Infinity. Mend that row or leave it out.",
            0, double.NegativeInfinity, 0, 0);
        Refuse(
            "row 1, feature 2 must be a whole number from 0 to 2^53, but is 2.5. Mend that row or leave it out.", 0, 0, 2.5, 0);
        Refuse("row 1, feature 3 must be 0 or 1, but is 2. Mend that row or leave it out.", 0, 0, 0, 2);
    }

    [Theory]
    [InlineData(Scaling.None)]
    [InlineData(Scaling.MinMax)]
    public void A_model_takes_rows_with_missing_numbers_one_by_one_and_all_at_once(Scaling scaling)
    {
        var data = new DoubleSamples(Rows(40, 5, missing: 0.3));
        var model = VaeModel.Train(data, Some.Shape(5), Short, scaling);
        var (codes, scores, made) = (model.EncodeAll(data), model.AnomalyScores(data, draws: 3), model.ReconstructAll(data));
        float[] complete = [0.1f, 0.2f, 0.3f, 0.4f, 0.5f];
        var before = model.AnomalyScore(complete);
        for (var i = 0; i < data.Count; i++)
        {
            var row = data.Row(i);
            Assert.Equal(codes[i], model.Encode(row));
            Assert.Equal(scores[i], model.AnomalyScore(row, draws: 3));
            Assert.Equal(made[i], model.Reconstruct(row));
            Assert.All(made[i], number => Assert.True(float.IsFinite(number)));
        }

        Assert.Equal(before, model.AnomalyScore(complete));
        Assert.True(double.IsFinite(model.AnomalyScore([float.NaN, float.NaN, float.NaN, float.NaN, float.NaN])));
    }

    [Theory]
    [InlineData(Pixels.Threshold)]
    [InlineData(Pixels.Dynamic)]
    public void Missing_pixels_of_a_model_of_zeros_and_ones_are_masked(Pixels pixels)
    {
        var data = new DoubleSamples(Rows(60, 5, missing: 0.3));

        Assert.All(Trained(data, Some.Shape(5) with { Pixels = pixels }), number => Assert.True(double.IsFinite(number)));
    }

    [Fact]
    public void Pictures_of_the_inputs_show_0_for_a_missing_number()
    {
        var inputs = new LatentSpace<float>(Some.Model<float>(Some.Shape(2)))
            .Inputs(new DoubleSamples([[0.5, double.NaN], [double.NaN, 0.25]]), [0, 1]);

        Assert.Equal([0.5f, 0, 0, 0.25f], inputs.AsSpan());
    }

    // Weights, the measures of each epoch, and everything that a trained model says of its data.
    private static double[] Trained(ISampleSource data, VaeOptions options)
    {
        var trainer = TrainerTests.Trainer<float>(data, Short, options);
        var run = new Remembered<float>();
        trainer.Train(run);
        var latents = new LatentSpace<float>(trainer.Model).Encode(data, [0, 1, 2]);
        var estimate = new ImportanceSampler<float>(trainer.Model).Estimate(data, draws: 5, seed: 1);
        return
        [
            .. Some.Weights(trainer.Model),
            .. run.Epochs.SelectMany(epoch => new[] { epoch.Training.Loss, epoch.Validation!.Value.NegativeElbo }),
            .. Some.Numbers([latents.Mean, latents.LogVariance]),
            estimate.NegativeLogLikelihood,
            .. new VaeModel(trainer.Model).AnomalyScores(data, draws: 3),
        ];
    }

    private static float OtherNaN => BitConverter.UInt32BitsToSingle(0xffd12345);

    private static float[] Floats(double[] row) => [.. row.Select(number => (float)number)];

    private static double[][] Rows(int count, int features, double missing)
    {
        var random = new Random(7);
        double[] Row()
            => [.. Enumerable.Range(0, features).Select(_ => random.NextDouble() < missing ? double.NaN : random.NextSingle())];
        return [.. Enumerable.Range(0, count).Select(_ => Row())];
    }

    // Rows whose missing numbers are the given NaN, and which say that some may be missing.
    private sealed class Masked(double[][] rows, float nan) : IIncompleteSamples
    {
        public int Count => rows.Length;

        public int Features => rows[0].Length;

        public bool HasMissing => true;

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (var i = 0; i < samples.Length; i++)
            {
                for (var feature = 0; feature < Features; feature++)
                {
                    var number = rows[samples[i]][feature];
                    batch[(i * Features) + feature] = double.IsNaN(number) ? T.CreateTruncating(nan) : T.CreateTruncating(number);
                }
            }
        }
    }
}
