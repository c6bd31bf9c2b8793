using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Vae.Model.Tests;

/// <summary>
/// A preparation is fitted to the training samples alone, and its inverse is exact up to the rounding of floats.
/// </summary>
public class PreparationTests
{
    private static readonly TrainingOptions All = new() { ValidationSamples = 0 };

    // Both in double: the mean is off by 10^-13 of the largest number. A deviation that is small against the numbers loses as
    // many digits as it is smaller: below a millionth of them the plain way has none to compare.
    [Fact]
    public void A_fitted_preparation_agrees_with_a_plain_computation_in_two_passes()
        => ForAnyTable(table =>
        {
            var (standard, minMax) = (Fit(table, Scaling.Standard), Fit(table, Scaling.MinMax));
            for (var i = 0; i < table[0].Length; i++)
            {
                double[] column = [.. table.Select(row => (double)row[i])];
                var (mean, largest) = (column.Average(), column.Max(double.Abs));
                var deviation = double.Sqrt(column.Average(x => (x - mean) * (x - mean)));
                Assert.Equal(mean, standard.Offset[i], largest * 1e-13);
                if (deviation > largest * 1e-6 && deviation > 1e-37)
                {
                    Assert.Equal(deviation, standard.Scale[i], deviation * 1e-6);
                }

                Assert.Equal(column.Min(), minMax.Offset[i]);
                Assert.Equal(column.Max() > column.Min() ? column.Max() - column.Min() : 1, minMax.Scale[i]);
            }
        });

    [Fact]
    public void Min_max_scaled_rows_are_from_0_to_1_and_reach_both()
        => ForAnyTable(table =>
        {
            var preparation = Fit(table, Scaling.MinMax);
            float[][] scaled = [.. table.Select(row => Done(preparation, row))];
            for (var i = 0; i < table[0].Length; i++)
            {
                Assert.All(scaled, row => Assert.InRange(row[i], 0, 1));
                Assert.Equal(0, scaled.Min(row => row[i]));
                Assert.Equal(table.Min(row => row[i]) < table.Max(row => row[i]) ? 1 : 0, scaled.Max(row => row[i]));
            }
        });

    // The quotient and the result are rounded to floats, by 2^-24 of a number that is no larger than |x| + |o| together; a
    // quotient below 1e-38 has a step of 1.4e-45.
    [Fact]
    public void The_inverse_transform_restores_a_row()
        => ForAnyTable(table =>
        {
            foreach (var scaling in new[] { Scaling.None, Scaling.Standard, Scaling.MinMax }) // by kind is for schemas alone
            {
                var preparation = Fit(table, scaling);
                foreach (var row in table)
                {
                    var back = Done(preparation, row);
                    preparation.InverseTransform(back);
                    for (var i = 0; i < row.Length; i++)
                    {
                        Assert.Equal(
                            row[i],
                            back[i],
                            ((double.Abs(row[i]) + double.Abs(preparation.Offset[i])) * 2.4e-7)
                                + (preparation.Scale[i] * 1.5e-45)
                                + 1e-44);
                    }
                }
            }
        });

    [Fact]
    public void Prepared_samples_are_the_transformed_rows_in_float_and_the_exact_quotients_in_double()
    {
        var data = Described();
        var preparation = Fit(data, Scaling.Standard);
        var seen = preparation.Apply(data);
        var (floats, doubles) = (new float[6], new double[6]);
        seen.Gather<float>([3, 0], floats);
        seen.Gather<double>([3, 0], doubles);

        Assert.Equal([.. Done(preparation, data.Row(3)), .. Done(preparation, data.Row(0))], floats);
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(
                (data.Row(i < 3 ? 3 : 0)[i % 3] - preparation.Offset[i % 3]) / preparation.Scale[i % 3], doubles[i]);
        }
    }

    [Theory]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.MinMax)]
    public void Held_out_samples_do_not_change_the_preparation(Scaling scaling)
    {
        var training = new TrainingOptions { ValidationSamples = 150, Seed = 8 };
        var table = Enumerable.Range(0, 1000).Select(i => new[] { i / 7f, -i }).ToArray();
        var before = Preparation.Fit(new ArraySamples(table), scaling, training);
        foreach (var heldOut in new SampleOrder(1000, 150, 8).Validation)
        {
            table[heldOut] = [float.NaN, 1e38f];
        }

        Assert.Equal(before, Preparation.Fit(new ArraySamples(table), scaling, training));
        table[Enumerable.Range(0, 1000).First(i => !float.IsNaN(table[i][0]))][1] = 1e9f;
        Assert.NotEqual(before, Preparation.Fit(new ArraySamples(table), scaling, training));
    }

    [Fact]
    public void Every_training_sample_counts_once_in_the_preparation()
    {
        var data = new RecordingSamples(Some.Rows(777, 2));
        var training = new TrainingOptions { ValidationSamples = 77, Seed = 2 };

        Preparation.Fit(data, Scaling.Standard, training);

        Assert.Equal(Enumerable.Range(0, 777).Except(new SampleOrder(777, 77, 2).Validation), data.Gathered.Order());
    }

    [Theory]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.MinMax)]
    public void A_constant_column_and_a_single_row_are_shifted_and_not_scaled(Scaling scaling)
    {
        var one = Fit([[3, -1e38f, 1e-45f]], scaling);
        var many = Fit([.. Enumerable.Repeat(new[] { 3, -1e38f, 0.1f }, 1000)], scaling);

        Assert.Equal([3.0, -1e38f, 1e-45f], one.Offset);
        Assert.Equal([1, 1, 1], one.Scale);
        Assert.Equal([3.0, -1e38f, 0.1f], many.Offset);
        Assert.Equal([1, 1, 1], many.Scale);
        Assert.Equal([0, 0, 0], Done(many, [3, -1e38f, 0.1f]));
    }

    [Fact]
    public void A_column_whose_range_no_double_holds_is_refused_by_name()
    {
        var data = new DoubleSamples([[double.MaxValue, 0, 0], [double.MinValue, 0, 0]], ["price", "size", "year"]);

        Require(
            "column 'price' goes from -1.7976931348623157E+308 to 1.7976931348623157E+308, which is too far apart to be scaled. "
                + "Leave it out, or give it in another unit.",
            () => Fit(data, Scaling.MinMax));
    }

    [Fact]
    public void A_column_that_is_constant_but_for_roundings_is_not_scaled()
    {
        var ones = Enumerable.Range(1, 50).Select(i => new[] { 1.0 / i * i, 0.1 }).ToArray();
        Assert.NotEqual(ones.Min(row => row[0]), ones.Max(row => row[0])); // 1 / 49 * 49 is a rounding below 1

        Assert.Equal([1, 1], Fit(new DoubleSamples(ones), Scaling.Standard).Scale);
        Assert.Equal([1, 1], Fit(new DoubleSamples(ones), Scaling.MinMax).Scale);
    }

    // 1e12 is held in steps of 0.00012, a deviation of 1000 in steps of 1.2e-7 of it; as floats the steps are 65536.
    [Fact]
    public void Numbers_keep_their_digits_where_the_offset_is_large_against_the_deviation()
    {
        var random = new Random(4);
        double[][] near = [.. Enumerable.Range(0, 100).Select(_ => new[] { double.Round(random.NextDouble() * 3000) })];
        var far = new DoubleSamples([.. near.Select(row => new[] { row[0] + 1e12 })]);
        var (prepared, plain) = (Fit(far, Scaling.Standard), Fit(new DoubleSamples(near), Scaling.Standard));
        var (scaled, expected) = (new float[3], new float[3]);
        prepared.Apply(far).Gather<float>([7, 8, 9], scaled);
        plain.Apply(new DoubleSamples(near)).Gather<float>([7, 8, 9], expected);

        Assert.All(scaled.Zip(expected), pair => Assert.Equal(pair.First, pair.Second, 3e-7f)); // a float's own step and a half
        prepared.Transform([near[7][0] + 1e12], scaled.AsSpan(0, 1));
        Assert.Equal(expected[0], scaled[0], 3e-7f);
        var back = new double[1];
        prepared.InverseTransform([scaled[0]], back);
        Assert.Equal(near[7][0] + 1e12, back[0], 1e-3);               // a float's step, in deviations of some 900
    }

    [Fact]
    public void A_preparation_of_an_older_version_scales_in_floats_with_the_bits_of_that_version()
    {
        var (offset, scale) = (1e7f / 3, 0.1f);
        var older = new Preparation(Scaling.Standard, [offset], [scale]) { InDouble = false };
        var data = new ArraySamples([[3333334.5f], [0.7f], [1e9f]]);
        var seen = new float[3];
        older.Apply(data).Gather<float>([0, 1, 2], seen);

        Assert.Equal([(3333334.5f - offset) / scale, (0.7f - offset) / scale, (1e9f - offset) / scale], seen);
        Assert.Equal([seen[2]], Done(older, [1e9f]));
        Assert.NotEqual(seen, Enumerable.Range(0, 3).Select(i => Done(older with { InDouble = true }, data.Row(i))[0]));
        older.InverseTransform(seen.AsSpan(0, 1));
        Assert.Equal(((3333334.5f - offset) / scale * scale) + offset, seen[0]);
    }

    [Fact]
    public void A_file_that_says_nothing_of_the_arithmetic_is_of_an_older_version()
    {
        var made = new Preparation(Scaling.MinMax, [0.1], [1 / 3.0]) { Columns = ["a"] };
        var text = JsonSerializer.Serialize(made, RunJson.Default.Preparation);
        var missing = JsonNode.Parse(text)!.AsObject();
        Assert.True(missing.Remove("in_double"));

        Assert.Equal(made, JsonSerializer.Deserialize(text, RunJson.Default.Preparation));
        Assert.Equal(made with { InDouble = false }, missing.Deserialize(RunJson.Default.Preparation));
    }

    [Fact]
    public void Huge_and_tiny_columns_are_prepared_beside_each_other()
    {
        var preparation = Fit([[1e38f, 1e-37f, 1], [-1e38f, 3e-37f, 1.0000001f]], Scaling.Standard);

        Assert.Equal([-1, 1], new[] { Done(preparation, [-1e38f, 0, 0])[0], Done(preparation, [1e38f, 0, 0])[0] });
        Assert.Equal(-1, Done(preparation, [0, 1e-37f, 0])[1], 1e-6f); // the rounding of mean and deviation
        Assert.Equal(1e-37f, preparation.Scale[1], 1e-43);
    }

    [Fact]
    public void Sample_and_column_names_come_from_the_data_and_appear_in_messages()
    {
        var data = Described();

        Assert.Equal(["price", "size", "year"], Fit(data, Scaling.None).Columns);
        Assert.Equal(["price", "size", "year"], Fit(data, Scaling.Standard).Columns);
        Assert.Equal([], Fit(new DescribedSamples([[1, 2, 3]], ["price", "", "year"]), Scaling.Standard).Columns);
        Assert.Equal([], Fit(Some.Rows(3, 3), Scaling.Standard).Columns);
        var seen = Assert.IsType<IDescribedSamples>(Fit(data, Scaling.Standard).Apply(data), exactMatch: false);
        Assert.Equal(("shop.csv, line 3", "size"), (seen.SampleName(1), seen.FeatureName(1)));
        Assert.Equal(
            "shop.csv, line 4, column 'size' must be a finite number, but is NaN. Mend that row or leave it out.",
            Assert.Throws<ArgumentException>(
                () => Fit(
                    new DescribedSamples([[1, 2, 3], [1, 2, 3], [1, float.NaN, 3]], ["price", "size", "year"]),
                    Scaling.MinMax)).Message);
    }

    [Fact]
    public void A_preparation_without_scaling_leaves_rows_unchanged_and_keeps_the_names()
    {
        var preparation = Fit(Described(), Scaling.None);

        Assert.Equal([0, 0, 0], preparation.Offset);
        Assert.Equal([1, 1, 1], preparation.Scale);
        Assert.Equal([1e30f, -0.1f, 7], Done(preparation, [1e30f, -0.1f, 7]));
    }

    [Fact]
    public void Prepared_samples_keep_their_labels()
    {
        var data = new LabelledSamples(Some.Rows(6, 3), [0, 1, 2, 0, 1, 2], 3);

        var seen = Assert.IsType<ILabelledSamples>(Fit(data, Scaling.Standard).Apply(data), exactMatch: false);

        Assert.Equal((3, 2), (seen.Classes, seen.LabelOf(5)));
        Assert.IsNotType<ILabelledSamples>(Fit(Some.Rows(6, 3), Scaling.Standard).Apply(Some.Rows(6, 3)), exactMatch: false);
    }

    [Fact]
    public void Preparations_are_equal_if_all_their_numbers_and_names_are()
    {
        var preparation = SomeModel.Units(3);

        Assert.Equal(preparation, SomeModel.Units(3));
        Assert.Equal(preparation.GetHashCode(), SomeModel.Units(3).GetHashCode());
        Assert.NotEqual(preparation, SomeModel.Units(3, Scaling.MinMax));
        Assert.NotEqual(preparation, SomeModel.Units(3, named: false));
        Assert.NotEqual(preparation, preparation with { Offset = [1, 2, 3] });
        Assert.NotEqual(preparation, preparation with { Scale = [1, 2, 3] });
        Assert.NotEqual(preparation, preparation with { InDouble = false });
        Assert.False(preparation.Equals(null));
    }

    [Theory]
    [InlineData(0), InlineData(2), InlineData(4)]
    public void A_row_of_another_length_is_refused_and_stays_unchanged(int length)
    {
        var preparation = SomeModel.Units(3);
        float[] row = [.. Enumerable.Repeat(7f, length)];
        var message =
            $"A row must have a number for each of the 3 offsets and 3 scales of the preparation, but has {length}. "
                + "(Parameter 'row')";

        Require(message, () => preparation.Transform(row));
        Require(message, () => preparation.InverseTransform(row));
        Require(
            "A row must have a number for each of the 3 offsets and 2 scales of the preparation, but has 3. (Parameter 'row')",
            () => (preparation with { Scale = [1, 2] }).Transform(new float[3]));

        Assert.All(row, number => Assert.Equal(7, number));
    }

    [Fact]
    public void A_preparation_copies_the_lists_of_numbers_and_names_that_it_is_given()
    {
        double[] offset = [1, 2], scale = [3, 4], other = [5, 6];
        List<string> names = ["a", "b"];
        var made = new Preparation(Scaling.Standard, offset, scale) { Columns = names };
        var changed = made with { Offset = other, Scale = other };

        (offset[0], scale[1], other[0], names[1]) = (9, 9, 9, "z");

        Assert.Equal(new Preparation(Scaling.Standard, [1, 2], [3, 4]) { Columns = ["a", "b"] }, made);
        Assert.Equal(made with { Offset = [5, 6], Scale = [5, 6] }, changed);
        Assert.Equal([3, -0.5f], Done(made, [10, 0]));
    }

    [Fact]
    public void A_preparation_of_samples_without_a_feature_is_refused()
    {
        const string message = "A sample must have at least one feature, but the data has 0. (Parameter 'data')";

        Require(message, () => Preparation.Fit(new NoFeatures(), Scaling.Standard, All));
        Require(message, () => Preparation.Fit(new NoFeatures(), Scaling.None, All));
        Require(message, () => SampleRange.Require(new NoFeatures(), Some.Shape(3)));
    }

    [Fact]
    public void A_wrong_preparation_is_refused_with_its_mistake()
    {
        var data = Some.Rows(5, 3);

        Require("The preparation is of 4 features, but the data has 3. (Parameter 'data')", () => SomeModel.Units(4).Apply(data));
        Require(
            "There must be a scale for each of the 3 features, but there are 2.",
            () => (SomeModel.Units(3) with { Scale = [1, 2] }).Apply(data));
        Require(
            "There must be an offset for each of the 3 features, but there are 0.",
            () => (SomeModel.Units(3) with { Offset = null! }).Validated(3));
        Require(
            "The name of feature 2 is missing.", () => (SomeModel.Units(3) with { Columns = ["a", "b", null!] }).Validated(3));
        Require("There is no such scaling: 9.", () => SomeModel.Units(3, (Scaling)9).Validated(3));
        Require(
            "The offset of feature 1 must be finite, but is NaN.",
            () => (SomeModel.Units(3) with { Offset = [0, float.NaN, 0] }).Validated(3));
        Require(
            "The scale of feature 0 must be a finite number above 0, but is Infinity.",
            () => (SomeModel.Units(3) with { Scale = [float.PositiveInfinity, 1, 1] }).Validated(3));
        Assert.Throws<ArgumentException>(
            () => Preparation.Fit(data, Scaling.Standard, new TrainingOptions { ValidationSamples = 5 }));
        Assert.Throws<ArgumentNullException>(() => Preparation.Fit(null!, Scaling.Standard, All));
        Assert.Throws<ArgumentNullException>(() => Preparation.Fit(data, Scaling.Standard, null!));
        Assert.Throws<OperationCanceledException>(
            () => Preparation.Fit(data, Scaling.Standard, All, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Rows_of_a_query_may_share_one_array()
    {
        var row = new float[2];
        var samples = ArraySamples.From(Rows());

        Assert.Equal((3, 2), (samples.Count, samples.Features));
        Assert.Equal([[0f, 0f], [1f, 10f], [2f, 20f]], Enumerable.Range(0, 3).Select(i => samples.Row(i)));
        Require("There must be at least one row with at least one number. (Parameter 'rows')", () => ArraySamples.From([]));
        Require(
            "All rows must have the 2 numbers of row 0, but row 1 has 1. (Parameter 'rows')",
            () => ArraySamples.From([[1, 2], [1]]));
        Require(
            "All rows must have the 2 numbers of row 0, but row 1 has 0. (Parameter 'rows')",
            () => ArraySamples.From([[1, 2], null!]));
        Assert.Throws<ArgumentNullException>(() => ArraySamples.From(null!));

        IEnumerable<float[]> Rows()
        {
            for (var i = 0; i < 3; i++)
            {
                (row[0], row[1]) = (i, 10 * i);
                yield return row;
            }
        }
    }

    private static void Require(string message, Action mistake)
        => Assert.Equal(message, Assert.Throws<ArgumentException>(mistake).Message);

    private static void ForAnyTable(Action<float[][]> fact)
    {
        var numbers = Gen.OneOf(
            Gen.Elements(0f, -0f, 1f, -1f, 1e-45f, 1e-38f, 1e37f, -1e37f, 16777216f, 16777217f, 0.1f),
            Gen.Choose(-1000, 1000).Select(x => x / 8f),
            Gen.Choose(0, 3).Select(x => 1e7f + x));
        var tables =
            from columns in Gen.Choose(1, 4)
            from rows in Gen.Choose(1, 40)
            from table in numbers.ArrayOf(columns).ArrayOf(rows)
            select table;
        Prop.ForAll(Arb.From(tables), table => fact(table)).QuickCheckThrowOnFailure();
    }

    private static Preparation Fit(float[][] rows, Scaling scaling) => Fit(new ArraySamples(rows), scaling);

    private static Preparation Fit(ISampleSource data, Scaling scaling) => Preparation.Fit(data, scaling, All);

    private static float[] Done(Preparation preparation, float[] row)
    {
        float[] done = [.. row];
        preparation.Transform(done);
        return done;
    }

    private static DescribedSamples Described()
        => new([[1, 20, 1990], [2, 40, 1991], [4, 10, 1999], [8, 30, 2010]], ["price", "size", "year"]);

    private sealed class NoFeatures : ISampleSource
    {
        public int Count => 2;

        public int Features => 0;

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();
    }

    private sealed class DescribedSamples(float[][] rows, string[] names) : IDescribedSamples
    {
        private readonly ArraySamples _rows = new(rows);

        public int Count => _rows.Count;

        public int Features => _rows.Features;

        public string SampleName(int sample) => $"shop.csv, line {sample + 2}";

        public string FeatureName(int feature) => names[feature];

        public void Gather<T>(ReadOnlySpan<int> samples, Span<T> batch)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => _rows.Gather(samples, batch);
    }
}
