using System.Numerics;

namespace Vae.Model.Tests;

public class LabelledSamplesTests
{
    private static readonly ArraySamples Three = new([[1, 2], [3, 4], [5, 6]]);

    [Fact]
    public void Each_labelled_sample_has_its_label_and_its_numbers()
    {
        var labelled = new LabelledSamples(Three, [2, 0, 2], classes: 3);
        var batch = new double[4];

        labelled.Gather<double>([2, 0], batch);

        Assert.Equal((3, 2, 3), (labelled.Count, labelled.Features, labelled.Classes));
        Assert.Equal([2, 0, 2], Enumerable.Range(0, 3).Select(labelled.LabelOf));
        Assert.Equal([5, 6, 1, 2], batch);
    }

    [Fact]
    public void Labels_that_are_not_as_many_as_the_samples_are_refused()
    {
        var refusal = Assert.Throws<ArgumentException>("labels", () => new LabelledSamples(Three, [0, 1], 3));
        Assert.StartsWith(
            "There must be a label for each of the 3 samples, but there are 2.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_not_below_the_classes_is_refused()
    {
        var refusal = Assert.Throws<ArgumentException>("labels", () => new LabelledSamples(Three, [0, 3, 1], 3));
        Assert.StartsWith(
            "Each label must be below the 3 classes, but that of sample 1 is 3.", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("classes", () => new LabelledSamples(Three, [0, 0, 0], 0));
    }

    [Fact]
    public void Labelled_samples_have_the_names_of_their_source()
    {
        var named = new LabelledSamples(new Named(), [0, 1], classes: 2);
        var plain = new LabelledSamples(Three, [0, 0, 0], classes: 1);

        Assert.Equal(("line 3", "size"), (named.SampleName(1), named.FeatureName(1)));
        Assert.Equal(("sample 1", ""), (plain.SampleName(1), plain.FeatureName(1)));
        Assert.Equal(
            "line 3, column 'size' must be a finite number, but is NaN. Mend that row or leave it out.",
            Assert.Throws<ArgumentException>(() => SampleRange.Require(named, Some.Shape(2))).Message);
        Assert.Equal(
            ["price", "size"], Preparation.Fit(named, Scaling.None, new TrainingOptions { ValidationSamples = 0 }).Columns);
    }

    [Fact]
    public void Labelled_bytes_are_in_range_without_being_read()
        => SampleRange.Require(new LabelledSamples(new Bytes(), [0, 1], classes: 2), Some.Shape(2)); // Gather would throw

    [Fact]
    public void A_training_on_unscaled_samples_without_names_keeps_no_preparation()
    {
        var training = new TrainingOptions { Epochs = 1, BatchSize = 2, ValidationSamples = 0 };
        var options = Some.Shape(2, likelihood: Likelihood.Gaussian) with { Classes = 1 };

        Assert.Null(VaeModel.Train(new LabelledSamples(Three, [0, 0, 0], classes: 1), options, training).Preparation);
    }

    [Theory, InlineData(-1), InlineData(3)]
    public void The_label_of_a_sample_number_outside_the_source_is_refused(int sample)
        => Assert.Throws<ArgumentOutOfRangeException>(
            nameof(sample), () => new LabelledSamples(Three, [0, 0, 0], 1).LabelOf(sample));

    private sealed class Named : IDescribedSamples
    {
        private readonly ArraySamples _rows = new([[1, 2], [3, float.NaN]]);

        public int Count => 2;

        public int Features => 2;

        public string SampleName(int sample) => $"line {sample + 2}";

        public string FeatureName(int feature) => feature == 0 ? "price" : "size";

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => _rows.Gather(samples, batch);
    }

    private sealed class Bytes : IByteSamples
    {
        public int Count => 2;

        public int Features => 2;

        public ReadOnlySpan<byte> BytesOf(int sample) => throw new NotSupportedException();

        public IEnumerable<ReadOnlyMemory<byte>> Pieces() => throw new NotSupportedException();

        public IByteSamples Take(int count) => throw new NotSupportedException();

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();
    }
}
