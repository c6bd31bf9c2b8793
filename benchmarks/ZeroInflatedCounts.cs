using System.Globalization;
using Vae.Math;
using static System.FormattableString;

namespace Vae.Benchmarks;

/// <summary>Fits the counts of <c>number_vmail_messages</c> of mlc_churn.csv, no network, by the families of counts alone, and
/// prints
/// the log-likelihoods beside the known optima.</summary>
/// <remarks>No arguments; the environment variable VAE_TABLES_DIR names the folder with <c>mixed/mlc_churn.csv</c>.</remarks>
internal static class ZeroInflatedCounts
{
    private const string Column = "number_vmail_messages";
    private const int Steps = 3000;

    public static int Run()
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("VAE_TABLES_DIR") ?? "", "mixed", "mlc_churn.csv");
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"zinb wants VAE_TABLES_DIR, the folder with mixed/mlc_churn.csv, but there is no {path}.");
            return 2;
        }

        var values = Values(path);
        Console.WriteLine($"{Column}: {values.Length} counts, {values.Count(x => x == 0)} of them 0");
        Console.WriteLine("| family | beginning | its log-likelihood | after Adam | known optimum | outputs |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var zeroInflated = new NegativeBinomialFamily<double>(zeroInflated: true);
        var plain = new NegativeBinomialFamily<double>(zeroInflated: false);
        var logMean = double.Log(values.Average());
        Print("ZINB", zeroInflated, values, "Start", Started(zeroInflated, values), -7504.4);
        Print("ZINB", zeroInflated, values, "(0, log mean, 0)", [0, logMean, 0], -7504.4);
        Print("NB", plain, values, "Start", Started(plain, values), -9571.9);
        Print("NB", plain, values, "(log mean, 0)", [logMean, 0], -9571.9);
        return 0;
    }

    private static void Print(
        string name, NegativeBinomialFamily<double> family, double[] values, string beginning, double[] outputs, double optimum)
    {
        var parameter = new Parameter<double>("outputs", outputs.Length, 1);
        var adam = new Adam<double>([parameter], new AdamOptions { LearningRate = 0.05 }, WorkerTeam.OfOne);
        var first = LogLikelihood(family, values, outputs, new double[outputs.Length]);
        var gradient = new double[outputs.Length];
        for (var step = 0; step < Steps; step++)
        {
            LogLikelihood(family, values, outputs, gradient);
            for (var i = 0; i < outputs.Length; i++)
            {
                parameter.Value[i, 0] = outputs[i];
                parameter.Gradient[i, 0] = gradient[i];
            }

            adam.Step(1 - ((double)step / Steps));                    // the rate falls to 0
            for (var i = 0; i < outputs.Length; i++)
            {
                outputs[i] = parameter.Value[i, 0];
            }
        }

        var last = LogLikelihood(family, values, outputs, gradient);
        var numbers = string.Join(", ", outputs.Select(output => Invariant($"{output:F4}")));
        Console.WriteLine(Invariant($"| {name} | {beginning} | {first:F2} | {last:F2} | {optimum:F1} | {numbers} |"));
    }

    // The sum of log p, and the mean of the losses' gradients.
    private static double LogLikelihood(
        NegativeBinomialFamily<double> family, double[] values, double[] outputs, double[] meanGradient)
    {
        var count = values.Length;
        var (rows, losses) = (new double[outputs.Length * count], new double[count]);
        for (var o = 0; o < outputs.Length; o++)
        {
            rows.AsSpan(o * count, count).Fill(outputs[o]);
        }

        var gradients = new double[rows.Length];
        family.Loss(rows, values, losses, gradients);
        for (var o = 0; o < outputs.Length; o++)
        {
            meanGradient[o] = gradients.AsSpan(o * count, count).ToArray().Average();
        }

        return -losses.Sum();
    }

    private static double[] Started(NegativeBinomialFamily<double> family, double[] values)
    {
        var outputs = new double[family.Outputs];
        family.Start(values, outputs);
        return outputs;
    }

    private static double[] Values(string path)
    {
        var lines = File.ReadAllLines(path);
        var place = Array.IndexOf(lines[0].Split(','), $"\"{Column}\"");
        return [.. lines[1..].Select(line => double.Parse(line.Split(',')[place], CultureInfo.InvariantCulture))];
    }
}
