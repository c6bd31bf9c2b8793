namespace Vae.Model.Tests;

public class LabelledSamplesTests
{
    private static readonly ArraySamples Three = new([[1, 2], [3, 4], [5, 6]]);

    [Fact]
    public void Each_sample_has_its_label_and_its_numbers()
    {
        var labelled = new LabelledSamples(Three, [2, 0, 2], classes: 3);
        var batch = new double[4];

        labelled.Gather<double>([2, 0], batch);

        Assert.Equal((3, 2, 3), (labelled.Count, labelled.Features, labelled.Classes));
        Assert.Equal([2, 0, 2], Enumerable.Range(0, 3).Select(labelled.LabelOf));
        Assert.Equal([5, 6, 1, 2], batch);
    }

    [Fact]
    public void Labels_must_be_as_many_as_samples()
    {
        var refusal = Assert.Throws<ArgumentException>("labels", () => new LabelledSamples(Three, [0, 1], 3));
        Assert.StartsWith("There must be a label for each of the 3 samples, but there are 2.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_must_be_below_the_classes()
    {
        var refusal = Assert.Throws<ArgumentException>("labels", () => new LabelledSamples(Three, [0, 3, 1], 3));
        Assert.StartsWith("Each label must be below the 3 classes, but that of sample 1 is 3.", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => new LabelledSamples(Three, [0, 0, 0], 0));
    }

    [Theory, InlineData(-1), InlineData(3)]
    public void A_sample_that_there_is_not_has_no_label(int sample)
        => Assert.Throws<ArgumentOutOfRangeException>(nameof(sample), () => new LabelledSamples(Three, [0, 0, 0], 1).LabelOf(sample));
}
