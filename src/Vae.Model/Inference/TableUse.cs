namespace Vae.Model;

/// <summary>The options of a call of <see cref="TableModel"/>: draws, seed, progress, cancellation.</summary>
public sealed record TableUse
{
    /// <summary>Draws of z for each row; 0 for the usual number of the task. A row's draws are in memory together.</summary>
    public int Draws { get; init; }

    /// <summary>The seed of the draws. Results are a pure function of the model, the rows and the seed.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Receives the number of finished rows now and then; null for nobody.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops between some rows.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The number of draws.</summary>
    /// <param name="usual">The usual number of the task.</param>
    /// <exception cref="ArgumentException">The draws are below 0.</exception>
    internal int DrawsOr(int usual)
        => Draws >= 0 ? (Draws == 0 ? usual : Draws)
            : throw new ArgumentException(
                FormattableString.Invariant($"The draws must be 0 for the usual number, or above, but are {Draws}."));
}
