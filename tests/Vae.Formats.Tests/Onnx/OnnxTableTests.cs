using System.Globalization;
using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Vae.Math;
using Vae.Model;
using static MathNet.Numerics.SpecialFunctions;

namespace Vae.Formats.Tests;

/// <summary>ONNX Runtime computes the same from the files of a table's model as this library from the model, for a column of
/// every family.</summary>
public sealed class OnnxTableTests
{
    // As in OnnxExportTests: sums of floats in another order. Relative to the largest number, or to 1.
    private const double Tolerance = 2e-6;

    [Theory]
    [InlineData(0, true, 3)]
    [InlineData(0.4, true, 3)]
    [InlineData(1, true, 3)]
    [InlineData(0.4, false, 3)]
    [InlineData(0.4, true, 1)]
    [InlineData(0.2, true, 12)]
    public void Rows_encode_as_in_this_library(double holes, bool withPaths, int latents)
    {
        using var model = new EveryFamily(withPaths, latents);
        RequireEncoding(model, model.Data(65, holes), model.Data(65, holes));
    }

    [Fact]
    public void Values_far_from_all_others_encode_as_in_this_library()
    {
        using var model = new EveryFamily();
        var row = model.Data(1, 0)[0];
        double[][] rows = [[.. row], [.. row], [.. row]];
        foreach (var (column, i) in model.Schema.Modelled.Select((column, i) => (column, i)))
        {
            if (column.Kind is ColumnKind.Real or ColumnKind.Positive or ColumnKind.Date)
            {
                (rows[0][i], rows[1][i], rows[2][i]) = (-1, 1e-300, 1e9);
            }
            else if (column.Kind == ColumnKind.Count)
            {
                (rows[0][i], rows[1][i], rows[2][i]) = (0, 1, 1e7);
            }
        }

        RequireEncoding(model, rows, rows);
    }

    [Fact]
    public void A_value_that_its_column_cannot_hold_is_a_hole()
    {
        using var model = new EveryFamily();
        var kinds = model.Schema.Modelled.Select(column => column.LikelihoodKind).ToArray();
        var row = model.Data(1, 0)[0];
        foreach (var wrong in new[] { double.PositiveInfinity, double.NegativeInfinity, -1, 99, 0.5 })
        {
            double[] given = [.. row], wanted = [.. row];
            for (var i = 0; i < kinds.Length; i++)
            {
                var isWrong = double.IsInfinity(wrong)
                    || kinds[i] is ColumnKind.Flag or ColumnKind.Category or ColumnKind.Ordinal
                    || (kinds[i] == ColumnKind.Count && wrong != 99);
                (given[i], wanted[i]) = isWrong ? (wrong, double.NaN) : (given[i], wanted[i]);
            }

            RequireEncoding(model, [given], [wanted]);
        }
    }

    [Fact]
    public void Point_estimates_are_those_of_this_library()
    {
        using var model = new EveryFamily();
        var latents = model.Latents(200);
        var output = model.Output(latents);
        var found = model.Decode(latents)["x"];
        var (point, own) = (new double[model.Rows.Features], new double[model.Rows.Features]);
        for (var draw = 0; draw < output.ColumnCount; draw++)
        {
            model.Rows.Likelihood.Point(output.SubMatrix(0, output.RowCount, draw, 1), [1.0], point);
            model.Rows.ToOwnUnits<double>(point, own);
            for (var i = 0; i < own.Length; i++)
            {
                // A median follows the probability, which is off by the 1e-7 of Erf in float, and steeply where there is little
                // density; others by the rounding of the network. The scale of a number is its unit.
                var column = model.Schema.Modelled[i];
                var unit = column.Kind is ColumnKind.Real or ColumnKind.Date ? column.Scale : double.Max(1, double.Abs(own[i]));
                var difference = double.Abs(own[i] - found[draw][i]) / unit;
                Assert.True(difference <= 2e-5, $"{column.Name}, row {draw}: {own[i]}, {found[draw][i]}");
            }
        }
    }

    [Fact]
    public void The_distributions_have_the_densities_of_this_library()
    {
        using var model = new EveryFamily();
        var latents = model.Latents(100);
        var output = model.Output(latents);
        var drawn = Matrix<float>.Build.Dense(model.Rows.Features, output.ColumnCount);
        model.Rows.Likelihood.Draw(output, drawn, new RandomDraws(7, 0, 0));
        var densities = Matrix<float>.Build.Dense(drawn.RowCount, drawn.ColumnCount);
        model.Rows.Likelihood.LogDensity(output, drawn, densities, WorkerTeam.OfOne);
        var found = model.Decode(latents);
        var columns = OnnxColumn.Of(model.Network.Options, model.Schema);
        var atoms = 0;
        for (var draw = 0; draw < drawn.ColumnCount; draw++)
        {
            for (var i = 0; i < drawn.RowCount; i++)
            {
                var parameters = columns[i].Parameters.ToDictionary(one => one.Name, one => found[one.Name][draw]);
                var density = LogDensity(columns[i], parameters, drawn[i, draw], ref atoms);
                // An output of the network is off by 1e-6; a deviation is at least 0.05, and draws are within about 4 of them.
                var difference = double.Abs(density - densities[i, draw]) / double.Max(1, double.Abs(density));
                Assert.True(difference <= 2e-4, $"{columns[i].Schema.Name}, row {draw}: {density}, {densities[i, draw]}");
            }
        }

        Assert.True(atoms > 100, $"{atoms} atoms were drawn.");
    }

    [Fact]
    public void Labels_reach_both_networks()
    {
        using var model = new EveryFamily(classes: 3);
        Assert.Contains("label [batch] int64", model.Files[0].Inputs, StringComparison.Ordinal);
        Assert.Contains("label [batch] int64", model.Files[1].Inputs, StringComparison.Ordinal);
        var latents = model.Latents(5);
        var mean = model.Rows.Likelihood.FirstRow(0);
        var wanted = model.Output(latents, label: 2).Row(mean).Select(one => (one * 5.0) + 100).ToArray();
        var found = model.Decode(latents, label: 2)["Solar_R_mean"].Select(row => row[0]).ToArray();
        Assert.All(wanted.Zip(found), pair => Assert.Equal(pair.First, pair.Second, Tolerance * 100));
        Assert.NotEqual(found, model.Decode(latents, label: 1)["Solar_R_mean"].Select(row => row[0]));
    }

    [Fact]
    public void Inputs_and_outputs_are_named_after_columns_with_their_types()
    {
        using var model = new EveryFamily();
        Assert.Equal(
            ("x [batch, 20] float64", "mean [batch, 3], log_variance [batch, 3]"),
            (model.Files[0].Inputs, model.Files[0].Outputs));
        Assert.StartsWith(
            "x [batch, 20] float64, Solar_R_mean [batch, 1] float64, Solar_R_deviation [batch, 1] float64, "
            + "wind_speed_atom_probability [batch, 1] float64, wind_speed_mean",
            model.Files[1].Outputs,
            StringComparison.Ordinal);
        var names = model.Decoder.OutputMetadata.Keys;
        Assert.Equal(names.Count(), names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[A-Za-z_][A-Za-z_0-9]*$", name));
        foreach (var name in new[]
        {
            "t_2_scale", "column_6_share", "column_1st_log_deviation", "visits_rate", "t_2_size", "articles_zero_probability",
            "Flag_of_2_probability", "rain_log_mean",
        })
        {
            Assert.Contains(name, names);
        }
    }

    [Fact]
    public void The_metadata_describe_columns_and_what_is_left_out()
    {
        using var model = new EveryFamily();
        var metadata = model.Decoder.ModelMetadata.CustomMetadataMap;
        Assert.Equal(metadata, model.Encoder.ModelMetadata.CustomMetadataMap);
        Assert.StartsWith("texts and dates as text", metadata["not_included"], StringComparison.Ordinal);
        var columns = JsonNode.Parse(metadata["columns"])!.AsArray();
        Assert.Equal(model.Schema.Modelled.Select(column => column.Name), columns.Select(column => (string)column!["name"]!));
        Assert.Equal(
            """{"name":"Category of 3","kind":"category","levels":["Rome","Oslo \"<é>\"","Bonn"],"""
            + "\"last_level_pools\":[\"Ulm\",\"Wien\"],\"outputs\":"
            + """[{"name":"Category_of_3_probability","count":4,"meaning":"the probability of each level"}]}""",
            columns[17]!.ToJsonString(OnnxExport.Readable));
        Assert.Equal("days since 1970-01-01", (string)columns[5]!["unit"]!);
        Assert.Equal([17_700, 18_000, 18_300], columns[5]!["atoms"]!.AsArray().Select(atom => (double)atom!));
        Assert.Equal(
            model.Decoder.OutputMetadata.Keys.Skip(1),
            columns.SelectMany(column => column!["outputs"]!.AsArray().Select(one => (string)one!["name"]!)));
    }

    // The way of a user: kinds that are found, a training, the table's rows with holes.
    [Fact]
    public void A_trained_model_encodes_its_table_as_in_this_library()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(8);
        string[] cities = ["Rome", "Oslo", "Bonn", ""];
        var lines = Enumerable.Range(0, 120).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{random.Next(100_000)},{(i % 7 == 0 ? "" : $"{20 * random.NextDouble():F2}")},{cities[random.Next(4)]},"
            + $"{random.Next(5) * random.Next(5)},2024-0{random.Next(1, 10)}-1{random.Next(10)},{(i % 3 == 0 ? "yes" : "no")}"));
        File.WriteAllLines(folder.File("sales.csv"), ["price,weight,city,visits,day,paid", .. lines]);
        using var table = CsvTable.Read(folder.File("sales.csv"));
        var model = TableModel.Train(table, new TrainingOptions { Epochs = 3, ValidationSamples = 12 });

        using var encoder = Session.Open(model.ExportOnnx(folder.FullPath)[0].Path);
        using var reader = CsvTable.OpenReader(folder.File("sales.csv"));
        using var rows = model.Read(reader);
        var x = new double[rows.Count * rows.Features];
        rows.Gather<double>([.. Enumerable.Range(0, rows.Count)], x);
        Assert.Contains(x, double.IsNaN);
        var input = new DenseTensor<double>(x, [rows.Count, rows.Features]);
        using var results = encoder.Run([NamedOnnxValue.CreateFromTensor("x", input)], ["mean"]);
        RequireNear([.. model.Encode(rows).SelectMany(row => row)], [.. results[0].AsEnumerable<float>()]);
    }

    [Fact]
    public void A_network_without_its_schema_is_refused_with_the_way_to_export_it()
    {
        using var folder = new TemporaryFolder();
        using var model = new EveryFamily();
        var refusal = Assert.Throws<NotSupportedException>(() => model.Network.ExportOnnx(folder.FullPath));
        Assert.EndsWith(
            "Export the TableModel: TableModel.Load(path).ExportOnnx(folder).", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    private static void RequireEncoding(EveryFamily model, double[][] given, double[][] wanted)
    {
        using var set = model.Rows.Rent();
        var (means, logVariances) = (new List<float>(), new List<float>());
        foreach (var row in wanted)
        {
            var a = model.Rows.Encode(row, set);
            means.AddRange(a.Mean.AsSpan());
            logVariances.AddRange(a.LogVariance.AsSpan());
        }

        RequireNear(means, model.Encode(given, "mean"));
        RequireNear(logVariances, model.Encode(given, "log_variance"));
    }

    private static void RequireNear(List<float> expected, float[] actual)
    {
        Assert.Equal(expected.Count, actual.Length);
        var size = double.Max(1, expected.Max(number => double.Abs(number)));
        var worst = expected.Zip(actual, (wanted, came) => double.Abs((double)wanted - came)).Max() / size; // NaN where one is
        Assert.True(worst <= Tolerance, $"differs by {worst:E2} of {size}");
    }

    // log p of a value in the likelihood's units, from the parameters in the column's.
    private static double LogDensity(OnnxColumn column, Dictionary<string, double[]> parameters, double coded, ref int atoms)
    {
        var likelihood = column.Likelihood;
        if (likelihood.Family is not (ColumnFamily.Gaussian or ColumnFamily.StudentT or ColumnFamily.GaussianMixture))
        {
            return LogProbability(likelihood.Family, coded);
        }

        var rest = 0.0;
        if (column.Atoms.Length > 0)
        {
            var probability = Of("_atom_probability");
            var own = (coded * column.Scale) + column.Offset;
            var scaled = column.Atoms.Select(each => likelihood.IsLogarithm ? double.Log(each) : each).ToArray();
            var atom = double.IsNegativeInfinity(coded) ? 0 : Array.FindIndex(scaled, each => double.Abs(each - own) < 1e-9);
            if (atom >= 0)
            {
                atoms++;
                return double.Log(probability[atom]);
            }

            rest = double.Log(1 - probability.Sum());
        }

        var x = (coded * column.Scale) + column.Offset;
        var density = likelihood.Family switch
        {
            ColumnFamily.StudentT => StudentT(x, Of("location")[0], Of("scale")[0], Of("_degrees_of_freedom")[0]),
            ColumnFamily.Gaussian => Gaussian(x, Of("mean")[0], Of("deviation")[0]),
            _ => double.Log(Of("_share").Select(
                (share, k) => share * double.Exp(Gaussian(x, Of("mean")[k], Of("deviation")[k]))).Sum()),
        };
        return rest + density + double.Log(column.Scale);

        double[] Of(string end) => parameters.Single(one => one.Key.EndsWith(end, StringComparison.Ordinal)).Value;

        double LogProbability(ColumnFamily family, double x) => family switch
        {
            ColumnFamily.Poisson => (x * double.Log(Of("_rate")[0])) - Of("_rate")[0] - GammaLn(x + 1),
            ColumnFamily.NegativeBinomial => NegativeBinomial(x),
            ColumnFamily.ZeroInflatedNegativeBinomial => double.Log(
                (x == 0 ? Of("_zero_probability")[0] : 0) + ((1 - Of("_zero_probability")[0]) * double.Exp(NegativeBinomial(x)))),
            ColumnFamily.Bernoulli => double.Log(x == 1 ? Of("_probability")[0] : 1 - Of("_probability")[0]),
            _ => double.Log(Of("_probability")[(int)x]),
        };

        double NegativeBinomial(double x)
        {
            var (m, r) = (Of("_mean")[0], Of("_size")[0]);
            return GammaLn(x + r) - GammaLn(r) - GammaLn(x + 1) + (r * double.Log(r / (r + m))) + (x * double.Log(m / (r + m)));
        }
    }

    private static double Gaussian(double x, double mean, double deviation)
    {
        var t = (x - mean) / deviation;
        return -(t * t / 2) - double.Log(deviation) - (double.Log(2 * double.Pi) / 2);
    }

    private static double StudentT(double x, double location, double scale, double nu)
    {
        var t = (x - location) / scale;
        return GammaLn((nu + 1) / 2) - GammaLn(nu / 2) - (double.Log(nu * double.Pi) / 2) - double.Log(scale)
            - ((nu + 1) / 2 * double.Log(1 + (t * t / nu)));
    }
}
