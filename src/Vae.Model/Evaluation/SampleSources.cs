namespace Vae.Model;

/// <summary>What everybody asks of a source of samples before using it.</summary>
internal static class SampleSources
{
    public static void RequireFeatures(this ISampleSource data, VaeOptions options)
    {
        if (data.Features != options.Features)
        {
            throw new ArgumentException(
                $"The model wants samples of {options.Features} features, but the data has {data.Features}. "
                + "Use the data that the model was trained on, or train a model for this data.", nameof(data));
        }
    }
}
