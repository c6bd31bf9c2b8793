using System.Numerics;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>One file of Golden/: a whole model's values, gradients and Adam steps, by PyTorch in float64.</summary>
internal sealed class GoldenModel
{
    private readonly JsonElement _root;

    private GoldenModel(JsonElement root)
    {
        _root = root;
        Options = new VaeOptions
        {
            Features = root.GetProperty("features").GetInt32(),
            Hidden = [.. root.GetProperty("hidden").EnumerateArray().Select(size => size.GetInt32())],
            Latent = root.GetProperty("latent").GetInt32(),
            Likelihood = root.GetProperty("likelihood").GetString() switch
            {
                "bernoulli" => Likelihood.Bernoulli,
                "gaussian" => Likelihood.Gaussian,
                var other => throw new InvalidDataException($"There is no such likelihood: {other}."),
            },
            KlWeight = root.GetProperty("kl_weight").GetDouble(),
        };
        var adam = root.GetProperty("adam");
        Adam = new AdamOptions
        {
            LearningRate = adam.GetProperty("learning_rate").GetDouble(),
            Beta1 = adam.GetProperty("beta1").GetDouble(),
            Beta2 = adam.GetProperty("beta2").GetDouble(),
            Epsilon = adam.GetProperty("epsilon").GetDouble(),
        };
    }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");

    public static IEnumerable<string> Files
        => Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileName(path)).Order();

    public VaeOptions Options { get; }

    public AdamOptions Adam { get; }

    public int Batch => _root.GetProperty("batch").GetInt32();

    public int Steps => _root.GetProperty("adam").GetProperty("steps").GetInt32();

    public double Loss => _root.GetProperty("loss").GetDouble();

    public double[] AdamLosses => Row(_root.GetProperty("adam").GetProperty("losses"));

    public static GoldenModel Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        return new GoldenModel(document.RootElement.Clone());
    }

    public double[] PerSample(string field) => Row(_root.GetProperty(field));

    /// <summary>A row for each sample in the file, a column for each sample here.</summary>
    public Matrix<double> Samples(string field) => Transposed(_root.GetProperty(field));

    public Matrix<double> Noise(int step) => Transposed(_root.GetProperty("epsilon")[step]);

    public Matrix<double> Parameter(string name) => Dense(_root.GetProperty("parameters").GetProperty(name));

    public Matrix<double> Gradient(string name) => Dense(_root.GetProperty("gradients").GetProperty(name));

    public Matrix<double> AfterAdam(string name) => Dense(_root.GetProperty("adam").GetProperty("parameters").GetProperty(name));

    public IReadOnlyList<string> ParameterNames
        => [.. _root.GetProperty("parameters").EnumerateObject().Select(property => property.Name)];

    /// <summary>The model with the file's weights.</summary>
    public VariationalAutoencoder<T> Model<T>(IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var model = new VariationalAutoencoder<T>(Options, product);
        foreach (var parameter in model.Parameters)
        {
            Fill(Parameter(parameter.Name), parameter.Value);
        }

        return model;
    }

    public static void Fill<T>(Matrix<double> from, Matrix<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.Require(to, from.RowCount, from.ColumnCount);
        for (var i = 0; i < from.AsSpan().Length; i++)
        {
            to.AsSpan()[i] = T.CreateChecked(from.AsSpan()[i]);
        }
    }

    private static double[] Row(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static Matrix<double> Transposed(JsonElement rows)
        => Matrix<double>.Build.DenseOfColumnArrays(rows.EnumerateArray().Select(Row));

    // A weight stands as [out][in], as it is here; a bias as a list, a column here.
    private static Matrix<double> Dense(JsonElement rows) => rows[0].ValueKind == JsonValueKind.Array
        ? Matrix<double>.Build.DenseOfRowArrays(rows.EnumerateArray().Select(Row))
        : Matrix<double>.Build.DenseOfColumnArrays(Row(rows));
}
