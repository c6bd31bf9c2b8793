using System.Globalization;

namespace Vae.Math.Tests;

/// <summary>A real column with far too many zeros, mlc_churn's number_vmail_messages, whose largest likelihoods others
/// found.</summary>
public class RealCountTests
{
    // The optima are quoted to a tenth, and Adam with a rate that falls to 0 comes as near.
    [TablesFact]
    public void Adam_finds_the_best_zero_inflated_negative_binomial()
    {
        Assert.Equal(-7504.4, Fitted(zeroInflated: true, start: null), 0.1);
        Assert.Equal(-7504.4, Fitted(zeroInflated: true, start: [0, 1, 0]), 0.1);
    }

    [TablesFact]
    public void Adam_finds_the_best_negative_binomial()
        => Assert.Equal(-9571.9, Fitted(zeroInflated: false, start: [1, 0]), 0.1);

    // The log-likelihood after Adam, from the family's own beginning or another one.
    private static double Fitted(bool zeroInflated, double[]? start)
    {
        const int Steps = 2000;
        var family = new NegativeBinomialFamily<double>(zeroInflated);
        var values = Values();
        var parameter = new Parameter<double>("outputs", family.Outputs, 1);
        (start ?? OneColumn.Started(family, values)).CopyTo(parameter.Value.AsSpan());
        var adam = new Adam<double>([parameter], new AdamOptions { LearningRate = 0.05 }, WorkerTeam.OfOne);
        var distinct = values.CountBy(x => x).ToArray();
        for (var step = 0; step < Steps; step++)
        {
            parameter.Gradient.Clear();
            foreach (var (x, times) in distinct)
            {
                var gradient = OneColumn.LossOf(family, x, parameter.Value.AsSpan()).Gradient;
                for (var i = 0; i < gradient.Length; i++)
                {
                    parameter.Gradient.AsSpan()[i] += gradient[i] * times / values.Length;
                }
            }

            adam.Step(1 - ((double)step / Steps));
        }

        return -OneColumn.TotalLoss(family, values, parameter.Value.AsSpan());
    }

    private static double[] Values()
    {
        var lines = File.ReadAllLines(Path.Combine(TablesFactAttribute.Folder!, "mixed", "mlc_churn.csv"));
        var place = Array.IndexOf(lines[0].Split(','), "\"number_vmail_messages\"");
        return [.. lines[1..].Select(line => double.Parse(line.Split(',')[place], CultureInfo.InvariantCulture))];
    }
}
