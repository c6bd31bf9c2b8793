namespace Vae.Math.Tests;

/// <summary>The moments of a column's values.</summary>
public sealed class MomentsTests
{
    [Fact]
    public void Mean_and_variance_are_those_of_the_values()
    {
        Assert.Equal((4, 13), Moments.Of([-1, 3, 5, 9]));             // (25 + 1 + 1 + 25) / 4, without rounding
        Assert.Equal((7, 0), Moments.Of([7]));
    }
}
