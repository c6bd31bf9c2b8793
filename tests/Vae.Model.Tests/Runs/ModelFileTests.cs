using System.Numerics;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Model.Tests;

public class ModelFileTests
{
    [Fact]
    public void The_weights_of_a_model_file_are_read_back_bit_by_bit()
    {
        RequireRoundTrip<float>();
        RequireRoundTrip<double>();

        static void RequireRoundTrip<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using var folder = new TemporaryFolder();
            var model = Some.Model<T>(Some.Shape(9, [8, 7], latent: 3), seed: 1);
            var other = Some.Model<T>(model.Options, seed: 2);
            model.Save(folder.File("model"));
            Assert.NotEqual(Some.Weights(model), Some.Weights(other));

            other.Load(folder.File("model"));

            Assert.Equal(Some.Weights(model), Some.Weights(other));
        }
    }

    [Fact]
    public void A_model_file_of_floats_is_loaded_in_double()
    {
        using var folder = new TemporaryFolder();
        var model = Some.Model<float>(Some.Shape());
        var wide = new VariationalAutoencoder<double>(model.Options);
        model.Save(folder.File("model"));
        wide.Load(folder.File("model"));
        Assert.Equal(Some.Weights(model), Some.Weights(wide));
    }

    // Read by the format's description alone: 8 bytes of length, JSON, numbers row by row.
    [Fact]
    public void A_model_file_has_the_format_of_a_PyTorch_state_dict()
    {
        using var folder = new TemporaryFolder();
        var model = Some.Model<float>(Some.Shape(9, [8, 7], latent: 1));
        model.Save(folder.File("model"));

        var bytes = File.ReadAllBytes(folder.File("model"));
        var headerLength = (int)BitConverter.ToUInt64(bytes, 0);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        var data = bytes.AsSpan(8 + headerLength);

        Assert.Equal(0, headerLength % 8);
        var metadata = header.RootElement.GetProperty("__metadata__");
        Assert.Equal(
            ("pt", "9-8-7-1-7-8-9"),
            (metadata.GetProperty("format").GetString(), metadata.GetProperty("architecture").GetString()));
        Assert.Equal(
            model.Parameters.Select(parameter => parameter.Name),
            header.RootElement.EnumerateObject().Select(property => property.Name).Where(name => name != "__metadata__"));
        var end = 0;
        foreach (var parameter in model.Parameters)
        {
            var entry = header.RootElement.GetProperty(parameter.Name);
            var (rows, columns) = (parameter.Value.RowCount, parameter.Value.ColumnCount);
            // A weight of shape [7, 1] stays a matrix.
            int[] shape = parameter.Name.EndsWith(".bias", StringComparison.Ordinal) ? [rows] : [rows, columns];
            Assert.Equal("F32", entry.GetProperty("dtype").GetString());
            Assert.Equal(shape, Numbers(entry.GetProperty("shape")));
            Assert.Equal([end, end + (4 * rows * columns)], Numbers(entry.GetProperty("data_offsets")));
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    Assert.Equal(parameter.Value[i, j], BitConverter.ToSingle(data[(end + (4 * ((i * columns) + j)))..]));
                }
            }

            end += 4 * rows * columns;
        }

        Assert.Equal(end, data.Length);
    }

    [Fact]
    public void A_model_file_of_another_architecture_is_refused_and_the_model_stays_unchanged()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model");
        Some.Model<float>(Some.Shape(hidden: [8, 7])).Save(path);
        var wide = Some.Model<float>(Some.Shape(hidden: [8, 9]));
        var deep = Some.Model<float>(Some.Shape(hidden: [8, 7, 6]));
        var (wideWeights, deepWeights) = (Some.Weights(wide), Some.Weights(deep));

        Assert.Equal(
            $"{path}: 'encoder.hidden.1.weight' must be 9 x 8, but is 7 x 8.",
            Assert.Throws<CheckpointException>(() => wide.Load(path)).Message);
        Assert.Equal(
            $"{path}: wanted a tensor 'encoder.hidden.2.weight', but there is none.",
            Assert.Throws<CheckpointException>(() => deep.Load(path)).Message);
        Assert.Equal(wideWeights, Some.Weights(wide));
        Assert.Equal(deepWeights, Some.Weights(deep));
    }

    [Fact]
    public void Unknown_tensors_of_a_model_file_are_ignored()
    {
        using var folder = new TemporaryFolder();
        var model = Some.Model<float>(Some.Shape());
        var more = model.Parameters
            .Select(parameter => (parameter.Name, parameter.Value))
            .Append(("more", Matrix<float>.Build.Dense(2, 2)));
        SafeTensors.Write(folder.File("model"), [.. more], new Dictionary<string, string>());
        var other = Some.Model<float>(Some.Shape(), seed: 2);
        other.Load(folder.File("model"));
        Assert.Equal(Some.Weights(model), Some.Weights(other));
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];
}
