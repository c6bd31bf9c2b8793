namespace Vae.Math.Tests;

public class ColumnLossTests
{
    // Parts of 784 features are 20 columns wide: here three, the last of them short. Twice would be wrong with several threads,
    // as a gradient is scaled in place.
    [Theory, InlineData(1), InlineData(3)]
    public void Each_column_is_computed_once_by_whichever_part(int threads)
    {
        using var team = new WorkerTeam(threads);
        var calls = new int[50];

        ColumnLoss.Run(
            new Counting(calls), Some.Zeros<float>(784, 50), Some.Zeros<float>(784, 50), new double[50], [], [], team);

        Assert.All(calls, count => Assert.Equal(1, count));
    }

    private readonly struct Counting(int[] calls) : IColumnLoss<float>
    {
        public double Loss(
            ReadOnlySpan<float> output, ReadOnlySpan<float> target, Span<float> gradient, double weight, ColumnPlace place)
            => Interlocked.Increment(ref calls[place.Sample]);

        public void Gradient(ReadOnlySpan<float> output, ReadOnlySpan<float> target, Span<float> gradient, double weight)
            => throw new NotSupportedException();
    }
}
