namespace Vae.Math.Tests;

/// <summary>Quantiles of mixtures against a bisection of a sum of scalar functions.</summary>
public sealed class WeightedComponentsTests
{
    private const double Floor = -3;

    // What is left out moves the distribution function by 1e-10 at most, and the mixture is scaled to 1 again, which moves it by
    // as much: 2e-10 of probability.
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(17, false)]
    [InlineData(4099, false)]
    [InlineData(9, true)]
    public void The_distribution_function_has_the_probability_at_the_quantile(int components, bool isStudentT)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var mixture = new Some(components, seed, isStudentT);
            using var weighted = mixture.Complete();
            foreach (var probability in new[] { 1e-6, 0.1, 0.5, 0.75, 0.999 })
            {
                var x = weighted.Quantile(probability);

                Assert.Equal(probability, mixture.Below(x), 2e-10);
                Assert.Equal(probability, weighted.Below(x), 2e-10);
            }
        }
    }

    // With weights alike nothing is left out: the distance to the bisection is the last step of Newton's method, 3e-12 of the
    // least scale, and what a rounding of the sum by 1e-15 moves where the density is least.
    [Theory, InlineData(1), InlineData(2), InlineData(8), InlineData(33), InlineData(1000)]
    public void The_median_is_that_of_a_bisection(int components)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var mixture = new Some(components, seed, isStudentT: false, areAlike: true);
            using var weighted = mixture.Complete();

            var median = weighted.Quantile(0.5);
            var expected = mixture.Bisected(0.5);
            Assert.Equal(expected, median, (1e-11 * mixture.Least) + (1e-15 / mixture.Density(expected)));
        }
    }

    [Fact]
    public void One_component_has_its_location_as_the_median()
    {
        using var weighted = new Some(1, seed: 3, isStudentT: false).Complete();
        Assert.Equal(new Some(1, seed: 3, isStudentT: false).Bisected(0.5), weighted.Quantile(0.5), 1e-14); // a few roundings
    }

    // The density between the two is 0: no step of Newton's method is possible from the mean.
    [Fact]
    public void A_quantile_beyond_a_gap_is_found()
    {
        using var weighted = new WeightedComponents(2);
        var mixture = weighted;
        mixture.Add(0.4, -1000, -30);
        mixture.Add(0.6, 1000, -30);
        mixture.Complete(Floor, 0.5);

        Assert.InRange(mixture.Quantile(0.3), -1001, -999);
        Assert.InRange(mixture.Quantile(0.5), 999, 1001);
        Assert.Equal(0.4, mixture.Below(0), 1e-15);
        Assert.Equal(0, mixture.Below(double.NegativeInfinity));
    }

    [Theory]
    [InlineData(double.NaN, 0, 0)]
    [InlineData(1, double.NaN, 0)]
    [InlineData(1, 0, double.NaN)]
    public void NaN_stays(double weight, double location, double raw)
    {
        var mixture = new WeightedComponents(2);
        mixture.Add(0.5, 1, 0);
        mixture.Add(weight, location, raw);
        mixture.Complete(Floor, 0.5);

        Assert.True(double.IsNaN(mixture.Quantile(0.5)));
        mixture.Dispose();
    }

    // Weights from e^-40 to 1 of their sum, unless alike; deviations from 0.2 on.
    private sealed class Some
    {
        private readonly double[] _weights, _locations, _raws, _degrees;

        public Some(int components, int seed, bool isStudentT, bool areAlike = false)
        {
            var random = new Random(seed);
            _weights = [.. Enumerable.Range(0, components).Select(_ => areAlike ? 1 : double.Exp(-40 * random.NextDouble()))];
            var sum = _weights.Sum();
            _weights = [.. _weights.Select(weight => weight / sum)];
            _locations = [.. _weights.Select(_ => 4 * random.NextDouble())];
            _raws = [.. _weights.Select(_ => -4 + (6 * random.NextDouble()))];
            _degrees = [.. _weights.Select(_ => isStudentT ? 2.5 + (300 * random.NextDouble()) : double.PositiveInfinity)];
        }

        public double Least => _raws.Min(Scale);

        public WeightedComponents Complete()
        {
            var mixture = new WeightedComponents(_weights.Length);
            for (var i = 0; i < _weights.Length; i++)
            {
                mixture.Add(_weights[i], _locations[i], _raws[i], _degrees[i]);
            }

            mixture.Complete(Floor, 0.5);
            return mixture;
        }

        public double Below(double x) => Sum((t, nu) => double.IsInfinity(nu)
            ? NumberDistributions.Normal(t)
            : NumberDistributions.StudentT(t, nu), x, _ => 1);

        public double Density(double x) => Sum((t, _) => NumberDistributions.NormalDensity(t), x, scale => 1 / scale);

        public double Bisected(double probability)
        {
            var (low, high) = (-1e3, 1e3);
            for (var i = 0; i < 100; i++)
            {
                var middle = (low + high) / 2;
                (low, high) = Below(middle) < probability ? (middle, high) : (low, middle);
            }

            return (low + high) / 2;
        }

        private double Sum(Func<double, double, double> of, double x, Func<double, double> factor)
            => Enumerable.Range(0, _weights.Length).Sum(i =>
            {
                var scale = Scale(_raws[i]);
                return _weights[i] * factor(scale) * of((x - _locations[i]) / scale, _degrees[i]);
            });

        private static double Scale(double raw) => double.Exp(LearntScale.ValueOf(raw, Floor) / 2);
    }
}
