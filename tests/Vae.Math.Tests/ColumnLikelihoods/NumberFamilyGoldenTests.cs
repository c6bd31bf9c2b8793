using System.Numerics;
using System.Text.Json;

namespace Vae.Math.Tests;

/// <summary>Losses and gradients of the families of numbers against PyTorch and mpmath; Golden/number_columns.py wrote
/// them.</summary>
public class NumberFamilyGoldenTests
{
    private static readonly Lazy<JsonDocument> Document = new(
        () => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "number_columns.json"))));

    public static TheoryData<string> EveryCase => [.. Document.Value.RootElement.EnumerateObject().Select(one => one.Name)];

    // A few roundings of 1e-16, which the square of up to 1e4 deviations and the sums of responsibilities may grow a
    // thousandfold; 1e-14 for outputs whose gradients cancel, but nothing for that of nu, which is tiny by itself.
    [Theory, MemberData(nameof(EveryCase))]
    public void In_double_every_loss_and_gradient_has_11_digits(string name) => RequireAgreement<double>(name, 1e-11, 1e-14);

    // Rounding the logarithm of a scale to a float, up to 16, costs 1e-6 of a square, which is up to twice that of the loss.
    [Theory, MemberData(nameof(EveryCase))]
    public void In_float_every_loss_and_gradient_has_5_digits(string name) => RequireAgreement<float>(name, 1e-5, 3e-6);

    // |actual - expected| <= relative |expected| + absolute; the absolute part for outputs that meet at 0, but none for nu.
    private static void RequireAgreement<T>(string name, double relative, double absolute)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = Document.Value.RootElement.GetProperty(name);
        var column = golden.GetProperty("column").Deserialize<ColumnLikelihood>(Options)!;
        var outputs = Rows(golden.GetProperty("outputs"));
        var expected = Rows(golden.GetProperty("gradient"));
        var losses = golden.GetProperty("loss").EnumerateArray().Select(loss => loss.GetDouble()).ToArray();
        T[] x = [.. golden.GetProperty("x").EnumerateArray().Select(
            x => x.ValueKind == JsonValueKind.Null ? T.NegativeInfinity : T.CreateTruncating(x.GetDouble()))];
        var family = ColumnFamilies.Of<T>(column);
        T[] given = [.. Enumerable.Range(0, family.Outputs).SelectMany(o => outputs.Select(draw => T.CreateTruncating(draw[o])))];
        var (loss, gradient) = (new T[x.Length], new T[given.Length]);

        family.Loss(given, x, loss, gradient);

        for (var j = 0; j < x.Length; j++)
        {
            Check(losses[j], loss[j], absolute, $"the loss of draw {j}");
            for (var o = 0; o < family.Outputs; o++)
            {
                var isDegrees = column.Family == ColumnFamily.StudentT && o == family.Outputs - 1;
                Check(expected[j][o], gradient[(o * x.Length) + j], isDegrees ? 0 : absolute, $"output {o} of draw {j}");
            }
        }

        void Check(double right, T actual, double floor, string place)
        {
            var error = double.Abs(double.CreateTruncating(actual) - right);
            Assert.True(error <= (relative * double.Abs(right)) + floor, $"{place} is {actual}, but must be {right:R}.");
        }
    }

    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    private static double[][] Rows(JsonElement rows)
        => [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(number => number.GetDouble()).ToArray())];
}
