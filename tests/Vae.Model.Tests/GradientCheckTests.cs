using MathNet.Numerics.LinearAlgebra;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>The gradient of the whole objective against central differences, in double, with the noise fixed.</summary>
public class GradientCheckTests
{
    private static readonly int[][] Depths = [[5], [8, 6], [6, 5, 4]];

    public static TheoryData<Likelihood, double, int, int, int> Covering
    {
        get
        {
            var data = new TheoryData<Likelihood, double, int, int, int>();
            foreach (var (likelihood, weight, latent, depth, batch) in Cases())
            {
                data.Add(likelihood, weight, latent, depth, batch);
            }

            return data;
        }
    }

    [Fact]
    public void The_gradient_cases_cover_every_pair_of_likelihood_KL_weight_and_latent_dimension()
    {
        var cases = Cases().ToList();
        var likelihoods = Some.Likelihoods.Count;
        Assert.Equal(likelihoods * 3 * 4, cases.Select(c => (c.Likelihood, c.KlWeight, c.Latent)).Distinct().Count());
        Assert.Equal(3 * 2, cases.Select(c => (c.Depth, c.Batch)).Distinct().Count());
        Assert.Equal(3 * likelihoods, cases.Select(c => (c.Depth, c.Likelihood)).Distinct().Count());
        Assert.Equal(3 * 3, cases.Select(c => (c.Depth, c.KlWeight)).Distinct().Count());
        Assert.Equal(3 * 4, cases.Select(c => (c.Depth, c.Latent)).Distinct().Count());
        Assert.Equal(2 * likelihoods, cases.Select(c => (c.Batch, c.Likelihood)).Distinct().Count());
        Assert.Equal(2 * 3, cases.Select(c => (c.Batch, c.KlWeight)).Distinct().Count());
        Assert.Equal(2 * 4, cases.Select(c => (c.Batch, c.Latent)).Distinct().Count());
    }

    [Theory, MemberData(nameof(Covering))]
    public void The_gradient_of_the_ELBO_agrees_with_central_differences(
        Likelihood likelihood, double klWeight, int latent, int depth, int batch)
    {
        var options = Some.Shape(features: 7, Depths[depth], latent, likelihood, klWeight);
        var (model, a) = Standing(options, batch);

        var report = Check(model, a, () => { });

        Assert.True(report.Passes(), report.ToString());
    }

    public static TheoryData<VaeOptions> OtherObjectives
    {
        get
        {
            var shape = Some.Shape(features: 7, [6, 5], latent: 3);
            var data = new TheoryData<VaeOptions>
            {
                shape with { Draws = 3 },
                shape with { FreeBits = 0.02 },
                shape with { FreeBits = 0.02, Draws = 2, KlWeight = 4 },
                shape with { Classes = 4 },
                shape with { Classes = 2, Draws = 3, Bound = Bound.ImportanceWeighted },
                shape with { Classes = 2, Draws = 3, Bound = Bound.DoublyReparameterised },
                shape with
                {
                    Draws = 3, KlWeight = 0.5, Bound = Bound.ImportanceWeighted, EncoderActivation = Activation.Tanh,
                    DecoderActivation = Activation.Softplus,
                },
            };
            foreach (var likelihood in Some.Likelihoods)
            {
                data.Add(shape with { Likelihood = likelihood, KlWeight = 0.5, Draws = 3, Bound = Bound.ImportanceWeighted });
                data.Add(shape with { Likelihood = likelihood, KlWeight = 0.5, Draws = 3, Bound = Bound.DoublyReparameterised });
            }

            return data;
        }
    }

    // The doubly reparameterised gradient of the encoder is compared with differences of its surrogate; see ModelCheck.
    [Theory, MemberData(nameof(OtherObjectives))]
    public void The_gradient_of_every_objective_agrees_with_central_differences(VaeOptions options)
        => Assert.All(
            ModelCheck.Run(options, samples: 3, seed: 5), parameter => Assert.True(parameter.Passes(), parameter.ToString()));

    [Theory]
    [InlineData(nameof(Bound.Elbo), 0, 0.02)]
    [InlineData(nameof(Bound.Elbo), 0.3, 0.02)]
    [InlineData(nameof(Bound.ImportanceWeighted), 0, 0)]
    [InlineData(nameof(Bound.ImportanceWeighted), 0.3, 0)]
    public void In_a_warm_up_the_gradient_is_that_of_the_KL_weight_in_force(string bound, double warmUp, double freeBits)
    {
        var (model, a) = Standing(
            Some.Shape(features: 7, [6], latent: 3) with { Bound = Bound.Find(bound)!, Draws = 2, FreeBits = freeBits },
            batch: 3);

        var report = GradientCheck.Run(
            () => model.Forward(a, warmUp).Loss, () => model.ForwardBackward(a, warmUp), model.Parameters);

        Assert.True(report.Passes(), report.ToString());
    }

    [Fact]
    public void The_gradient_of_the_ELBO_agrees_with_central_differences_where_most_inputs_are_zero()
    {
        // More features, more nats, more rounding in the differences.
        var (model, a) = Standing(Some.Shape(features: 12, [8, 6]), batch: 5);
        MakeSparse(a.Input);

        var report = Check(model, a, () => { });

        Assert.True(a.InputNonZeros.AreFew);
        Assert.True(report.Passes(), report.ToString());
    }

    public static TheoryData<string, Likelihood> EveryBoundAndLikelihood
    {
        get
        {
            var data = new TheoryData<string, Likelihood>();
            foreach (var bound in Some.Bounds)
            {
                foreach (var likelihood in Some.Likelihoods)
                {
                    data.Add(bound, likelihood);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void Every_bound_of_every_likelihood_passes_the_gradient_check_of_a_whole_model(string bound, Likelihood likelihood)
        => RequireCheck(Some.With(bound, Some.Shape(features: 6, [5, 4], latent: 2, likelihood)));

    // The KL weight has a different place in each bound: at the KL, inside log w,
    // and in the shares of the doubly reparameterised gradient.
    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void Every_bound_and_likelihood_passes_the_check_at_another_KL_weight_with_labels_and_mixed_activations(
        string bound, Likelihood likelihood)
        => RequireCheck(Some.With(bound, Some.Shape(features: 6, [5, 4], latent: 2, likelihood, klWeight: 0.4)) with
        {
            Classes = 3, EncoderActivation = Activation.Tanh, DecoderActivation = Activation.Softplus,
        });

    [Theory]
    [InlineData(Activation.Relu, Activation.Tanh)]
    [InlineData(Activation.Tanh, Activation.LeakyRelu)]
    [InlineData(Activation.Softplus, Activation.Relu)]
    [InlineData(Activation.LeakyRelu, Activation.Softplus)]
    public void Every_activation_passes_the_gradient_check_in_encoder_and_decoder(Activation encoder, Activation decoder)
        => RequireCheck(Some.Shape(features: 7, [6, 5, 4]) with { EncoderActivation = encoder, DecoderActivation = decoder });

    // A latent below its free bits has no KL gradient; the other latent has all of it.
    [Fact]
    public void Free_bits_pass_the_gradient_check_with_one_latent_below_them_and_one_above()
    {
        var (model, a) = Standing(Some.Shape(features: 7, [6, 4]) with { FreeBits = 0.2 }, batch: 5);
        model.Encoder.Mean.Bias.Value[0, 0] = 2;                      // 2 nats
        model.Encoder.Mean.Bias.Value[1, 0] = 0;

        var report = Check(model, a, () => { });

        Assert.True(a.Posterior.KlPerLatent[0] > 0.3, a.Posterior.KlPerLatent[0].ToString());
        Assert.True(a.Posterior.KlPerLatent[1] < 0.1, a.Posterior.KlPerLatent[1].ToString());
        Assert.True(report.Passes(), report.ToString());
    }

    // The encoder's doubly reparameterised gradient is that of no loss (the golden cases have it under warm-up); all else is.
    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void A_share_of_the_KL_weight_passes_the_gradient_check(string bound, Likelihood likelihood)
    {
        var options = Some.With(bound, Some.Shape(features: 6, [5, 4], latent: 2, likelihood, klWeight: 2));
        foreach (var share in new[] { 0, 0.5 })
        {
            var (model, a) = Standing(options, batch: 3);
            var report = GradientCheck.Run(
                () => model.Forward(a, share).Loss,
                () => model.ForwardBackward(a, share),
                options.Bound != Bound.DoublyReparameterised ? model.Parameters
                    : [.. model.Parameters.Where(parameter => !parameter.Name.StartsWith("encoder.", StringComparison.Ordinal))]);

            Assert.True(report.Passes(), $"{share}: {report}");
        }
    }

    // With a Gaussian of fixed variance the KL weight is also that variance, which appears in log w.
    public static TheoryData<string, Likelihood> WhereTheKlWeightIsNothingElse
    {
        get
        {
            var data = new TheoryData<string, Likelihood>();
            foreach (var row in EveryBoundAndLikelihood)
            {
                if (row is not ["IWAE" or "DReG", Likelihood.Gaussian])
                {
                    data.Add((string)row[0], (Likelihood)row[1]);
                }
            }

            return data;
        }
    }

    // Both halve by a power of two, which rounds nothing.
    [Theory, MemberData(nameof(WhereTheKlWeightIsNothingElse))]
    public void A_warm_up_of_one_half_has_the_bits_of_half_the_KL_weight(string bound, Likelihood likelihood)
    {
        var whole = Some.With(bound, Some.Shape(features: 7, [6, 5], latent: 3, likelihood, klWeight: 0.7));
        var ((model, a), (half, b)) = (Standing(whole, batch: 5), Standing(whole with { KlWeight = 0.35 }, batch: 5));

        Assert.Equal(half.ForwardBackward(b).Loss, model.ForwardBackward(a, warmUp: 0.5).Loss);

        Assert.Equal(
            Some.Numbers(half.Parameters.Select(p => p.Gradient)), Some.Numbers(model.Parameters.Select(p => p.Gradient)));
    }

    [Theory, MemberData(nameof(EveryBoundAndLikelihood))]
    public void ForwardBackward_has_the_bits_of_Forward_and_Backward_for_every_bound_and_likelihood(
        string bound, Likelihood likelihood)
    {
        var options = Some.With(
            bound, Some.Shape(features: 70, [18, 6], latent: 3, likelihood, klWeight: 0.7)) with { Classes = 4 };
        RequireSameBits<float>(options);
        RequireSameBits<double>(options);

        static void RequireSameBits<T>(VaeOptions options)
            where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        {
            var (apart, together) = (Some.Model<T>(options, seed: 5), Some.Model<T>(options, seed: 5));
            var (a, b) = (Some.Batch<T>(options, 5, seed: 5), Some.Batch<T>(options, 5, seed: 5));

            var objectiveApart = apart.Forward(a, warmUp: 0.3);
            apart.Backward(a, warmUp: 0.3);
            var objectiveTogether = together.ForwardBackward(b, warmUp: 0.3);

            Assert.Equal(objectiveApart, objectiveTogether);
            Assert.Equal(
                Some.Numbers(apart.Parameters.Select(p => p.Gradient)),
                Some.Numbers(together.Parameters.Select(p => p.Gradient)));
            Assert.Contains(Some.Numbers(together.Parameters.Select(p => p.Gradient)), gradient => gradient != 0);
        }
    }

    [Theory]
    [InlineData(Likelihood.Bernoulli, false)]
    [InlineData(Likelihood.Bernoulli, true)]
    [InlineData(Likelihood.Gaussian, false)]
    [InlineData(Likelihood.Gaussian, true)]
    public void ForwardBackward_has_the_bits_of_Forward_and_Backward(Likelihood likelihood, bool isSparse)
    {
        var options = Some.Shape(features: 70, [18, 6], latent: 3, likelihood);
        var ((apart, a), (together, b)) = (Standing(options, batch: 5), Standing(options, batch: 5));
        if (isSparse)
        {
            MakeSparse(a.Input);
            MakeSparse(b.Input);
        }

        var objectiveApart = apart.Forward(a);
        apart.Backward(a);
        var objectiveTogether = together.ForwardBackward(b);

        Assert.Equal(objectiveApart, objectiveTogether);
        Assert.Equal(isSparse, a.InputNonZeros.AreFew);
        Assert.Equal(
            Some.Numbers(apart.Parameters.Select(p => p.Gradient)), Some.Numbers(together.Parameters.Select(p => p.Gradient)));
    }

    [Theory, MemberData(nameof(OtherObjectives))]
    public void ForwardBackward_has_the_bits_of_Forward_and_Backward_for_every_objective(VaeOptions options)
    {
        var ((apart, a), (together, b)) = (Standing(options, batch: 3), Standing(options, batch: 3));

        var objectiveApart = apart.Forward(a, warmUp: 0.75);
        apart.Backward(a, warmUp: 0.75);

        Assert.Equal(objectiveApart, together.ForwardBackward(b, warmUp: 0.75));
        Assert.Equal(
            Some.Numbers(apart.Parameters.Select(p => p.Gradient)), Some.Numbers(together.Parameters.Select(p => p.Gradient)));
    }

    [Fact]
    public void Skipping_zeros_changes_no_bit_of_the_objective_or_its_gradient()
    {
        var options = Some.Shape(features: 784, [40, 18], latent: 3);
        var sparse = Some.Model<float>(options, seed: 5);
        var dense = new VariationalAutoencoder<float>(options, new DenseOnly<float>(sparse.Product)).Initialise(5);
        var (a, b) = (Some.Batch<float>(options, 37, seed: 5), Some.Batch<float>(options, 37, seed: 5));
        MakeSparse(a.Input);
        MakeSparse(b.Input);

        Assert.Equal(dense.ForwardBackward(b), sparse.ForwardBackward(a));

        Assert.True(a.InputNonZeros.AreFew);
        Assert.Equal(
            Some.Numbers(dense.Parameters.Select(p => p.Gradient)), Some.Numbers(sparse.Parameters.Select(p => p.Gradient)));
    }

    [Fact]
    public void One_wrong_entry_of_a_gradient_is_caught_by_name_and_place()
    {
        var (model, a) = Standing(Some.Shape(features: 7, [8, 6]), batch: 5);
        var broken = model.Decoder.Output.Weight;
        var (row, column) = (0, 0);

        var report = Check(model, a, () =>
        {
            (row, column) = Largest(broken.Gradient);                 // not a dead unit's, whose gradient is 0
            broken.Gradient[row, column] *= 1.0001;
        });

        Assert.False(report.Passes());
        Assert.Equal(("decoder.output.weight", row, column), (report.Worst.Name, report.Worst.Row, report.Worst.Column));
        Assert.Equal(["decoder.output.weight"], Failing(report));
    }

    [Fact]
    public void A_KL_without_its_gradient_is_caught_in_the_encoder_alone()
    {
        var options = Some.Shape(features: 7, [8, 6]);
        var (model, a) = Standing(options, batch: 5);
        var (without, _) = Standing(options with { KlWeight = 0 }, batch: 5);

        var report = Check(model, a, () =>
        {
            without.Backward(a);
            CopyGradients(without, model);
        });

        Assert.Equal(
            model.Parameters
                .Select(parameter => parameter.Name)
                .Where(name => name.StartsWith("encoder.", StringComparison.Ordinal)),
            Failing(report));
    }

    // With a KL weight of 0, all that reaches the log-variance comes through z: twice that is a forgotten 1/2.
    [Fact]
    public void A_forgotten_half_in_the_gradient_of_sigma_is_caught_at_the_log_variance()
    {
        var (model, a) = Standing(Some.Shape(features: 7, [8, 6], klWeight: 0), batch: 5);

        var report = Check(model, a, () =>
        {
            foreach (var parameter in model.Encoder.LogVariance.Parameters)
            {
                parameter.Gradient.Multiply(2, parameter.Gradient);
            }
        });

        Assert.Equal(["encoder.log_variance.weight", "encoder.log_variance.bias"], Failing(report));
        Assert.Equal(
            [2.0, 2.0],
            report.Parameters.Where(parameter => !parameter.Passes()).Select(parameter => parameter.Diagnosis!.Factor));
    }

    [Fact]
    public void A_gradient_that_is_NaN_is_caught()
    {
        var (model, a) = Standing(Some.Shape(features: 7, [8, 6]), batch: 5);

        var report = Check(model, a, () => model.Encoder.Mean.Bias.Gradient[1, 0] = double.NaN);

        Assert.Equal(["encoder.mean.bias"], Failing(report));
        Assert.Equal("encoder.mean.bias", report.Worst.Name);
    }

    // Every likelihood with every weight and every latent dimension; depths and batches go round beneath them.
    private static IEnumerable<(Likelihood Likelihood, double KlWeight, int Latent, int Depth, int Batch)> Cases()
    {
        var number = 0;
        foreach (var likelihood in Some.Likelihoods)
        {
            foreach (var weight in new[] { 0.0, 1, 4 })
            {
                for (var latent = 1; latent <= 4; latent++, number++)
                {
                    yield return (
                        likelihood,
                        weight,
                        latent,
                        (number + (number / Depths.Length)) % Depths.Length,
                        number / 5 % 2 == 0 ? 1 : 5);
                }
            }
        }
    }

    private static (VariationalAutoencoder<double> Model, Activations<double> Activations) Standing(VaeOptions options, int batch)
        => (Some.Model<double>(options, seed: 5), Some.Batch<double>(options, batch, seed: 5));

    private static void RequireCheck(VaeOptions options)
    {
        var checks = ModelCheck.Run(options, samples: 4, seed: 3).ToList();
        Assert.All(checks, check => Assert.True(check.Passes(), check.ToString())); // 1e-7: see GradientCheck.Tolerance
        Assert.All(checks, check => Assert.Null(check.Diagnosis));
        Assert.Contains(checks, check => double.Abs(check.Gradient) > 1e-3);
    }

    private static GradientReport Check(VariationalAutoencoder<double> model, Activations<double> a, Action corrupt)
        => GradientCheck.Run(
            () => model.Forward(a).Loss,
            () =>
            {
                model.Forward(a);
                model.Backward(a);
                corrupt();
            },
            model.Parameters);

    private static string[] Failing(GradientReport report)
        => [.. report.Parameters.Where(parameter => !parameter.Passes()).Select(parameter => parameter.Name)];

    private static void CopyGradients(VariationalAutoencoder<double> from, VariationalAutoencoder<double> to)
    {
        foreach (var (source, target) in from.Parameters.Zip(to.Parameters))
        {
            source.Gradient.CopyTo(target.Gradient);
        }
    }

    private static (int Row, int Column) Largest(Matrix<double> matrix)
    {
        var (row, column, _) = matrix.EnumerateIndexed().MaxBy(entry => double.Abs(entry.Item3));
        return (row, column);
    }

    // One entry in five is not zero.
    private static void MakeSparse<T>(Matrix<T> matrix)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < matrix.AsSpan().Length; i++)
        {
            matrix.AsSpan()[i] *= i * 7 % 5 == 0 ? T.One : T.Zero;
        }
    }

    // The same product without its ability to skip zeros.
    private sealed class DenseOnly<T>(IMatrixProduct<T> product) : IMatrixProduct<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        public string Name => product.Name;

        public string Description => product.Description;

        public WorkerTeam Team => product.Team;

        public void Multiply(
            Matrix<T> left, Matrix<T> right, Matrix<T> result, Transposed transposed = Transposed.Neither, bool add = false)
            => product.Multiply(left, right, result, transposed, add);
    }
}
