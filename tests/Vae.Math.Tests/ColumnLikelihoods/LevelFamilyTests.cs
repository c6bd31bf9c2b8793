namespace Vae.Math.Tests;

/// <summary>Flags, categories and ordered levels: extreme arguments, draws, points and fits.</summary>
public class LevelFamilyTests
{
    private static readonly BernoulliFamily<double> Bernoulli = new();
    private static readonly CategoryFamily<double> Category = new(4);
    private static readonly OrdinalFamily<double> Ordinal = new(4);

    public static TheoryData<string> Names => ["Bernoulli", "Category", "Ordinal"];

    [Fact]
    public void A_thousand_categories_with_extreme_logits_are_finite()
    {
        var outputs = Enumerable.Range(0, 1000).Select(k => 1e4 * double.Sin(k)).ToArray();
        for (var x = 0; x < 1000; x += 37)
        {
            RequireFinite(OneColumn.LossOf(new CategoryFamily<double>(1000), x, outputs));
            var (loss, gradient) = OneColumn.LossOf(new CategoryFamily<float>(1000), x, outputs);
            RequireFinite((loss, gradient));
            Assert.Equal(0, gradient.Sum(), 1e-6);                    // softmax sums to 1, up to a float's rounding
        }
    }

    // In float, too: 1 - softmax would be 0 here.
    [Fact]
    public void The_loss_of_what_is_nearly_certain_keeps_its_digits()
    {
        var (loss, gradient) = OneColumn.LossOf(new CategoryFamily<float>(3), 1, -20, 0, -20);
        var (flagLoss, flagGradient) = OneColumn.LossOf(new BernoulliFamily<float>(), 1, 20);
        var small = double.Exp(-20);

        // a float's few roundings
        Assert.Equal(1, loss / (2 * small), 1e-6);
        Assert.Equal(1, gradient[1] / (-2 * small), 1e-6);
        Assert.Equal(1, flagLoss / small, 1e-6);
        Assert.Equal(1, flagGradient[0] / -small, 1e-6);
    }

    [Fact]
    public void Extreme_outputs_give_finite_losses_and_gradients()
    {
        double[] extremes = [-1e30, -1e4, -50, 0, 50, 1e4, 1e30];
        foreach (var a in extremes)
        {
            RequireFinite(OneColumn.LossOf(Bernoulli, 1, a));
            RequireFinite(OneColumn.LossOf(new BernoulliFamily<float>(), 0, a));
            foreach (var b in extremes)
            {
                foreach (var x in (double[])[0, 1, 2, 3])
                {
                    RequireFinite(OneColumn.LossOf(Ordinal, x, a, -b, b, a));
                    RequireFinite(OneColumn.LossOf(new OrdinalFamily<float>(4), x, a, b, -b, a));
                    RequireFinite(OneColumn.LossOf(Category, x, a, b, -a, 0));
                    RequireFinite(OneColumn.LossOf(new CategoryFamily<float>(4), x, a, b, -a, 0));
                }
            }
        }
    }

    // The least gap of 1e-6: P = s'(0) 1e-6 for both inner levels; a millionth is the square of the gap's relative effect.
    [Fact]
    public void Thresholds_never_coincide()
    {
        Assert.Equal(-double.Log(0.25e-6), OneColumn.LossOf(Ordinal, 1, 0, 0, -1e4, -1e4).Loss, 1e-6);
        Assert.Equal(-double.Log(0.25e-6), OneColumn.LossOf(Ordinal, 2, 0, 0, -1e4, -1e4).Loss, 1e-6);
    }

    [Theory, MemberData(nameof(Names))]
    public void Probabilities_sum_to_1(string name)
    {
        var (family, outputs, levels) = Example(name);

        Assert.Equal(1, Probabilities(family, outputs, levels).Sum(), 1e-14); // a few roundings
    }

    // Chi-square with 1 or 3 degrees of freedom is below 20 but once in 5,000 seeds or more, and the seed is fixed.
    [Theory, MemberData(nameof(Names))]
    public void Draws_are_as_frequent_as_they_are_probable(string name)
    {
        const int Count = 20_000;
        var (family, outputs, levels) = Example(name);
        var drawn = OneColumn.Drawn(family, outputs, Count).CountBy(x => x).ToDictionary();

        var chiSquare = Probabilities(family, outputs, levels)
            .Select((p, x) => double.Pow(drawn.GetValueOrDefault(x) - (Count * p), 2) / (Count * p)).Sum();

        Assert.Equal(Count, drawn.Values.Sum());
        Assert.True(chiSquare <= 20, $"{chiSquare}");
    }

    // The marginal with half a value more of each level: exact but for roundings.
    [Theory, MemberData(nameof(Names))]
    public void Start_reproduces_the_frequencies(string name)
    {
        var (family, _, levels) = Example(name);
        double[] values = [0, 0, 0, 1, 1, 0, 1, .. Enumerable.Repeat(levels - 1.0, 20)];
        var expected = Enumerable.Range(0, levels)
            .Select(x => (values.Count(value => value == x) + 0.5) / (values.Length + (0.5 * levels)));

        var start = OneColumn.Started(family, values);

        Assert.All(
            Probabilities(family, start, levels).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
    }

    [Theory, MemberData(nameof(Names))]
    public void Start_without_values_is_even(string name)
    {
        var (family, _, levels) = Example(name);

        Assert.All(
            Probabilities(family, OneColumn.Started(family), levels), p => Assert.Equal(1.0 / levels, p, 1e-14)); // roundings
    }

    // A flag and a category: the largest of the mixture's probabilities. An ordinal: the first level with half of them.
    [Theory, MemberData(nameof(Names))]
    public void A_point_is_the_likeliest_or_the_median_of_the_mixture(string name)
    {
        var random = new Random(5);
        var (family, _, levels) = Example(name);
        for (var round = 0; round < 200; round++)
        {
            var draws = 1 + (round % 5);
            var outputs = Enumerable.Range(0, draws)
                .Select(_ => Enumerable.Range(0, family.Outputs).Select(_ => 6 * (random.NextDouble() - 0.5)).ToArray())
                .ToArray();
            var weights = Enumerable.Range(0, draws).Select(_ => random.NextDouble()).ToArray();
            weights = [.. weights.Select(weight => weight / weights.Sum())];
            var mixture = Enumerable.Range(0, levels)
                .Select(x => Enumerable.Range(0, draws)
                    .Sum(j => weights[j] * double.Exp(-OneColumn.LossOf(family, x, outputs[j]).Loss)))
                .ToArray();
            var expected = name == "Ordinal"
                ? Enumerable.Range(0, levels).First(x => mixture[..(x + 1)].Sum() >= 0.5)
                : Array.IndexOf(mixture, mixture.Max());

            var block = Enumerable.Range(0, family.Outputs).SelectMany(o => outputs.Select(one => one[o])).ToArray();
            Assert.Equal(expected, family.Point(block, weights));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void An_output_that_is_NaN_gives_NaN(string name)
    {
        var (family, outputs, _) = Example(name);
        outputs[0] = double.NaN;

        Assert.Equal(double.NaN, OneColumn.LossOf(family, 1, outputs).Loss);
        Assert.Equal(double.NaN, OneColumn.Drawn(family, outputs, 1)[0]);
        Assert.Equal(double.NaN, family.Point(outputs, [1]));
    }

    [Theory, MemberData(nameof(Names))]
    public void Only_places_of_levels_are_accepted(string name)
    {
        var (family, _, levels) = Example(name);

        Assert.All(Enumerable.Range(0, levels), x => Assert.True(family.Accepts(x)));
        Assert.All((double[])[-1, 0.5, levels, double.NaN, double.PositiveInfinity], x => Assert.False(family.Accepts(x)));
    }

    private static (IColumnFamily<double> Family, double[] Outputs, int Levels) Example(string name) => name switch
    {
        "Bernoulli" => (Bernoulli, [-0.7], 2),
        "Category" => (Category, [0.5, -1, 1.5, -2], 4),
        _ => (Ordinal, [0.3, -1, 0.5, 0], 4),
    };

    private static double[] Probabilities(IColumnFamily<double> family, double[] outputs, int levels)
        => [.. Enumerable.Range(0, levels).Select(x => double.Exp(-OneColumn.LossOf(family, x, outputs).Loss))];

    private static void RequireFinite((double Loss, double[] Gradient) result)
        => Assert.All([result.Loss, .. result.Gradient], value => Assert.True(double.IsFinite(value), $"{value}"));
}
