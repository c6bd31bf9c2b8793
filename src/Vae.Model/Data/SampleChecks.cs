namespace Vae.Model;

/// <summary>Checks data against a model before anything is computed from it.</summary>
internal static class SampleChecks
{
    /// <summary>Checks all numbers of all samples. <see cref="TrainingRun{T}"/> and <see cref="VaeModel"/>
    /// call it by themselves.</summary>
    /// <param name="data">The samples as the model sees them, with its preparation applied.</param>
    /// <param name="options">The model.</param>
    /// <param name="cancellationToken">Stops between some samples.</param>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">The number of features differs from the model's, or a number is not finite or
    /// outside the likelihood's range; the message names its row and column.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void RequireFit(this ISampleSource data, VaeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        data.RequireFeatures(options);
        SampleRange.Require(data, options, cancellationToken);
    }
}
