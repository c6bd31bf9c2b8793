using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Rows of the decoder's output that are learnt numbers; the gradient check of models of columns covers the whole
/// path.</summary>
public sealed class SharedOutputsTests
{
    private static readonly bool[] IsShared = [false, true, false, true, true];

    [Fact]
    public void Shared_rows_stand_between_the_computed_ones_and_are_the_same_for_all_draws()
    {
        var shared = Made();
        var computed = Matrix<double>.Build.DenseOfRowArrays([1, 2, 3], [4, 5, 6]);
        var output = Matrix<double>.Build.Dense(5, 3);
        shared.Forward(computed, output, WorkerTeam.OfOne);

        Assert.Equal(
            Matrix<double>.Build.DenseOfRowArrays([1, 2, 3], [10, 10, 10], [4, 5, 6], [20, 20, 20], [30, 30, 30]), output);
    }

    [Fact]
    public void The_gradient_of_a_shared_row_is_the_sum_over_the_draws_and_replaces_an_older_one()
    {
        var shared = Made();
        var gradient = Matrix<double>.Build.DenseOfRowArrays([1, 2], [3, 4], [5, 6], [7, 8], [9, 10]);
        var computed = Matrix<double>.Build.Dense(2, 2);
        shared.Backward(gradient, computed, WorkerTeam.OfOne);
        shared.Backward(gradient, computed, WorkerTeam.OfOne);

        Assert.Equal(Matrix<double>.Build.DenseOfRowArrays([1, 2], [5, 6]), computed);
        Assert.Equal([7, 15, 19], shared.Value.Gradient.AsSpan());
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        const int Draws = 300;
        using var three = new WorkerTeam(3);
        var (one, many) = (Passes(WorkerTeam.OfOne), Passes(three));

        Assert.Equal(one, many);

        float[] Passes(WorkerTeam team)
        {
            var shared = new SharedOutputs<float>(IsShared);
            var random = new Random(1);
            var computed = Matrix<float>.Build.Dense(2, Draws, (_, _) => random.NextSingle());
            var gradient = Matrix<float>.Build.Dense(5, Draws, (_, _) => random.NextSingle());
            var output = Matrix<float>.Build.Dense(5, Draws);
            shared.Forward(computed, output, team);
            shared.Backward(gradient, computed, team);
            return [.. output.AsSpan(), .. computed.AsSpan(), .. shared.Value.Gradient.AsSpan()];
        }
    }

    [Fact]
    public void A_number_for_each_row_is_split_into_computed_and_shared_ones()
    {
        var shared = Made();
        var computed = new double[2];
        shared.Split([1, 2, 3, 4, 5], computed);

        Assert.Equal([1, 3], computed);
        Assert.Equal([2, 4, 5], shared.Value.Value.AsSpan());
        Assert.Equal((0, 1, -1), (shared.ComputedPlace(0), shared.ComputedPlace(2), shared.ComputedPlace(3)));
    }

    private static SharedOutputs<double> Made()
    {
        var shared = new SharedOutputs<double>(IsShared);
        shared.Split([0, 10, 0, 20, 30], new double[2]);
        return shared;
    }
}
