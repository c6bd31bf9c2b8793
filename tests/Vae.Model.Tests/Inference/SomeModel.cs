using FsCheck;
using FsCheck.Fluent;
using Vae.Math;

namespace Vae.Model.Tests;

/// <summary>Small models of every kind, and rows for them.</summary>
internal static class SomeModel
{
    /// <summary>
    /// Generates options: likelihood, pixels, labels, activations, number and sizes of layers, bound.
    /// </summary>
    public static Arbitrary<VaeOptions> Any { get; } = Arb.From(
        from likelihood in Gen.Elements<Likelihood>(Some.Likelihoods)
        from pixels in Gen.Elements(Enum.GetValues<Pixels>())
        from classes in Gen.Elements(0, 0, 3)
        from encoder in Gen.Elements(Enum.GetValues<Activation>())
        from decoder in Gen.Elements(Enum.GetValues<Activation>())
        from features in Gen.Choose(1, 20)
        from hidden in Gen.NonEmptyListOf(Gen.Choose(1, 9))
        from latent in Gen.Choose(1, 5)
        from bound in Gen.Elements<Bound>(Bound.All)
        from draws in Gen.Choose(1, 3)
        from weight in Gen.Elements(0.1, 1, 2.5)
        select new VaeOptions
        {
            Features = features,
            Hidden = [.. hidden.Take(3)],
            Latent = latent,
            Classes = classes,
            Likelihood = likelihood,
            Pixels = pixels,
            EncoderActivation = encoder,
            DecoderActivation = decoder,
            Bound = bound,
            Draws = draws,
            KlWeight = weight,
        });

    /// <summary>An initialised model, with the parameters of the likelihood other than 0.</summary>
    public static VariationalAutoencoder<float> Of(VaeOptions options, ulong seed = 3)
    {
        var model = Some.Model<float>(options, seed);
        var likelihoods = model.Parameters.Where(parameter => parameter.Name.StartsWith("likelihood", StringComparison.Ordinal));
        foreach (var parameter in likelihoods)
        {
            parameter.Value[0, 0] = -0.7f;
        }

        return model;
    }

    /// <summary>Rows of numbers from 0 to 1, some of them 0 or 1, with labels where the model wants them.</summary>
    public static ISampleSource Rows(VaeOptions options, int count, int seed = 5)
    {
        var random = new Random(seed);
        var rows = new ArraySamples([.. Enumerable.Range(0, count).Select(_ => Row(random, options.Features))]);
        return options.Classes == 0
            ? rows
            : new LabelledSamples(
                rows, [.. Enumerable.Range(0, count).Select(i => (byte)(i % options.Classes))], options.Classes);
    }

    /// <summary>One row of a source.</summary>
    public static float[] Row(this ISampleSource data, int number)
    {
        var row = new float[data.Features];
        data.Gather<float>([number], row);
        return row;
    }

    /// <summary>A row's label; null where there is none.</summary>
    public static int? LabelOf(this ISampleSource data, int number) => (data as ILabelledSamples)?.LabelOf(number);

    /// <summary>
    /// A preparation with a different offset and scale for each feature.
    /// </summary>
    public static Preparation Units(int features, Scaling scaling = Scaling.Standard, bool named = true)
        => new(
            scaling,
            [.. Enumerable.Range(0, features).Select(i => (10f * i) - 3)],
            [.. Enumerable.Range(0, features).Select(i => 0.5f + i)])
        {
            Columns = named ? [.. Enumerable.Range(0, features).Select(i => $"column {i} \"ä\"")] : [],
        };

    private static float[] Row(Random random, int features)
        => [.. Enumerable.Range(0, features).Select(_ => random.Next(5) switch { 0 => 0f, 1 => 1f, _ => random.NextSingle() })];
}
