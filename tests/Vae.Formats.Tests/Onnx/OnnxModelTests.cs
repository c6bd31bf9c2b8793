using Google.Protobuf;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Vae.Math;

namespace Vae.Formats.Tests;

/// <summary>Graphs as files, and the functions that networks are made of.</summary>
public sealed class OnnxModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_mean_of_a_continuous_Bernoulli_is_right_where_its_formula_is_zero_over_zero()
    {
        float[] logits =
        [
            0, -0f, 1e-45f, -1e-30f, 1e-8f, -1e-5f, 1e-3f, 0.1f, -0.5f, 0.9f, -0.99f, float.BitDecrement(1),
            1, -1, float.BitIncrement(1), -1.5f, 3, -10, 17, 50, -87, -89, 100, -100,
            1e4f, -1e4f, 1e20f, -1e30f,
        ];

        var means = Run(logits, graph => graph.ContinuousBernoulliMean("l"));

        for (var i = 0; i < logits.Length; i++)
        {
            // In float, 1 / (1 - exp(-l)) - 1 / l loses two bits near l = 1, and nothing is closer to 1 than 6e-8.
            Assert.True(double.Abs(ContinuousBernoulliMean(logits[i]) - means[i]) <= 3e-7, $"at {logits[i]}: {means[i]}");
        }
    }

    [Fact]
    public void A_log_variance_approaches_its_floor_from_above_and_is_the_raw_value_far_above_it()
    {
        var variances = Run([-1e6f, -100, 100, 1e6f], graph => graph.LogVarianceOfRaw("l"));
        Assert.Equal([-6, -6, 100, 1e6f], variances);
    }

    // Eigenvalues from 1 to 1e8, as of a factor analysis that has a column nearly without noise.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public void A_positive_definite_system_is_solved(int size)
    {
        var random = new Random(size);
        var w = Matrix<double>.Build.Dense(size, size, (_, _) => random.NextDouble() - 0.5);
        var a = (1e8 * w.Column(0).OuterProduct(w.Column(0))) + (w * w.Transpose()) + Matrix<double>.Build.DenseIdentity(size);
        var numbers = Enumerable.Range(0, size).Select(_ => random.NextSingle()).ToArray();
        var wanted = a.Solve(Vector<double>.Build.Dense(size, i => numbers[i]));

        var graph = new OnnxGraph("system");
        var b = graph.Cast(graph.Input("b", OnnxType.Float, size), OnnxType.Double);
        var matrix = graph.Doubles(a.ToRowMajorArray(), 1, size, size);
        graph.Output("y", OnnxFactors.Solve(graph, matrix, b, size), size, OnnxType.Double);
        OnnxModel.Write(graph, [], _folder.File("graph.onnx"));
        using var session = Session.Open(_folder.File("graph.onnx"));
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("b", new DenseTensor<float>(numbers, [1, size]))]);

        // A condition of 1e8 times a double's rounding of 1e-16.
        var found = Vector<double>.Build.Dense([.. results[0].AsEnumerable<double>()]);
        Assert.True((found - wanted).InfinityNorm() <= 1e-7 * wanted.InfinityNorm(), $"{found} {wanted}");
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused_by_the_runtime()
    {
        var path = _folder.File("graph.onnx");
        Run([1], graph => graph.Apply("Exp", "l"));
        var bytes = File.ReadAllBytes(path);
        foreach (var length in new[] { 0, 1, bytes.Length / 2, bytes.Length - 1 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.ThrowsAny<OnnxRuntimeException>(() => Session.Open(path).Dispose());
        }
    }

    [Fact]
    public void A_file_of_2_GB_is_refused_before_a_weight_is_asked_for()
    {
        var graph = new OnnxGraph("large");
        graph.Tensor(OnnxTensor.Of("weight", () => throw new InvalidOperationException("It was asked for."), 1 << 20, 1 << 9));
        var path = _folder.File("large.onnx");

        var refusal = Assert.Throws<NotSupportedException>(() => OnnxModel.Write(graph, [], path));

        Assert.StartsWith(
            $"{path}: an ONNX file has at most {int.MaxValue:N0} bytes, but this one would have {1L << 31:N0}"[..^4],
            refusal.Message,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullPath));
    }

    // The length of a message is written before its fields: a wrong length makes the file unreadable.
    [Fact]
    public void The_length_of_a_message_is_the_number_of_bytes_it_writes()
    {
        var message = new ProtobufMessage().Add(1, -1).Add(2, long.MaxValue).Add(3, 0).Add(16, 1.5f).Add(2000, "é€").Add(7, "");
        message = new ProtobufMessage().Add(4, message).Add(5, 300, () => new byte[300]).Add(6, new ProtobufMessage());
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            message.WriteTo(output);
        }

        Assert.Equal(message.Length, stream.Length);
    }

    private float[] Run(float[] numbers, Func<OnnxGraph, string> function)
    {
        var graph = new OnnxGraph("function");
        graph.Input("l", OnnxType.Float, 1);
        graph.Output("y", function(graph), 1);
        var path = _folder.File("graph.onnx");
        OnnxModel.Write(graph, [], path);
        using var session = Session.Open(path);
        var input = new DenseTensor<float>(numbers, [numbers.Length, 1]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("l", input)]);
        return [.. results[0].AsEnumerable<float>()];
    }

    private static double ContinuousBernoulliMean(double logit)
    {
        var output = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(1, 1, logit);
        var mean = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(1, 1);
        new ContinuousBernoulli<double>().Mean(output, mean);
        return mean[0, 0];
    }
}
