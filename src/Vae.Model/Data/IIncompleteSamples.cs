namespace Vae.Model;

/// <summary>Samples some of whose numbers may be missing. A missing number is gathered as NaN.</summary>
public interface IIncompleteSamples : ISampleSource
{
    /// <summary>Whether any number of any sample is missing.</summary>
    bool HasMissing { get; }
}
