using Vae.Model;

namespace Vae.Cli;

/// <summary>A run that this process holds to train it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Product">Its matrix product.</param>
/// <param name="Table">The table that it trains on; null for images.</param>
internal sealed record OpenedRun(TrainingRun<float> Run, ChosenProduct Product, Table? Table) : IDisposable
{
    public void Dispose()
    {
        Run.Dispose();
        Table?.Dispose();
    }
}
