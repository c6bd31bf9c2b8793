using Vae.Math;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>A part of the report that can be made by itself.</summary>
internal enum ReportPart
{
    /// <summary>Section 4.1: latent 1, swept over (-1.5, 1.5).</summary>
    Latent1,

    /// <summary>Section 4.2: latent 2, swept over (-5, 5)^2.</summary>
    Latent2,

    /// <summary>Section 4.3: latent 1 trained for reconstruction only, swept over (-16, 5).</summary>
    ReconstructionOnly,

    /// <summary>The effect of the latent dimension: 1, 2, 5, 10, 20.</summary>
    Dimensions,
}

/// <summary>The options of the report: its parts, and the training of its models.</summary>
internal sealed record ReportOptions
{
    /// <summary>The parts to make.</summary>
    public IReadOnlyList<ReportPart> Parts { get; init; } = Enum.GetValues<ReportPart>();

    /// <summary>The encoder's hidden layers; the decoder mirrors them.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [400, 400];

    /// <summary>The training options of each model.</summary>
    public TrainingOptions Training { get; init; } = new() { KeepBy = KeepBy.ValidationReconstruction };

    /// <summary>The latent dimensions compared in <see cref="ReportPart.Dimensions"/>.</summary>
    public static IReadOnlyList<int> Dimensions { get; } = [1, 2, 5, 10, 20];

    /// <summary>The models of the parts, each once.</summary>
    internal IReadOnlyList<ReportModel> Models => [.. Parts.Order().SelectMany(ModelsOf).Distinct()];

    private static IEnumerable<ReportModel> ModelsOf(ReportPart part) => part switch
    {
        ReportPart.Latent1 => [ReportModel.OfLatent(1)],
        ReportPart.Latent2 => [ReportModel.OfLatent(2)],
        ReportPart.ReconstructionOnly => [ReportModel.OfLatent(1), ReportModel.ReconstructionOnly], // the first for comparison
        _ => Dimensions.Select(ReportModel.OfLatent),
    };
}

/// <summary>A model of the report.</summary>
/// <param name="Name">Its folder under <c>runs/</c>.</param>
/// <param name="Latent">Its latent dimension.</param>
/// <param name="KlWeight">Its KL weight.</param>
internal sealed record ReportModel(string Name, int Latent, double KlWeight)
{
    public static ReportModel ReconstructionOnly { get; } = new("latent-1-reconstruction-only", 1, 0);

    public static ReportModel OfLatent(int latent) => new($"latent-{latent}", latent, 1);
}
