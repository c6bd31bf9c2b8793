namespace Vae.Model;

/// <summary>Samples that can say where they came from, for messages: a line of a file, a column's name.</summary>
public interface IDescribedSamples : ISampleSource
{
    /// <summary>Where a sample stands, such as <c>sales.csv, line 19</c>.</summary>
    /// <param name="sample">Its number, from 0 on.</param>
    string SampleName(int sample);

    /// <summary>What a feature is called, such as <c>price</c>; empty where it has no name.</summary>
    /// <param name="feature">Its number, from 0 on.</param>
    string FeatureName(int feature);
}
