namespace Vae.Model.Tests;

public class SampleSourceTests
{
    [Fact]
    public void Bytes_are_read_as_fractions_of_255_sample_by_sample()
    {
        var data = new ByteSamples([0, 51, 102, 153, 204, 255], features: 2);
        var batch = new double[4];
        data.Gather([2, 0], batch);
        Assert.Equal((3, 2), (data.Count, data.Features));
        Assert.Equal([204 / 255.0, 1, 0, 0.2], batch);
    }

    [Fact]
    public void Bytes_that_are_not_whole_samples_are_refused()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ByteSamples(new byte[7], features: 3));
        Assert.StartsWith("The length must be a multiple of the 3 features of a sample, but is 7.", refusal.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteSamples(new byte[7], features: 0));
    }

    [Fact]
    public void Rows_are_gathered_in_the_order_asked_for()
    {
        var data = new ArraySamples([[1, 2], [3, 4], [5, 6]]);
        var batch = new float[6];
        data.Gather([1, 1, 0], batch);
        Assert.Equal((3, 2), (data.Count, data.Features));
        Assert.Equal([3, 4, 3, 4, 1, 2], batch);
    }

    [Fact]
    public void Rows_of_different_lengths_are_refused_with_their_numbers()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ArraySamples([[1, 2], [3, 4], [5]]));
        Assert.StartsWith("All rows must have the 2 numbers of row 0, but row 2 has 1.", refusal.Message);
        Assert.Throws<ArgumentException>(() => new ArraySamples([]));
        Assert.Throws<ArgumentException>(() => new ArraySamples([[]]));
    }

    [Fact]
    public void A_missing_row_is_refused_with_its_number()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ArraySamples([[1, 2], null!]));
        Assert.Contains("row 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_number_outside_the_source_is_refused()
    {
        var batch = new float[2];
        Assert.ThrowsAny<ArgumentException>(() => new ByteSamples(new byte[4], features: 2).Gather([2], batch));
        Assert.ThrowsAny<Exception>(() => new ArraySamples([[1, 2]]).Gather([1], batch));
    }
}
