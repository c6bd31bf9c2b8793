using Vae.Math;
using Vae.Model;

namespace Vae.Mnist.Tests;

public sealed class ReportCommandsTests
{
    private static readonly IMatrixProduct<float> Simd = new SimdProduct<float>(WorkerTeam.OfOne);
    private static readonly DataRecord Drawn = new("drawn digits", 100, "") { Request = "drawn" };

    [Fact]
    public void The_command_of_the_report_has_every_option_that_changes_its_result()
        => Assert.Equal(
            "vae report --data drawn --hidden 400,400 --epochs 20 --batch-size 128 --learning-rate 0.001 "
                + "--validation-images 5000 --seed 1 --out again",
            ReportCommands.Report(new ReportOptions(), Drawn, Simd));

    [Fact]
    public void The_command_of_a_report_names_its_parts()
        => Assert.Contains(
            " --only latent-1 --only dimensions ",
            ReportCommands.Report(new ReportOptions { Parts = [ReportPart.Latent1, ReportPart.Dimensions] }, Drawn, Simd));

    [Fact]
    public void The_command_of_a_training_names_model_KL_weight_and_choice_of_epoch()
        => Assert.Equal(
            "vae train --data drawn --latent 1 --kl-weight 0 --hidden 16 --epochs 20 --batch-size 128 --learning-rate 0.001 "
                + "--validation-images 5000 --seed 1 --keep-by reconstruction --out runs/latent-1-reconstruction-only",
            ReportCommands.Train(ReportModel.ReconstructionOnly, new ReportOptions { Hidden = [16] }, Drawn, Simd, "runs"));

    [Fact]
    public void The_command_of_a_sweep_states_its_numbers_exactly()
        => Assert.Equal(
            "vae sweep runs/latent-2 --from -1.5 --to 1.5 --step 0.03 --out f.png",
            ReportCommands.Sweep(ReportModel.OfLatent(2), -1.5, 1.5, 0.03, "f.png"));

    [Fact]
    public void Another_product_is_named_because_it_rounds_differently()
        => Assert.Contains(
            " --product mathnet",
            ReportCommands.Report(new ReportOptions(), Drawn, new MathNetProduct<float>(WorkerTeam.OfOne)));

    [Fact]
    public void A_folder_with_blanks_is_quoted()
        => Assert.Contains(
            " --data '/my data/it'\\''s' ",
            ReportCommands.Report(new ReportOptions(), Drawn with { Request = "/my data/it's" }, Simd));
}
