using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Training a <see cref="VaeModel"/> on data in one call.</summary>
public class VaeModelTrainingTests
{
    // Normal rows lie on a plane in six columns of very different sizes, with a hundredth of noise; an anomaly has
    // columns that are each as usual as any, but come from different rows: off the plane by about a deviation a
    // column, of which a model can tell a twentieth (the floor of its variance, exp(-6)). So one that has found the
    // plane ranks nearly all of them above all normal rows, and one that knows the columns only one by one is at 0.5.
    // 0.95 is between, with room for what 60 epochs leave to learn.
    [Fact]
    public void Anomalies_that_show_only_in_all_columns_together_are_told_from_normal_rows()
    {
        var random = new Random(11);
        var normal = Enumerable.Range(0, 600).Select(_ => Row(random)).ToArray();
        var fresh = Enumerable.Range(0, 200).Select(_ => Row(random)).ToArray();
        var anomalies = Enumerable.Range(0, 200)
            .Select(_ => Row(random).Select((_, column) => Row(random)[column]).ToArray())
            .ToArray();
        var model = VaeModel.Train(
            ArraySamples.From(normal),
            new VaeOptions { Features = 6, Hidden = [32], Latent = 2, Likelihood = Likelihood.GaussianWithVariance },
            new TrainingOptions
            {
                Epochs = 60, BatchSize = 32, ValidationSamples = 60, Adam = new AdamOptions { LearningRate = 3e-3 },
            },
            Scaling.Standard);

        var area = AreaUnderRoc(model.AnomalyScores(new ArraySamples(fresh)), model.AnomalyScores(new ArraySamples(anomalies)));

        Assert.True(area >= 0.95, $"{area}");
    }

    [Fact]
    public void A_trained_VaeModel_equals_the_model_of_a_run_with_the_same_options()
    {
        using var folder = new TemporaryFolder();
        var data = Units(60);
        var training = new TrainingOptions { Epochs = 3, BatchSize = 10, ValidationSamples = 12, Seed = 5 };
        var options = Some.Shape(4, likelihood: Likelihood.GaussianPixelVariance);
        var record = new RunRecord(options, training, new DataRecord("noise", 60, "ab"))
        {
            Preparation = Preparation.Fit(data, Scaling.MinMax, training),
        };
        using (var run = TrainingRun<float>.Begin(folder.FullPath, record, data, new SimdProduct<float>(WorkerTeam.OfOne)))
        {
            run.Train();
        }

        var trained = VaeModel.Train(data, options, training, Scaling.MinMax);

        Assert.Equal(VaeModel.Load(folder.FullPath).AnomalyScores(data), trained.AnomalyScores(data));
    }

    [Fact]
    public void Training_without_options_uses_the_defaults_for_a_table()
    {
        var seen = new List<TrainingProgress>();
        var data = new RecordingSamples(Some.Rows(60, 12));

        VaeModel.Train(data, Some.Shape(), progress: new Told(seen.Add));

        Assert.Equal(
            (100, TrainingOptions.ForTable(60).Epochs),
            (
                seen.Select(progress => progress.Epoch).Distinct().Count(),
                seen.Max(progress => progress.Epoch) - seen.Min(progress => progress.Epoch) + 1));
        Assert.Null(VaeModel.Train(Some.Rows(3, 12), Some.Shape()).Preparation); // a tenth of three is none, and that will do
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public void A_cancelled_training_throws_before_and_after_its_first_step(int batches)
    {
        using var source = new CancellationTokenSource();
        var done = 0;
        if (batches == 0)
        {
            source.Cancel();
        }

        var failure = Assert.Throws<OperationCanceledException>(() => VaeModel.Train(
            Units(60),
            Some.Shape(4, likelihood: Likelihood.Gaussian),
            new TrainingOptions { Epochs = 1000, BatchSize = 10, ValidationSamples = 6 },
            Scaling.Standard,
            new Told(_ => { if (++done == batches) { source.Cancel(); } }), cancellationToken: source.Token));

        Assert.Equal(source.Token, failure.CancellationToken);
        Assert.InRange(done, batches, batches + 1);                   // the step under way is finished
    }

    [Fact]
    public void Scoring_can_be_cancelled_between_rows()
    {
        using var source = new CancellationTokenSource();
        var model = new VaeModel(SomeModel.Of(Some.Shape()));
        var reports = 0;

        Assert.Throws<OperationCanceledException>(() => model.AnomalyScores(
            Some.Rows(1000, 12), progress: new Counted(() => { reports++; source.Cancel(); }), cancellationToken: source.Token));

        Assert.Equal(1, reports);
    }

    [Fact]
    public void A_file_that_is_cut_off_during_scoring_gives_an_IOException_with_its_path()
    {
        using var folder = new TemporaryFolder();
        using var samples = Some.InFile(folder.File("samples"), Some.Blobs(2000, 12));
        var model = new VaeModel(SomeModel.Of(Some.Shape()));

        var failure = Assert.ThrowsAny<IOException>(() => model.AnomalyScores(
            samples, progress: new Counted(() => Some.Shorten(folder.File("samples"), 500))));

        Assert.Contains(folder.File("samples"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_does_not_fit_the_model_is_refused_before_the_first_step_with_its_row()
    {
        var rows = Enumerable.Range(0, 2000).Select(_ => new float[] { 0.5f, 0.5f }).ToArray();
        rows[1500][1] = 1.25f;
        Require(
            "sample 1500, feature 1 must be from 0 to 1 for the Bernoulli likelihood, but is 1.25. "
                + "Scale the data to 0 to 1 (min-max), or take a Gaussian likelihood.",
            () => VaeModel.Train(new ArraySamples(rows), Some.Shape(2)));
        rows[1500][1] = float.NaN;
        Require(
            "sample 1500, feature 1 must be a finite number, but is NaN. Mend that row or leave it out.",
            () => VaeModel.Train(new ArraySamples(rows), Some.Shape(2)));
        Require(
            "The model wants samples of 3 features, but the data has 2. "
                + "Use the data that the model was trained on, or train a model for this data. (Parameter 'data')",
            () => VaeModel.Train(new ArraySamples(rows), Some.Shape(3)));
        Assert.Throws<ArgumentException>(
            () => VaeModel.Train(Some.Rows(5, 2), Some.Shape(2), new TrainingOptions { ValidationSamples = 5 }));
        Assert.Throws<ArgumentException>(() => VaeModel.Train(Some.Rows(5, 2), Some.Shape(2) with { Classes = 2 }));
        Assert.Throws<ArgumentException>(() => VaeModel.Train(Some.Rows(5, 2), Some.Shape(2) with { Latent = 0 }));
    }

    // A held-out row is not among those that the scaling was fitted to.
    [Fact]
    public void A_held_out_row_outside_the_range_of_the_others_is_clamped_to_it()
    {
        var training = new TrainingOptions { Epochs = 1, ValidationSamples = 5, BatchSize = 5 };
        var heldOut = new SampleOrder(20, 5, training.Seed).Validation[2];
        var rows = Enumerable.Range(0, 20).Select(i => new float[] { i % 4 }).ToArray();
        rows[heldOut][0] = 6;

        var model = VaeModel.Train(new ArraySamples(rows), Some.Shape(1), training, Scaling.MinMax);

        Assert.Equal(3, model.Preparation!.Scale[0]);                 // 0 to 3: the 6 was not seen
        Assert.Equal(model.Encode([3]), model.Encode(rows[heldOut]));
        rows[heldOut][0] = 3;
        Assert.Equal(
            model.Encode([1]), VaeModel.Train(new ArraySamples(rows), Some.Shape(1), training, Scaling.MinMax).Encode([1]));
    }

    // Seconds since 1970 with a deviation of a minute, and 1e12 with one of 1000, whose last digit is 1.2e-7 of a deviation.
    // Thirty epochs make more of such roundings: 0.16 % of a score, where floats made 90 %.
    [Theory]
    [InlineData(1.7e9, 60)]
    [InlineData(1e12, 1000)]
    public void A_column_with_a_large_offset_gives_the_scores_of_the_same_column_without_it(double offset, double deviation)
    {
        double[] Near(Random random)
        {
            var x = random.NextDouble() + random.NextDouble() - 1;
            return [x, (2 * x) + (random.NextDouble() / 5)];
        }

        var random = new Random(3);
        double[][] rows = [.. Enumerable.Range(0, 300).Select(_ => Near(random))];
        double[][] unlike = [[1, 1], [1, -1], [20, 1]];
        var near = Scores(row => row);
        var far = Scores(row => [offset + (deviation * row[0]), row[1]]);

        Assert.All(near.Zip(far), pair => Assert.Equal(pair.First, pair.Second, double.Abs(pair.First) * 1e-2));
        Assert.True(near[2] > near[1] + 1 && near[1] > near[0] + 1, string.Join(", ", near));

        double[] Scores(Func<double[], double[]> inUnits)
        {
            var data = new DoubleSamples([.. rows.Select(inUnits)]);
            var training = TrainingOptions.ForTable(300) with { Epochs = 30 };
            return VaeModel.Train(data, VaeOptions.ForTable(2), training, Scaling.Standard)
                .AnomalyScores(new DoubleSamples([.. unlike.Select(inUnits)]), draws: 200);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Min_max_scaling_stays_within_0_and_1_in_both_kinds_of_number(int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 50)
            .Select(_ => Enumerable.Range(0, 40).Select(_ => (random.NextSingle() - 0.3f) * 37.7f).ToArray())
            .ToArray();
        var data = Preparation.Fit(new ArraySamples(rows), Scaling.MinMax, new TrainingOptions { ValidationSamples = 0 })
            .Apply(new ArraySamples(rows));
        var (single, twice) = (new float[40 * 50], new double[40 * 50]);
        data.Gather<float>([.. Enumerable.Range(0, 50)], single);
        data.Gather<double>([.. Enumerable.Range(0, 50)], twice);

        Assert.All(single, number => Assert.InRange(number, 0, 1));
        Assert.All(twice, number => Assert.InRange(number, 0, 1));
        Assert.Equal(1, single.Max());
    }

    private static void Require(string message, Action training)
        => Assert.Equal(message, Assert.Throws<ArgumentException>(training).Message);

    private static ArraySamples Units(int count)
    {
        var random = new Random(4);
        return ArraySamples.From(Enumerable.Range(0, count).Select(_ => Row(random)[..4]));
    }

    private static float[] Row(Random random)
    {
        double u = random.NextDouble() - 0.5, v = random.NextDouble() - 0.5;
        double[] columns = [u, v, u + v, u - v, (2 * u) + v, v - (2 * u)];
        return
        [
            .. columns.Select((x, i) => (float)((x + (0.01 * (random.NextDouble() - 0.5))) * double.Pow(10, i - 2) + (100 * i))),
        ];
    }

    private static double AreaUnderRoc(double[] normal, double[] anomalies)
        => anomalies.Average(anomaly => normal.Average(score => score < anomaly ? 1.0 : score == anomaly ? 0.5 : 0));

    private sealed class Counted(Action told) : IProgress<int>
    {
        public void Report(int value) => told();
    }
}
