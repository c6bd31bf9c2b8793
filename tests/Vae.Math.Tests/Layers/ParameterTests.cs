namespace Vae.Math.Tests;

public class ParameterTests
{
    [Fact]
    public void A_parameter_begins_as_zeros_of_one_shape()
    {
        var parameter = new Parameter<float>("bias", 3, 2);

        Assert.Equal(6, parameter.Count);
        Assert.Equal(new float[6], parameter.Value.AsSpan().ToArray());
        Assert.Equal(new float[6], parameter.Gradient.AsSpan().ToArray());
    }

    [Theory, InlineData(0, 1), InlineData(1, 0), InlineData(-1, 1)]
    public void A_parameter_with_a_length_below_one_is_refused(int rows, int columns)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new Parameter<float>("weight", rows, columns));

    [Fact]
    public void A_parameter_without_a_name_is_refused() => Assert.Throws<ArgumentException>(() => new Parameter<float>("", 1, 1));
}
