namespace Vae.Model;

/// <summary>Refuses a source of samples that does not fit a model.</summary>
internal static class SampleSources
{
    /// <summary>Checks the number of features.</summary>
    /// <exception cref="ArgumentException">The number differs from the model's.</exception>
    public static void RequireFeatures(this ISampleSource data, VaeOptions options)
    {
        if (data.Features != options.Features)
        {
            throw new ArgumentException(
                $"The model wants samples of {options.Features} features, but the data has {data.Features}. "
                + "Use the data that the model was trained on, or train a model for this data.", nameof(data));
        }
    }

    /// <summary>Checks that there is a label for each sample.</summary>
    /// <exception cref="ArgumentException">The samples have no labels, or more classes than the model.</exception>
    public static ILabelledSamples RequireLabels(this ISampleSource data, VaeOptions options)
        => data is not ILabelledSamples labelled
            ? throw new ArgumentException(
                $"The model wants one of {options.Classes} labels with each sample, but the data has none. "
                + "Give labelled samples, or train a model without labels.", nameof(data))
            : labelled.Classes > options.Classes
                ? throw new ArgumentException(
                    $"The model knows {options.Classes} labels, but the data has {labelled.Classes}.", nameof(data))
                : labelled;
}
