namespace Vae.Model;

/// <summary>The transform of a feature before it is scaled.</summary>
internal enum FeatureTransform
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The logarithm.</summary>
    Logarithm,

    /// <summary>The logarithm; that of zero is minus infinity, which a likelihood with zeros of its own explains.</summary>
    LogarithmOrZero,
}
