using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using static Vae.Math.Tests.SomeTable;

namespace Vae.Math.Tests;

/// <summary>The loss and the gradient of a table's likelihood: shapes, masks, weights, draws, threads, messages.</summary>
public class TableLikelihoodTests
{
    private const int Samples = 7;

    public static TheoryData<int, bool, bool> DrawsMasksAndWeights
    {
        get
        {
            var data = new TheoryData<int, bool, bool>();
            foreach (var draws in new[] { 1, 3, 33 })
            {
                data.Add(draws, false, false);
                data.Add(draws, true, false);
                data.Add(draws, false, true);
                data.Add(draws, true, true);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(DrawsMasksAndWeights))]
    public void Backward_agrees_with_central_differences(int draws, bool masked, bool weighted)
    {
        var loss = Likelihood<double>();
        var output = OutputParameter(Samples * draws);
        var observed = masked ? Mask<double>(Samples) : null;
        var target = Target<double>(Samples, observed);
        var weights = weighted ? Weights(Samples * draws) : [.. Enumerable.Repeat(1.0 / (Samples * draws), Samples * draws)];
        var perDraw = new double[Samples * draws];

        var report = GradientCheck.Run(
            () =>
            {
                loss.Forward(output.Value, target, perDraw, WorkerTeam.OfOne, observed);
                return weights.Zip(perDraw, (weight, one) => weight * one).Sum();
            },
            () => loss.Backward(output.Value, target, output.Gradient, WorkerTeam.OfOne, weighted ? weights : [], observed),
            [output]);

        Assert.True(report.Passes(), report.ToString());
    }
}
