namespace Vae.Model;

/// <summary>Samples that know their origin, for messages: a line of a file, a column's name.</summary>
public interface IDescribedSamples : ISampleSource
{
    /// <summary>The origin of a sample, such as <c>sales.csv, line 19</c>.</summary>
    /// <param name="sample">Its number, from 0 on.</param>
    string SampleName(int sample);

    /// <summary>The name of a feature, such as <c>price</c>; empty where it has none.</summary>
    /// <param name="feature">Its number, from 0 on.</param>
    string FeatureName(int feature);
}
