using System.Text;
using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Model.Tests;

/// <summary>Models in the types that PyTorch saves them in, beside tensors that are no part of the model.</summary>
public sealed class HalfPrecisionModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VaeModel _model;

    // Quarters: every one of these types holds them exactly.
    public HalfPrecisionModelTests()
    {
        var model = SomeModel.Of(Some.Shape(2, [3], latent: 1));
        foreach (var values in model.Parameters.Select(parameter => parameter.Value))
        {
            values.MapIndexedInplace((i, j, _) => ((i + (2 * j)) % 7 / 4f) - 0.5f);
        }

        _model = new VaeModel(model);
        _model.Save(Path);
    }

    private string Path => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F64")]
    public void A_model_of_another_type_gives_the_same_numbers(string type)
    {
        var row = new[] { 1f, 1f };
        Rewrite(values => (type, type switch
        {
            "F16" => BitConverter.GetBytes((Half)values),
            "BF16" => BitConverter.GetBytes(values)[2..],
            _ => BitConverter.GetBytes((double)values),
        }));

        Assert.Equal(_model.Encode(row), VaeModel.Load(Path).Encode(row));
        Assert.Equal(_model.Encode(row), VaeModel.Load(Path, _model.Options).Encode(row));
    }

    [Fact]
    public void Tensors_that_are_no_part_of_the_model_are_ignored_whatever_their_type()
    {
        Rewrite(
            value => ("F32", BitConverter.GetBytes(value)),
            ("steps", "I64", "[]", 8),
            ("mask", "BOOL", "[2,3]", 6),
            ("table", "U8", "[4]", 4),
            ("scale", "F8_E4M3", "[1,1,2]", 2),
            ("convolution.weight", "F32", "[1,2,3,1]", 24));

        Assert.Equal(_model.Encode([1f, 1f]), VaeModel.Load(Path).Encode([1f, 1f]));
    }

    [Fact]
    public void A_weight_of_an_unsuitable_type_is_refused_by_name()
    {
        Rewrite(value => ("I8", [(byte)value]));
        var message = Assert.Throws<CheckpointException>(() => VaeModel.Load(Path)).Message;
        Assert.StartsWith($"{Path}: 'encoder.hidden.0.weight' must have dtype F32, F64, F16 or BF16, but has I8.", message);
        Assert.Contains("Convert it to F32", message, StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => VaeModel.Load(Path, _model.Options));
    }

    // Without a description, as PyTorch writes it.
    private void Rewrite(
        Func<float, (string Type, byte[] Bytes)> convert, params (string Name, string Type, string Shape, int Length)[] others)
    {
        var header = new JsonObject();
        var data = new List<byte>();
        using (var file = SafeTensors.Read(Path))
        {
            foreach (var name in file.Names)
            {
                var tensor = file.Find(name)!;
                var (rows, columns) = tensor.MatrixShape!.Value;
                var values = Matrix<float>.Build.Dense(rows, columns);
                file.Read(name, values);
                var converted = values.ToRowMajorArray().Select(convert).ToList();
                Add(name, converted[0].Type, $"[{string.Join(',', tensor.Shape)}]", [.. converted.SelectMany(one => one.Bytes)]);
            }
        }

        foreach (var (name, type, shape, length) in others)
        {
            Add(name, type, shape, new byte[length]);
        }

        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        File.WriteAllBytes(Path, [.. BitConverter.GetBytes((long)text.Length), .. text, .. data]);

        void Add(string name, string type, string shape, byte[] bytes)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = JsonNode.Parse(shape),
                ["data_offsets"] = new JsonArray(data.Count, data.Count + bytes.Length),
            };
            data.AddRange(bytes);
        }
    }
}
