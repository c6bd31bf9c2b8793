using System.Numerics;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Math.Tests;

/// <summary>Values and gradients that PyTorch computed in float64, from layers.json; generate.py beside it wrote them.</summary>
/// <remarks>
/// The tolerance is 1e-10 in double, where only the last digits of exp and log and the order of sums differ, and 1e-4 in
/// float, whose 6e-8 a rounding may grow a thousandfold where a difference cancels. Both are relative to the value, or to
/// <see cref="Floor"/> where that is smaller: a difference of numbers near 1 has no relative precision.
/// </remarks>
internal sealed class GoldenCase
{
    private const double InDouble = 1e-10;
    private const double InFloat = 1e-4;
    private const double Floor = 1e-3;

    private static readonly Lazy<JsonDocument> Document = new(
        () => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "layers.json"))));

    private readonly JsonElement _case;

    private GoldenCase(JsonElement element) => _case = element;

    public static GoldenCase Named(string name) => new(Document.Value.RootElement.GetProperty(name));

    public GoldenCase Part(string field) => new(_case.GetProperty(field));

    public GoldenCase[] Parts(string field)
        => [.. _case.GetProperty(field).EnumerateArray().Select(part => new GoldenCase(part))];

    public double Number(string field) => _case.GetProperty(field).GetDouble();

    public double[] Numbers(string field) => Row(_case.GetProperty(field));

    /// <summary>Activations: a row for each sample in the file, a column for each sample here.</summary>
    public Matrix<T> Samples<T>(string field)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Columns<T>([.. _case.GetProperty(field).EnumerateArray().Select(Row)]);

    /// <summary>A weight: the same rows and columns here as in the file.</summary>
    public Matrix<T> Weight<T>(string field)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Samples<T>(field).Transpose();

    /// <summary>A bias: one column.</summary>
    public Matrix<T> Bias<T>(string field)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Columns<T>([Numbers(field)]);

    /// <summary>A series of weights, such as one for each step of Adam.</summary>
    public Matrix<T>[] Weights<T>(string field)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => [.. _case.GetProperty(field).EnumerateArray()
            .Select(step => Columns<T>([.. step.EnumerateArray().Select(Row)]).Transpose())];

    public static void RequireAgreement<T>(Matrix<double> expected, Matrix<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.Require(actual, expected.RowCount, expected.ColumnCount);
        RequireAgreement<T>(expected.AsSpan(), Some.Doubles(actual));
    }

    /// <summary>The same for a loss: its mean, the loss of each sample, and the gradient.</summary>
    public static void RequireAgreement<T>(string name, ILikelihood<T> loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = Named(name);
        var (output, target) = (golden.Samples<T>("output"), golden.Samples<T>("target"));
        var (perSample, gradient) = (new double[output.ColumnCount], output.Clone());

        var mean = loss.Forward(output, target, perSample, WorkerTeam.OfOne);
        loss.Backward(output, target, gradient, WorkerTeam.OfOne);

        RequireAgreement<T>([golden.Number("loss")], [mean]);
        RequireAgreement<T>(golden.Numbers("perSample"), perSample);
        RequireAgreement(golden.Samples<double>("outputGradient"), gradient);
    }

    /// <summary>The same for numbers that were computed in T and kept in double.</summary>
    public static void RequireAgreement<T>(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        var tolerance = typeof(T) == typeof(float) ? InFloat : InDouble;
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = double.Abs(actual[i] - expected[i]) / double.Max(double.Abs(expected[i]), Floor);
            Assert.True(
                error <= tolerance, $"Entry {i} is {actual[i]:R}, PyTorch has {expected[i]:R}: relative error {error:0.0e+00}.");
        }
    }

    private static double[] Row(JsonElement row) => [.. row.EnumerateArray().Select(number => number.GetDouble())];

    private static Matrix<T> Columns<T>(double[][] columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => CreateMatrix.DenseOfColumnArrays(columns.Select(column => column.Select(T.CreateTruncating).ToArray()).ToArray());
}
