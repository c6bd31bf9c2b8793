using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// The values, gradients and Adam steps of a model against PyTorch in float64, for every file in Golden/: the plain ELBO in
/// depth. <see cref="GoldenObjectiveTests"/> has every other objective.
/// </summary>
public class GoldenTests
{
    // In double only the order of sums and the last digit of exp and log differ: about 1e-16 for each of some hundred
    // operations; a wrong formula differs in the first digits.
    private const double InDouble = 1e-10;

    // A float is rounded at 6e-8. Three layers there and back, and twenty steps of Adam, which divides a gradient by its own
    // size, grow that some hundredfold.
    private const double InFloat = 1e-4;

    // Products by name, so that a failing case says which: file, product, threads.
    public static TheoryData<string, string, int> EveryFileProductAndTeam
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var file in GoldenModel.Files)
            {
                data.Add(file, nameof(ReferenceProduct<>), 1);
                foreach (var threads in new[] { 1, 2 })
                {
                    data.Add(file, nameof(SimdProduct<>), threads);
                    data.Add(file, nameof(MathNetProduct<>), threads);
                }
            }

            return data;
        }
    }

    [Fact]
    public void The_golden_files_hold_both_likelihoods_and_more_than_one_depth()
    {
        var options = GoldenModel.Files.Select(file => GoldenModel.Read(file).Options).ToList();
        Assert.Contains(options, option => option.Likelihood == Likelihood.Bernoulli);
        Assert.Contains(options, option => option.Likelihood == Likelihood.Gaussian);
        Assert.True(options.Select(option => option.Hidden.Count).Distinct().Count() >= 3);
        Assert.Contains(options, option => option.KlWeight == 0);
    }

    [Theory, MemberData(nameof(EveryFileProductAndTeam))]
    public void The_values_of_every_golden_file_agree_with_PyTorch(string file, string product, int threads)
    {
        InBoth(product, threads, Values<double>, Values<float>, file);
    }

    [Theory, MemberData(nameof(EveryFileProductAndTeam))]
    public void The_gradients_of_every_golden_file_agree_with_PyTorch(string file, string product, int threads)
    {
        InBoth(product, threads, Gradients<double>, Gradients<float>, file);
    }

    [Theory, MemberData(nameof(EveryFileProductAndTeam))]
    public void Steps_of_Adam_agree_with_PyTorch(string file, string product, int threads)
    {
        InBoth(product, threads, Steps<double>, Steps<float>, file);
    }

    [Fact]
    public void The_golden_comparison_rejects_a_value_that_is_slightly_off()
    {
        var expected = Matrix<double>.Build.Dense(1, 2, [0.5, 100]);
        var off = Matrix<double>.Build.Dense(1, 2, [0.5, 100 + 1e-7]);
        Assert.ThrowsAny<Exception>(() => RequireAgreement("x", expected, off));
        Assert.ThrowsAny<Exception>(() => RequireAgreement("x", expected, Matrix<double>.Build.Dense(1, 2, [double.NaN, 100])));
    }

    private static void Values<T>(string file, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenModel.Read(file);
        var (_, a, objective) = Forward(golden, product);
        RequireAgreement("mean", golden.Samples("mean"), a.Mean);
        RequireAgreement("log_variance", golden.Samples("log_variance"), a.LogVariance);
        RequireAgreement("z", golden.Samples("z"), a.Latent);
        RequireAgreement<T>("reconstruction_error", golden.PerSample("reconstruction_error"), a.Reconstruction);
        RequireAgreement<T>("kl", golden.PerSample("kl"), a.Kl);
        RequireAgreement<T>("loss", [golden.Loss], [objective.Loss]);
        Assert.Equal(golden.Options.KlWeight, objective.KlWeight);

        var model = golden.Model(product);
        model.OutputMean(a.Output, a.Output);
        RequireAgreement("reconstruction", golden.Samples("reconstruction"), a.Output);
    }

    private static void Gradients<T>(string file, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenModel.Read(file);
        var (model, a, _) = Forward(golden, product);
        model.Backward(a);
        Assert.Equal(golden.ParameterNames.Order(), model.Parameters.Select(parameter => parameter.Name).Order());
        foreach (var parameter in model.Parameters)
        {
            RequireAgreement("gradient of " + parameter.Name, golden.Gradient(parameter.Name), parameter.Gradient);
        }
    }

    private static void Steps<T>(string file, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenModel.Read(file);
        var (model, a, _) = Forward(golden, product);
        var adam = new Adam<T>(model.Parameters, golden.Adam, product.Team);
        var losses = new double[golden.Steps];
        for (var step = 0; step < golden.Steps; step++)
        {
            GoldenModel.Fill(golden.Noise(step + 1), a.Noise);
            losses[step] = model.Forward(a).Loss;
            model.Backward(a);
            adam.Step();
        }

        RequireAgreement<T>("losses", golden.AdamLosses, losses);
        foreach (var parameter in model.Parameters)
        {
            RequireAgreement(parameter.Name + " after Adam", golden.AfterAdam(parameter.Name), parameter.Value);
        }
    }

    private static (VariationalAutoencoder<T> Model, Activations<T> Activations, Objective Objective) Forward<T>(
        GoldenModel golden, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var model = golden.Model(product);
        var activations = new Activations<T>(golden.Options, golden.Batch);
        GoldenModel.Fill(golden.Samples("x"), activations.Input);
        GoldenModel.Fill(golden.Noise(0), activations.Noise);
        return (model, activations, model.Forward(activations));
    }

    private static void InBoth(
        string product,
        int threads,
        Action<string, IMatrixProduct<double>> inDouble,
        Action<string, IMatrixProduct<float>> inFloat,
        string file)
    {
        using var team = new WorkerTeam(threads);
        inDouble(file, Product<double>(product, team));
        inFloat(file, Product<float>(product, team));
    }

    internal static IMatrixProduct<T> Product<T>(string name, WorkerTeam team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => name switch
        {
            nameof(ReferenceProduct<>) => new ReferenceProduct<T>(),
            nameof(SimdProduct<>) => new SimdProduct<T>(team),
            nameof(MathNetProduct<>) => new MathNetProduct<T>(team),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such product."),
        };

    internal static void RequireAgreement<T>(string what, Matrix<double> expected, Matrix<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape.Require(actual, expected.RowCount, expected.ColumnCount);
        RequireAgreement<T>(what, expected.AsSpan(), Some.Numbers(actual));
    }

    // Relative to the value, or to the tensor's mean magnitude where the value is smaller: an entry is a sum of terms of
    // that size, so one that cancels down to far below it has no relative precision of its own.
    internal static void RequireAgreement<T>(string what, ReadOnlySpan<double> expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = 0.0;
        foreach (var value in expected)
        {
            scale += double.Abs(value) / expected.Length;
        }

        var tolerance = typeof(T) == typeof(float) ? InFloat : InDouble;
        for (var i = 0; i < actual.Length; i++)
        {
            var error = double.Abs(actual[i] - expected[i]);
            var allowed = tolerance * double.Max(double.Abs(expected[i]), scale);
            Assert.True(
                error <= allowed,
                $"{what}[{i}] must be {expected[i]}, but is {actual[i]}: off by {error:0.0e+00}, allowed {allowed:0.0e+00}");
        }
    }
}
