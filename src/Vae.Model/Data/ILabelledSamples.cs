namespace Vae.Model;

/// <summary>Samples with a class for each.</summary>
public interface ILabelledSamples : ISampleSource
{
    /// <summary>The number of classes, at least 1.</summary>
    int Classes { get; }

    /// <summary>The class of a sample.</summary>
    /// <param name="sample">The sample's number, 0 to <see cref="ISampleSource.Count"/> less one.</param>
    /// <returns>0 to <see cref="Classes"/> less one.</returns>
    int LabelOf(int sample);
}
