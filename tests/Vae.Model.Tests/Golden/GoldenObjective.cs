using System.Numerics;
using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// One case of Golden/Objectives/cases.json: an objective with its values and gradients, by PyTorch in float64.
/// </summary>
internal sealed class GoldenObjective
{
    private static readonly Lazy<JsonElement> File = new(
        () => JsonDocument.Parse(
            System.IO.File.ReadAllBytes(
                Path.Combine(AppContext.BaseDirectory, "Golden", "Objectives", "cases.json"))).RootElement);

    private readonly JsonElement _case;

    private GoldenObjective(JsonElement element)
    {
        _case = element;
        Options = new VaeOptions
        {
            Features = File.Value.GetProperty("features").GetInt32(),
            Hidden = [.. File.Value.GetProperty("hidden").EnumerateArray().Select(size => size.GetInt32())],
            Latent = File.Value.GetProperty("latent").GetInt32(),
            Likelihood = Enum.Parse<Likelihood>(Text("likelihood")),
            Bound = Bound.Find(Text("bound"))!,
            EncoderActivation = Enum.Parse<Activation>(Text("encoder")),
            DecoderActivation = Enum.Parse<Activation>(Text("decoder")),
            KlWeight = Number("kl_weight"),
            FreeBits = Number("free_bits"),
            Draws = (int)Number("draws"),
            Classes = (int)Number("classes"),
        };
    }

    public static IEnumerable<string> Names
        => File.Value.GetProperty("cases").EnumerateArray().Select(element => element.GetProperty("name").GetString()!);

    public VaeOptions Options { get; }

    public double WarmUp => Number("warm_up");

    public bool HasTraining => _case.TryGetProperty("training", out _);

    /// <summary>The steps of Adam, a part of the case.</summary>
    public JsonElement Training => _case.GetProperty("training");

    public static GoldenObjective Named(string name)
        => new(
            File.Value.GetProperty("cases").EnumerateArray().Single(element => element.GetProperty("name").GetString() == name));

    public double Number(string field) => _case.GetProperty(field).GetDouble();

    public double[] Numbers(string field) => Numbers(_case.GetProperty(field));

    /// <summary>A row for each sample (or draw) in the file, a column here.</summary>
    public Matrix<double> Columns(string field) => Columns(_case.GetProperty(field));

    public Matrix<double> Gradient(string parameter) => Dense(_case.GetProperty("gradients").GetProperty(parameter));

    /// <summary>The model with the case's weights.</summary>
    public VariationalAutoencoder<T> Model<T>(IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var model = new VariationalAutoencoder<T>(Options, product);
        var weights = File.Value.GetProperty("parameters").GetProperty(Text("parameters"));
        Assert.Equal(
            weights.EnumerateObject().Select(weight => weight.Name).Order(),
            model.Parameters.Select(parameter => parameter.Name).Order());
        foreach (var parameter in model.Parameters)
        {
            GoldenModel.Fill(Dense(weights.GetProperty(parameter.Name)), parameter.Value);
        }

        return model;
    }

    /// <summary>The batch with its labels and noise.</summary>
    public Activations<T> Batch<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var input = Columns("x");
        var activations = new Activations<T>(Options, input.ColumnCount);
        GoldenModel.Fill(input, activations.Input);
        GoldenModel.Fill(Columns("epsilon"), activations.Noise);
        Numbers("labels").Select(label => (int)label).ToArray().CopyTo(activations.Labels, 0);
        return activations;
    }

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    public static Matrix<double> Columns(JsonElement rows)
        => Matrix<double>.Build.DenseOfColumnArrays(rows.EnumerateArray().Select(Numbers));

    /// <summary>A weight stands as [out][in], as it is here; a bias as a list, a column here.</summary>
    public static Matrix<double> Dense(JsonElement rows) => rows[0].ValueKind == JsonValueKind.Array
        ? Matrix<double>.Build.DenseOfRowArrays(rows.EnumerateArray().Select(Numbers))
        : Matrix<double>.Build.DenseOfColumnArrays(Numbers(rows));

    private string Text(string field) => _case.GetProperty(field).GetString()!;
}
