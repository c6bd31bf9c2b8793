using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

public class SampleGateTests
{
    private const ulong Seed = 5;

    [Fact]
    public void Grey_pixels_pass_the_gate_unchanged()
    {
        var data = Some.Blobs(6, 9);

        Assert.Equal(Gathered<float>(data, 4, 2), Gathered<float>(Binarised(data, Pixels.Grey), 4, 2));
        Assert.Equal((6, 9), (Binarised(data, Pixels.Grey).Count, Binarised(data, Pixels.Grey).Features));
    }

    [Fact]
    public void Grey_pixels_may_be_any_numbers()
        => Assert.Equal([-3, 7], Gathered<float>(Binarised(new ArraySamples([[-3, 7]]), Pixels.Grey), 0));

    [Fact]
    public void A_thresholded_pixel_is_one_from_a_half_upwards()
    {
        var data = new ArraySamples([[0.5f, float.BitDecrement(0.5f), 0, 1], [0.25f, 0.75f, 0.5f, 0.49f]]);

        Assert.Equal([0, 1, 1, 0, 1, 0, 0, 1], Gathered<float>(Binarised(data, Pixels.Threshold), 1, 0));
        Assert.Equal([0, 1, 1, 0, 1, 0, 0, 1], Gathered<double>(Binarised(data, Pixels.Threshold), 1, 0));
        Assert.Equal([0, 1], Gathered<float>(Binarised(new ByteSamples([127, 128], 2), Pixels.Threshold), 0));
    }

    // 127 / 255 and its neighbours, drawn in n epochs: a mean of n draws has the standard error sqrt(p (1 - p) / n). Of twelve
    // means one is beyond five standard errors once in 150,000 seeds, and the seed is fixed.
    [Fact]
    public void The_mean_of_a_drawn_pixel_over_many_epochs_approaches_the_grey_pixel()
    {
        const int Epochs = 4000;
        byte[] bytes = [1, 25, 51, 102, 127, 128, 153, 204, 230, 250, 253, 254];
        var data = Binarised(new ByteSamples(bytes, 6), Pixels.Dynamic);
        var sums = new double[bytes.Length];
        for (data.Gate.Epoch = 0; data.Gate.Epoch < Epochs; data.Gate.Epoch++)
        {
            var drawn = Gathered<float>(data, 0, 1);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += drawn[i];
            }
        }

        for (var i = 0; i < sums.Length; i++)
        {
            var p = bytes[i] / 255.0;
            Assert.InRange((sums[i] / Epochs) - p, -5 * double.Sqrt(p * (1 - p) / Epochs), 5 * double.Sqrt(p * (1 - p) / Epochs));
        }
    }

    [Fact]
    public void A_drawn_pixel_is_zero_or_one_and_nothing_else()
        => Assert.All(
            Gathered<float>(Binarised(Some.Rows(20, 33), Pixels.Dynamic), [.. Enumerable.Range(0, 20)]),
            x => Assert.True(x is 0 or 1));

    [Fact]
    public void Black_and_white_pixels_are_drawn_as_they_are()
    {
        var data = Binarised(
            new ByteSamples([.. Enumerable.Repeat((byte)0, 500), .. Enumerable.Repeat((byte)255, 500)], 500), Pixels.Dynamic);
        for (data.Gate.Epoch = 0; data.Gate.Epoch < 100; data.Gate.Epoch++)
        {
            Assert.Equal((0, 1), (Gathered<float>(data, 0).Max(), Gathered<float>(data, 1).Min()));
        }
    }

    // The formula of the documentation, with 7 features, so that samples begin within a block of four draws.
    [Theory, InlineData(7), InlineData(8)]
    public void A_pixel_is_one_where_the_uniform_draw_of_its_sample_and_feature_is_below_it(int features)
    {
        var data = Some.Rows(10, features);
        var draws = new RandomDraws(Seed, (uint)Purpose.TrainingPixels, 3);
        var expected = Gathered<float>(data, 9, 4)
            .Select((p, i) => draws.Uniform(((i < features ? 9 : 4) * features) + (i % features)) < p ? 1f : 0f);

        Assert.Equal(expected, Gathered<float>(Binarised(data, Pixels.Dynamic, epoch: 3), 9, 4));
    }

    [Fact]
    public void Another_epoch_another_purpose_and_another_seed_draw_other_pixels()
    {
        var data = Some.Rows(10, 30);
        int[] all = [.. Enumerable.Range(0, 10)];
        float[][] drawn =
        [
            Gathered<float>(new GatedSamples(data, Pixels.Dynamic, 1, Purpose.TrainingPixels, 0), all),
            Gathered<float>(new GatedSamples(data, Pixels.Dynamic, 1, Purpose.TrainingPixels, 1), all),
            Gathered<float>(new GatedSamples(data, Pixels.Dynamic, 1, Purpose.EvaluationPixels, 0), all),
            Gathered<float>(new GatedSamples(data, Pixels.Dynamic, 2, Purpose.TrainingPixels, 0), all),
        ];

        // Uniform pixels: two draws differ with probability 1/3, so 300 of them
        // are 100 apart, give or take 8 (their standard error).
        for (var i = 0; i < drawn.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.InRange(drawn[i].Zip(drawn[j]).Count(pair => pair.First != pair.Second), 60, 140);
            }
        }
    }

    [Fact]
    public void An_epoch_set_later_draws_the_same_pixels_as_an_epoch_set_at_the_beginning()
    {
        var data = Binarised(Some.Rows(4, 30), Pixels.Dynamic, epoch: 1);
        data.Gate.Epoch = 6;

        Assert.Equal(Gathered<float>(Binarised(Some.Rows(4, 30), Pixels.Dynamic, epoch: 6), 0, 3), Gathered<float>(data, 0, 3));
    }

    [Fact]
    public void The_pixels_of_an_epoch_do_not_depend_on_batches_and_threads()
    {
        const int Samples = 100;
        const int Features = 30;
        var source = Some.Blobs(Samples, Features);
        var data = Binarised(source, Pixels.Dynamic, epoch: 2);
        var whole = Gathered<float>(data, [.. Enumerable.Range(0, Samples)]);

        Assert.Equal(whole, Enumerable.Range(0, Samples).SelectMany(sample => Gathered<float>(data, sample)));
        Assert.Equal(
            whole.Chunk(Features).Reverse().SelectMany(row => row),
            Gathered<float>(data, [.. Enumerable.Range(0, Samples).Reverse()]));
        Assert.All(
            Some.ByTeamsOfOneTwoAndThree(team =>
            {
                var batch = new float[Samples * Features];
                BatchReader.Read(source, data.Gate, [.. Enumerable.Range(0, Samples)], batch, input: [], observed: [], team);
                return batch;
            }),
            batch => Assert.Equal(whole, batch));
    }

    [Fact]
    public void The_gate_draws_the_same_pixels_in_float_and_in_double()
    {
        var data = Binarised(Some.Blobs(200, 100), Pixels.Dynamic);
        int[] all = [.. Enumerable.Range(0, 200)];

        Assert.Equal(Gathered<double>(data, all), Gathered<float>(data, all).Select(x => (double)x));
    }

    [Theory]
    [InlineData(Pixels.Threshold, float.NaN)]
    [InlineData(Pixels.Threshold, 1.5f)]
    [InlineData(Pixels.Dynamic, float.NaN)]
    [InlineData(Pixels.Dynamic, -0.25f)]
    [InlineData(Pixels.Dynamic, float.PositiveInfinity)]
    public void A_pixel_that_is_no_probability_is_refused_with_its_sample_and_feature(Pixels pixels, float wrong)
    {
        var data = Binarised(new ArraySamples([[0, 1, 0.5f], [0, 1, 0.5f], [0.5f, wrong, 0]]), pixels);

        var refusal = Assert.Throws<ArgumentException>(() => Gathered<float>(data, 0, 2));

        Assert.StartsWith(
            $"What is made 0 or 1 must be from 0 to 1, but feature 1 of sample 2 is {wrong}.",
            refusal.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Gathered<double>(data, 2));
        Assert.Equal(3, Gathered<float>(data, 1).Length);             // the others can still be read
    }

    [Fact]
    public void The_gate_refuses_a_negative_epoch()
        => Assert.ThrowsAny<ArgumentOutOfRangeException>(() => Binarised(Some.Rows(2, 2), Pixels.Dynamic, epoch: -1));

    private static GatedSamples Binarised(ISampleSource data, Pixels pixels, long epoch = 0)
        => new(data, pixels, Seed, Purpose.TrainingPixels, epoch);

    private static T[] Gathered<T>(ISampleSource data, params int[] samples)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var batch = new T[samples.Length * data.Features];
        data.Gather<T>(samples, batch);
        return batch;
    }
}
