using Vae.Math;

namespace Vae.Model.Tests.Tables;

/// <summary>The gradient of models of columns, with linear paths, shared rows and holes, against central differences.</summary>
public sealed class ColumnsGradientTests
{
    public static TheoryData<string> Bounds => [.. Some.Bounds];

    [Theory, MemberData(nameof(Bounds))]
    public void A_model_with_a_column_of_every_family_passes_the_gradient_check(string bound)
        => RequireCheck(Some.With(bound, CheckRows.UsualModel), missing: 0);

    [Theory, MemberData(nameof(Bounds))]
    public void A_model_with_a_column_of_every_family_passes_the_gradient_check_where_values_are_missing(string bound)
        => RequireCheck(Some.With(bound, CheckRows.UsualModel with { KlWeight = 0.5 }), missing: 0.4);

    [Theory, MemberData(nameof(Bounds))]
    public void The_fixed_posterior_of_a_factor_analysis_leaves_the_other_gradients_right(string bound)
        => RequireCheck(Some.With(bound, CheckRows.UsualModel with { Factors = true }), missing: 0.4);

    [Fact]
    public void Labels_go_along_with_columns()
        => RequireCheck(CheckRows.UsualModel with { Classes = 3 }, missing: 0.3);

    [Fact]
    public void The_usual_model_of_a_check_has_every_family_a_shared_row_zeros_and_atoms()
    {
        var likelihoods = CheckRows.UsualModel.Columns.Select(column => column.Likelihood).ToArray();

        Assert.Equal(Enum.GetValues<ColumnFamily>(), likelihoods.Select(one => one.Family).Distinct().Order());
        Assert.Contains(likelihoods, one => one.HasZeros);
        Assert.Contains(likelihoods, one => one.Atoms.Count > 0);
        Assert.True(CheckRows.UsualModel.SharedRows > 0);
    }

    // A check that leaves parameters out would pass with any gradient.
    [Fact]
    public void The_check_covers_the_linear_paths_and_the_shared_rows()
    {
        var names = ModelCheck.Run(CheckRows.UsualModel with { Hidden = [1] }, samples: 1, seed: 5).Select(one => one.Name);

        Assert.Superset(
            new HashSet<string> { "encoder.linear.weight", "decoder.linear.weight", "decoder.shared" }, names.ToHashSet());
    }

    [Fact]
    public void The_number_of_weights_is_that_of_the_model_with_columns()
    {
        foreach (var options in new[]
        {
            CheckRows.UsualModel,
            CheckRows.UsualModel with { LinearPaths = false },
            CheckRows.UsualModel with { Factors = true, Classes = 3 },
        })
        {
            Assert.Equal(
                Some.Model<float>(options).Parameters.Sum(parameter => parameter.Count), (int)options.WeightCount);
        }
    }

    private static void RequireCheck(VaeOptions options, double missing)
        => Assert.All(
            ModelCheck.Run(options, samples: 4, missing, seed: 5),
            parameter => Assert.True(parameter.Passes(), parameter.ToString()));
}
