using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>A row's coding for the encoder, column by column.</summary>
public sealed class RowCodingTests
{
    private static readonly ColumnOptions Real = new(new ColumnLikelihood { Family = ColumnFamily.Gaussian });
    private static readonly ColumnOptions Spiked = new(new ColumnLikelihood { Family = ColumnFamily.Gaussian, HasZeros = true });
    private static readonly ColumnOptions Flag = new(new ColumnLikelihood { Family = ColumnFamily.Bernoulli });
    private static readonly ColumnOptions City = new(new ColumnLikelihood { Family = ColumnFamily.Category, Levels = 3 });
    private static readonly ColumnOptions Grade = new(new ColumnLikelihood { Family = ColumnFamily.Ordinal, Levels = 4 });

    private static readonly ColumnOptions Count = new(new ColumnLikelihood { Family = ColumnFamily.NegativeBinomial })
    {
        InputOffset = 0.5, InputScale = 2,
    };

    [Fact]
    public void A_number_is_read_as_it_is_scaled() => Assert.Equal([-1.25, 0], Encoded(Real, -1.25));

    [Fact]
    public void A_flag_is_read_as_0_or_1()
    {
        Assert.Equal([0, 0], Encoded(Flag, 0));
        Assert.Equal([1, 0], Encoded(Flag, 1));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(7)]
    public void A_count_is_read_as_its_standardised_logarithm(int count)
        => Assert.Equal([(double.LogP1(count) - 0.5) / 2, 0], Encoded(Count, count));

    [Fact]
    public void A_category_is_read_one_hot() => Assert.Equal([0, 0, 1, 0], Encoded(City, 2));

    [Theory]
    [InlineData(0, new double[] { 0, 0, 0, 0 })]
    [InlineData(2, new double[] { 1, 1, 0, 0 })]
    [InlineData(3, new double[] { 1, 1, 1, 0 })]
    public void An_ordinal_is_read_as_a_ladder(int level, double[] expected) => Assert.Equal(expected, Encoded(Grade, level));

    [Fact]
    public void The_logarithm_of_zero_has_a_number_of_its_own()
    {
        Assert.Equal([0, 1, 0], Encoded(Spiked, double.NegativeInfinity));
        Assert.Equal([0.5, 0, 0], Encoded(Spiked, 0.5));
    }

    [Fact]
    public void A_missing_value_is_read_as_zeros_and_a_one_at_the_end()
    {
        ColumnOptions[] columns = [Real, Spiked, Flag, City, Grade, Count];
        var coding = new RowCoding(columns);
        var input = new double[coding.Rows];
        input.AsSpan().Fill(9);                                       // what stood there before must go
        double[] nothing = [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN];
        coding.Encode<double>(nothing, new double[6], input);

        for (var i = 0; i < columns.Length; i++)
        {
            var room = input.AsSpan(coding.Start(i), columns[i].InputRows).ToArray();
            Assert.Equal([.. new double[room.Length - 1], 1], room);
        }
    }

    [Fact]
    public void Columns_stand_one_after_another_and_a_known_value_is_read_beside_a_missing_one()
    {
        var coding = new RowCoding([Real, City, Flag]);
        var input = new double[coding.Rows];
        coding.Encode<double>([0.5, 0, 1], [1, 0, 1], input);

        Assert.Equal([0.5, 0, 0, 0, 0, 1, 1, 0], input);
        Assert.Equal((0, 2, 6), (coding.Start(0), coding.Start(1), coding.Start(2)));
    }

    [Fact]
    public void The_encoder_reads_as_many_numbers_as_the_coding_has()
    {
        var options = new VaeOptions
        {
            Features = 6, Columns = [Real, Spiked, Flag, City, Grade, Count], Likelihood = Likelihood.Columns,
        };

        Assert.Equal(options.InputRows, new RowCoding(options.Columns).Rows);
    }

    private static double[] Encoded(ColumnOptions column, double value)
    {
        var coding = new RowCoding([column]);
        var input = new double[coding.Rows];
        coding.Encode<double>([value], [], input);
        return input;
    }
}
