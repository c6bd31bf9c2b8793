using System.Numerics;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>
/// Every bound with every likelihood, activation and kind of input, against PyTorch's distributions and autograd in float64.
/// </summary>
/// <remarks>
/// The tolerances are those of <see cref="GoldenTests"/>, with the reasons that stand
/// there: these nets are as small, and a log-weight is a sum of such terms.
/// </remarks>
public class GoldenObjectiveTests
{
    public static TheoryData<string, string, int> EveryCaseProductAndTeam
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var name in GoldenObjective.Names)
            {
                data.Add(name, nameof(ReferenceProduct<>), 1);
                foreach (var threads in new[] { 1, 2 })
                {
                    data.Add(name, nameof(SimdProduct<>), threads);
                    data.Add(name, nameof(MathNetProduct<>), threads);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> EveryTraining
        => [.. GoldenObjective.Names.Where(name => GoldenObjective.Named(name).HasTraining)];

    [Fact]
    public void The_golden_cases_cover_every_bound_with_every_other_option()
    {
        var cases = GoldenObjective.Names.Select(name => GoldenObjective.Named(name)).ToList();
        var (bounds, likelihoods, activations) = (5, Some.Likelihoods.Count, Enum.GetValues<Activation>().Length);
        int Pairs<TOption>(Func<GoldenObjective, TOption> option) => cases.Select(c => (Bound(c), option(c))).Distinct().Count();

        Assert.Equal(bounds * likelihoods, Pairs(c => c.Options.Likelihood));
        Assert.Equal((bounds * 3) + 1, Pairs(c => c.Options.KlWeight)); // 0.5, 1 and 4; 0 is for the ELBO alone
        Assert.Equal(bounds * activations, Pairs(c => c.Options.EncoderActivation));
        Assert.Equal(bounds * activations, Pairs(c => c.Options.DecoderActivation));
        Assert.Equal(bounds * 2, Pairs(c => c.Options.Classes > 0));
        Assert.Equal(bounds * 4, Pairs(c => c.WarmUp));
        Assert.Equal(likelihoods * 2, cases.Select(c => (c.Options.Likelihood, c.Options.Classes > 0)).Distinct().Count());
        Assert.Equal(bounds, cases.Where(c => c.HasTraining).Select(Bound).Distinct().Count());
        Assert.Equal(likelihoods, cases.Where(c => c.HasTraining).Select(c => c.Options.Likelihood).Distinct().Count());

        static (Bound, int, bool) Bound(GoldenObjective c) => (c.Options.Bound, c.Options.Draws, c.Options.FreeBits > 0);
    }

    [Theory, MemberData(nameof(EveryCaseProductAndTeam))]
    public void The_values_of_every_objective_agree_with_PyTorch(string name, string product, int threads)
        => InBoth(product, threads, Values<double>, Values<float>, name);

    [Theory, MemberData(nameof(EveryCaseProductAndTeam))]
    public void The_gradients_of_every_objective_agree_with_PyTorch(string name, string product, int threads)
        => InBoth(product, threads, Gradients<double>, Gradients<float>, name);

    // As a Trainer does it, an epoch being one step, so that weight decay, clipping, KL warm-up and schedule all come into play.
    [Theory, MemberData(nameof(EveryTraining))]
    public void Steps_with_decay_clipping_warm_up_and_schedule_agree_with_PyTorch(string name)
        => InBoth(nameof(SimdProduct<>), 1, Steps<double>, Steps<float>, name);

    private static void Values<T>(string name, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenObjective.Named(name);
        var (model, a) = (golden.Model(product), golden.Batch<T>());

        var objective = model.Forward(a, golden.WarmUp);

        GoldenTests.RequireAgreement("mean", golden.Columns("mean"), a.Mean);
        GoldenTests.RequireAgreement("log_variance", golden.Columns("log_variance"), a.LogVariance);
        GoldenTests.RequireAgreement("z", golden.Columns("z"), a.Latent);
        GoldenTests.RequireAgreement<T>("reconstruction_error", golden.Numbers("reconstruction_error"), a.Reconstruction);
        GoldenTests.RequireAgreement<T>("kl", golden.Numbers("kl"), a.Kl);
        GoldenTests.RequireAgreement<T>("reconstruction", [golden.Number("reconstruction")], [objective.Reconstruction]);
        GoldenTests.RequireAgreement<T>("loss", [golden.Number("loss")], [objective.Loss]);
        GoldenTests.RequireAgreement<T>("negative_elbo", [golden.Number("negative_elbo")], [objective.NegativeElbo]);
        Assert.Equal(golden.WarmUp * golden.Options.KlWeight, objective.KlWeight);
        if (golden.Options.FreeBits > 0)
        {
            GoldenTests.RequireAgreement<T>("kl_per_latent", golden.Numbers("kl_per_latent"), a.Posterior.KlPerLatent);
        }

        if (golden.Options.Bound != Bound.Elbo)
        {
            GoldenTests.RequireAgreement<T>("log_weights", golden.Numbers("log_weights"), a.Posterior.LogWeights);
            GoldenTests.RequireAgreement<T>("weights", golden.Numbers("weights"), a.Posterior.Weights);
            GoldenTests.RequireAgreement<T>("bounds", golden.Numbers("bounds"), a.Posterior.Bounds);
        }

        var shown = golden.Columns("shown");
        var mean = MathNet.Numerics.LinearAlgebra.Matrix<T>.Build.Dense(shown.RowCount, shown.ColumnCount);
        model.OutputMean(a.Output, mean);
        GoldenTests.RequireAgreement("shown", shown, mean);
    }

    private static void Gradients<T>(string name, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenObjective.Named(name);
        var (model, a) = (golden.Model(product), golden.Batch<T>());

        model.ForwardBackward(a, golden.WarmUp);

        foreach (var parameter in model.Parameters)
        {
            GoldenTests.RequireAgreement("gradient of " + parameter.Name, golden.Gradient(parameter.Name), parameter.Gradient);
        }
    }

    private static void Steps<T>(string name, IMatrixProduct<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = GoldenObjective.Named(name);
        var (model, a) = (golden.Model(product), golden.Batch<T>());
        double Setting(string field) => golden.Training.GetProperty(field).GetDouble();
        var steps = (int)Setting("steps");
        var training = new TrainingOptions
        {
            KlWarmUpEpochs = (int)Setting("warm_up_epochs"),
            Adam = new AdamOptions
            {
                LearningRate = Setting("learning_rate"), WeightDecay = Setting("weight_decay"), ClipNorm = Setting("clip_norm"),
            },
            Schedule = new ScheduleOptions
            {
                Kind = LearningRateSchedule.Step,
                StepEpochs = (int)Setting("schedule_epochs"),
                StepFactor = Setting("schedule_factor"),
            },
        };
        var adam = new Adam<T>(model.Parameters, training.Adam, product.Team);
        var (losses, norms) = (new double[steps], new double[steps]);
        for (var step = 0; step < steps; step++)
        {
            GoldenModel.Fill(GoldenObjective.Columns(golden.Training.GetProperty("epsilon")[step]), a.Noise);
            losses[step] = model.ForwardBackward(a, training.WarmUp(step, model.Options.Likelihood)).Loss;
            norms[step] = GradientNorm.Of(model.Parameters, product.Team);
            adam.Step(training.Schedule.Factor(step, steps), GradientNorm.ClipFactor(norms[step], training.Adam.ClipNorm));
        }

        GoldenTests.RequireAgreement<T>("losses", GoldenObjective.Numbers(golden.Training.GetProperty("losses")), losses);
        GoldenTests.RequireAgreement<T>("norms", GoldenObjective.Numbers(golden.Training.GetProperty("norms")), norms);
        foreach (var parameter in model.Parameters)
        {
            var expected = GoldenObjective.Dense(golden.Training.GetProperty("parameters").GetProperty(parameter.Name));
            GoldenTests.RequireAgreement(parameter.Name + " after Adam", expected, parameter.Value);
        }
    }

    private static void InBoth(
        string product,
        int threads,
        Action<string, IMatrixProduct<double>> inDouble,
        Action<string, IMatrixProduct<float>> inFloat,
        string name)
    {
        using var team = new WorkerTeam(threads);
        inDouble(name, GoldenTests.Product<double>(product, team));
        inFloat(name, GoldenTests.Product<float>(product, team));
    }
}
