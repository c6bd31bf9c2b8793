using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Entries that are hidden from the encoder in training.</summary>
public sealed class HidingTests
{
    private const int Features = 8;
    private const int Samples = 2000;

    private static readonly VaeOptions Options = new()
    {
        Features = Features,
        Columns = [.. Enumerable.Repeat(new ColumnOptions(new ColumnLikelihood { Family = ColumnFamily.Gaussian }), Features)],
        Likelihood = Likelihood.Columns,
    };

    // The deviation of a share of one half among 2,000 rows is 1.1 %; a hidden row with nothing hidden is one in nine.
    [Fact]
    public void Half_of_the_rows_lack_entries_and_the_share_that_they_lack_is_uniform()
    {
        var hidden = Enumerable.Range(0, Samples).Select(sample => Hidden(Gate(), sample).Count(isHidden => isHidden)).ToArray();

        Assert.InRange(hidden.Count(count => count > 0) / (double)Samples, 0.5 * 8 / 9 - 0.045, 0.5 * 8 / 9 + 0.045);
        // Of Features + 1 equally likely numbers, the mean is Features / 2; its deviation is 2.6 over the root of 1,000.
        Assert.InRange(hidden.Sum() / (0.5 * Samples), (Features / 2.0) - 0.4, (Features / 2.0) + 0.4);
    }

    [Fact]
    public void What_is_hidden_depends_on_seed_epoch_and_sample_alone()
    {
        var first = Pattern(Gate());
        Assert.Equal(first, Pattern(Gate()));
        Assert.NotEqual(first, Pattern(Gate(seed: 6)));
        Assert.NotEqual(first, Pattern(Gate(epoch: 1)));
        Assert.Equal(Hidden(Gate(), 37), Hidden(Gate(), 37));

        static bool[] Pattern(SampleGate gate) => [.. Enumerable.Range(0, 50).SelectMany(sample => Hidden(gate, sample))];
    }

    [Fact]
    public void Without_a_share_nothing_is_hidden()
        => Assert.All(Enumerable.Range(0, 50), sample => Assert.DoesNotContain(true, Hidden(Gate(share: 0), sample)));

    [Fact]
    public void A_missing_value_stays_missing_where_others_are_hidden()
    {
        var mask = Enumerable.Repeat(1.0, Features).ToArray();
        mask[3] = 0;
        Assert.All(Enumerable.Range(0, 200), sample => Assert.True(Hidden(Gate(share: 1), sample, mask)[3]));
    }

    [Fact]
    public void What_is_hidden_leaves_the_likelihood_too()
    {
        var data = new DoubleSamples([.. Enumerable.Range(0, 40).Select(i => Enumerable.Repeat(i + 0.5, Features).ToArray())]);
        var reader = new SampleReader<double>(
            Options, data, WorkerTeam.OfOne, seed: 5, Purpose.TrainingPixels, hidingShare: 1);
        var a = new Activations<double>(Options, samples: 40);
        reader.Read([.. Enumerable.Range(0, 40)], a);

        Assert.DoesNotContain(0.0, a.Target.AsSpan().ToArray());      // all values are there
        var marks = Enumerable.Range(0, Features * 40).Select(i => a.Input.AsSpan()[(2 * i) + 1]).ToArray();
        Assert.Contains(1.0, marks);
        Assert.Equal(marks, a.Observed!.AsSpan().ToArray().Select(seen => 1 - seen)); // a bound on log p of what is seen
    }

    private static SampleGate Gate(double share = 0.5, ulong seed = 5, int epoch = 0)
        => new(Options, preparation: null, seed, Purpose.TrainingPixels) { HidingShare = share, Epoch = epoch };

    // Whether each column is marked as missing in the encoder's input.
    private static bool[] Hidden(SampleGate gate, int sample, double[]? mask = null)
    {
        var input = new double[2 * Features];
        gate.Encode<double>(new double[Features], sample, mask ?? [.. Enumerable.Repeat(1.0, Features)], input);
        return [.. Enumerable.Range(0, Features).Select(i => input[(2 * i) + 1] == 1)];
    }
}
