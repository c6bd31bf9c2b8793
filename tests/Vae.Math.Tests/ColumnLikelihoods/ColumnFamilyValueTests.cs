using System.Numerics;
using System.Text.Json;

namespace Vae.Math.Tests;

/// <summary>Losses and gradients of families of counts and levels against columns.json, which columns.py computed in 60 digits
/// (and compared with PyTorch's autograd where that can be trusted).</summary>
public class ColumnFamilyValueTests
{
    // Where a gradient is a difference of nearly equal numbers, a thousandth of the size of a loss counts instead of it.
    private const double Floor = 1e-3;

    private static readonly Lazy<JsonDocument> Document = new(
        () => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "columns.json"))));

    public static TheoryData<string> Names => [.. Families<double>().Keys];

    // 1e-10: some ten roundings of 1e-16, of terms that are at most a hundred thousand times a result: 16 million counts.
    [Theory, MemberData(nameof(Names))]
    public void Losses_and_gradients_are_those_of_60_digits_in_double(string name) => RequireAgreement<double>(name, 1e-10);

    // Counts and ordinals compute in double, so that a float's only error is a result's rounding, 6e-8; a category's logits
    // differ
    // by up to 30, whose rounding of 2e-6 an exponential passes on.
    [Theory, MemberData(nameof(Names))]
    public void Losses_and_gradients_are_those_of_60_digits_in_float(string name) => RequireAgreement<float>(name, 5e-6);

    [Theory, MemberData(nameof(Names))]
    public void Many_draws_have_the_bits_of_each_alone(string name)
    {
        var family = Families<double>()[name];
        var cases = Cases(name);
        var draws = 301;                                              // more than are computed at once, and no whole vectors
        var outputs = new double[family.Outputs * draws];
        var x = new double[draws];
        for (var j = 0; j < draws; j++)
        {
            x[j] = cases[j % cases.Length].X;
            for (var o = 0; o < family.Outputs; o++)
            {
                outputs[(o * draws) + j] = cases[j % cases.Length].Outputs[o];
            }
        }

        var (loss, lossAlone, gradient) = (new double[draws], new double[draws], new double[outputs.Length]);
        family.Loss(outputs, x, loss, gradient);
        family.Loss(outputs, x, lossAlone, []);

        Assert.Equal(loss, lossAlone);
        for (var j = 0; j < draws; j++)
        {
            var one = OneColumn.LossOf(family, x[j], cases[j % cases.Length].Outputs);
            Assert.Equal(one.Loss, loss[j]);
            Assert.Equal(one.Gradient, Enumerable.Range(0, family.Outputs).Select(o => gradient[(o * draws) + j]));
        }
    }

    // 1e-7, as everywhere: central differences, extrapolated, keep nine digits of a smooth loss.
    [Theory, MemberData(nameof(Names))]
    public void Gradients_agree_with_central_differences(string name)
    {
        var family = Families<double>()[name];
        foreach (var (x, outputs) in Cases(name).Where(one => one.X < 2000).Select(one => (one.X, one.Outputs)))
        {
            var gradient = OneColumn.LossOf(family, x, outputs).Gradient;
            var parameter = new Parameter<double>("outputs", outputs.Length, 1);
            outputs.CopyTo(parameter.Value.AsSpan());
            var differences = new CentralDifferences(
                parameter, () => OneColumn.LossOf(family, x, parameter.Value.AsSpan()).Loss);
            for (var i = 0; i < outputs.Length; i++)
            {
                var expected = differences.Derivative(i);
                var loss = OneColumn.LossOf(family, x, outputs).Loss;
                var scale = double.Max(double.Abs(expected), 1e-3 * double.Max(1, double.Abs(loss))); // a loss's rounding counts
                var error = double.Abs(gradient[i] - expected) / scale;
                Assert.True(
                    error <= 1e-7, $"{name}, x = {x}, ({string.Join(", ", outputs)}), {i}: {gradient[i]:R}, {expected:R}.");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Warm_losses_allocate_nothing(string name)
    {
        var family = Families<float>()[name];
        var one = Cases(name)[0];
        var (outputs, loss, gradient) = (OneColumn.Numbers<float>(one.Outputs), new float[1], new float[family.Outputs]);
        var x = OneColumn.Numbers<float>([one.X]);

        Assert.Equal(0, Some.AllocatedBytes(() => family.Loss(outputs, x, loss, gradient)));
    }

    private static Dictionary<string, IColumnFamily<T>> Families<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new()
        {
            ["poisson"] = new PoissonFamily<T>(),
            ["negativeBinomial"] = new NegativeBinomialFamily<T>(zeroInflated: false),
            ["zeroInflated"] = new NegativeBinomialFamily<T>(zeroInflated: true),
            ["bernoulli"] = new BernoulliFamily<T>(),
            ["category"] = new CategoryFamily<T>(4),
            ["ordinal"] = new OrdinalFamily<T>(4),
        };

    private static void RequireAgreement<T>(string name, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var family = Families<T>()[name];
        foreach (var (x, outputs, loss, gradient) in Cases(name))
        {
            var actual = OneColumn.LossOf(family, x, outputs);
            double[] right = [loss, .. gradient];
            double[] ours = [actual.Loss, .. actual.Gradient];
            for (var i = 0; i < right.Length; i++)
            {
                var error = double.Abs(ours[i] - right[i]) / double.Max(double.Abs(right[i]), Floor);
                Assert.True(
                    error <= tolerance,
                    $"{name}, x = {x}, ({string.Join(", ", outputs)}), {i}: {ours[i]:R}, not {right[i]:R}; error {error:G2}.");
            }
        }
    }

    private static Case[] Cases(string name)
        => [.. Document.Value.RootElement.GetProperty(name).EnumerateArray().Select(one => new Case(
            one.GetProperty("x").GetDouble(), Row(one, "outputs"), one.GetProperty("loss").GetDouble(), Row(one, "gradient")))];

    private static double[] Row(JsonElement one, string field)
        => [.. one.GetProperty(field).EnumerateArray().Select(number => number.GetDouble())];

    private sealed record Case(double X, double[] Outputs, double Loss, double[] Gradient);
}
