using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Vae.Math;
using Vae.Model;

namespace Vae.Formats.Tests;

/// <summary>A model of a table with a column of every family, random weights, and the results of ONNX Runtime from its
/// files.</summary>
internal sealed class EveryFamily : IDisposable
{
    private static readonly (ColumnSchema Schema, ColumnOptions Options)[] Columns =
    [
        Number(new("Solar.R", ColumnKind.Real) { Offset = 100, Scale = 5 }, ColumnFamily.Gaussian),
        Number(
            new("wind\nspeed", ColumnKind.Real) { Offset = -3, Scale = 0.5 }, ColumnFamily.Gaussian, true, [0.5]),
        Number(new("t", ColumnKind.Real) { Offset = 1, Scale = 2 }, ColumnFamily.StudentT),
        Number(new("t 2", ColumnKind.Real) { Offset = 1, Scale = 2 }, ColumnFamily.StudentT, sharesScale: true, atoms: [1, -1]),
        Number(new("seconds", ColumnKind.Real) { Offset = 1.7e9, Scale = 60 }, ColumnFamily.GaussianMixture),
        Number(new("城市", ColumnKind.Date) { Offset = 18_000, Scale = 300 }, ColumnFamily.GaussianMixture, true, [-1, 0, 1]),
        Number(new("price", ColumnKind.Positive) { Least = 1, Offset = 3, Scale = 0.7 }, ColumnFamily.GaussianMixture),
        Number(new("1st", ColumnKind.Positive) { Offset = 2, Scale = 0.6 }, ColumnFamily.GaussianMixture, false, [0, 0.4]),
        Number(
            new("paid", ColumnKind.Positive) { Least = 1, Offset = 2, Scale = 1.5 }, ColumnFamily.GaussianMixture, true, [0.3]),
        Number(new("rain", ColumnKind.Positive) { Least = 0, Offset = 1, Scale = 0.8 }, ColumnFamily.Gaussian),
        Number(new("weight", ColumnKind.Positive) { Least = 1, Offset = 1, Scale = 0.8 }, ColumnFamily.StudentT),
        Count("visits", ColumnFamily.Poisson),
        Count("t_2", ColumnFamily.NegativeBinomial),
        Count("articles", ColumnFamily.ZeroInflatedNegativeBinomial),
        Number(
            new("steps", ColumnKind.Count) { ModelledAs = ColumnKind.Positive, Least = 0, Offset = 4, Scale = 0.6 },
            ColumnFamily.GaussianMixture),
        Number(
            new("points", ColumnKind.Count) { ModelledAs = ColumnKind.Real, Offset = 40, Scale = 9 },
            ColumnFamily.GaussianMixture),
        Levels(ColumnKind.Flag, ColumnFamily.Bernoulli, ["no", "yes"]),
        Levels(ColumnKind.Category, ColumnFamily.Category, ["Rome", "Oslo \"<é>\"", "Bonn"], ["Ulm", "Wien"]),
        Levels(ColumnKind.Ordinal, ColumnFamily.Ordinal, ["low", "middle", "high", "highest"]),
        Levels(ColumnKind.Ordinal, ColumnFamily.Ordinal, ["small", "large"]),
    ];

    public EveryFamily(bool withPaths = true, int latents = 3, int classes = 0)
    {
        Schema = new TableSchema([.. Columns.Select(column => column.Schema)]) { Scaling = Scaling.ByKind };
        var options = new VaeOptions
        {
            Features = Columns.Length,
            Hidden = [17, 9],
            Latent = latents,
            Likelihood = Likelihood.Columns,
            Columns = [.. Columns.Select(column => column.Options)],
            LinearPaths = withPaths,
            Factors = withPaths,
            Classes = classes,
        };
        Network = new VariationalAutoencoder<float>(options, new SimdProduct<float>(WorkerTeam.OfOne)).Initialise(1);
        var random = new Random(2);
        foreach (var parameter in Network.Parameters)
        {
            foreach (ref var weight in parameter.Value.AsSpan())      // shared rows and factors begin with zeros
            {
                weight = parameter.Name.EndsWith("precision", StringComparison.Ordinal)
                    ? random.NextSingle()
                    : (2 * weight) + random.NextSingle() - 0.5f;
            }
        }

        Rows = new RowModel(Network, Schema);
        Files = new VaeModel(Network, Schema).ExportOnnx(Folder);
        Encoder = Session.Open(Files[0].Path);
        Decoder = Session.Open(Files[1].Path);
    }

    public TableSchema Schema { get; }

    public VariationalAutoencoder<float> Network { get; }

    public RowModel Rows { get; }

    public IReadOnlyList<OnnxFile> Files { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("vae-onnx-table-").FullName;

    public InferenceSession Encoder { get; }

    public InferenceSession Decoder { get; }

    /// <summary>Rows in their own units.</summary>
    /// <param name="count">Their number.</param>
    /// <param name="holes">The share of missing values.</param>
    public double[][] Data(int count, double holes)
    {
        var random = new Random(5);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => Columns.Select(
                column => random.NextDouble() < holes ? double.NaN : Value(column.Schema, column.Options, random)).ToArray()),
        ];
    }

    /// <summary>Normal latents, in rows.</summary>
    public float[] Latents(int count)
    {
        var numbers = new float[count * Network.Options.Latent];
        new RandomDraws(3, 0, 0).FillNormal(numbers);
        return numbers;
    }

    /// <summary>The decoder's output by this library, rows x draws.</summary>
    public Matrix<float> Output(float[] latents, int label = 0)
    {
        var a = new Activations<float>(Network.Options, latents.Length / Network.Options.Latent);
        a.Labels.AsSpan().Fill(label);
        latents.CopyTo(a.Latent.AsSpan());
        Network.Decode(a);
        return a.Output;
    }

    /// <summary>An output of the encoder by ONNX Runtime, row after row.</summary>
    public float[] Encode(double[][] rows, string output)
    {
        var x = new DenseTensor<double>(rows.SelectMany(row => row).ToArray(), [rows.Length, Columns.Length]);
        using var results = Encoder.Run([NamedOnnxValue.CreateFromTensor("x", x)], [output]);
        return [.. results[0].AsEnumerable<float>()];
    }

    /// <summary>All outputs of the decoder by ONNX Runtime: for each name, rows of numbers.</summary>
    public Dictionary<string, double[][]> Decode(float[] latents, int? label = null)
    {
        var count = latents.Length / Network.Options.Latent;
        var z = new DenseTensor<float>(latents, [count, Network.Options.Latent]);
        List<NamedOnnxValue> given = [NamedOnnxValue.CreateFromTensor("z", z)];
        if (label is { } one)
        {
            given.Add(NamedOnnxValue.CreateFromTensor(
                "label", new DenseTensor<long>(Enumerable.Repeat((long)one, count).ToArray(), [count])));
        }

        using var results = Decoder.Run(given);
        return results.ToDictionary(
            result => result.Name,
            result => result.AsEnumerable<double>().Chunk(result.AsTensor<double>().Dimensions[1]).ToArray());
    }

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static double Value(ColumnSchema column, ColumnOptions options, Random random) => column.Kind switch
    {
        ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal
            => random.Next(int.Max(2, options.Likelihood.Levels)),
        ColumnKind.Count => random.Next(4) * random.Next(100),
        ColumnKind.Positive => random.Next(4) == 0 ? 0 : double.Exp(column.Offset + (column.Scale * Normal(random))),
        _ => column.Offset + (column.Scale * Normal(random)),
    };

    private static double Normal(Random random)
        => double.Sqrt(-2 * double.Log(1 - random.NextDouble())) * double.Cos(2 * double.Pi * random.NextDouble());

    private static (ColumnSchema Schema, ColumnOptions Options) Number(
        ColumnSchema schema, ColumnFamily family, bool sharesScale = false, double[]? atoms = null) => (
            schema,
            new ColumnOptions(new ColumnLikelihood
            {
                Family = family,
                Components = family == ColumnFamily.GaussianMixture ? 3 : 1,
                SharesScale = sharesScale,
                Atoms = atoms ?? [],
                LeastDeviation = 0.05,
                IsLogarithm = schema.LikelihoodKind == ColumnKind.Positive,
                HasZeros = schema.LikelihoodKind == ColumnKind.Positive && !(schema.Least > 0),
            }));

    private static (ColumnSchema Schema, ColumnOptions Options) Count(string name, ColumnFamily family) => (
        new ColumnSchema(name, ColumnKind.Count) { Least = 0, Largest = 300, Offset = 2.5, Scale = 1.25 },
        new ColumnOptions(new ColumnLikelihood { Family = family }) { InputOffset = 2.5, InputScale = 1.25 });

    private static (ColumnSchema Schema, ColumnOptions Options) Levels(
        ColumnKind kind, ColumnFamily family, string[] levels, string[]? pooled = null)
    {
        var count = levels.Length + (pooled is null ? 0 : 1);
        return (
            new ColumnSchema($"{kind} of {levels.Length}", kind) { Levels = levels, PooledLevels = pooled ?? [] },
            new ColumnOptions(new ColumnLikelihood { Family = family, Levels = kind == ColumnKind.Flag ? 0 : count }));
    }
}
