using System.Collections;

namespace Vae.Mnist.Tests;

/// <summary>Keeps every report, in order and at once (<see cref="Progress{T}"/> reports later, on another thread).</summary>
public sealed class ProgressList : IProgress<DataProgress>, IEnumerable<DataProgress>
{
    private readonly List<DataProgress> reports = [];

    public Action<DataProgress>? OnReport { get; set; }

    public void Report(DataProgress value)
    {
        reports.Add(value);
        OnReport?.Invoke(value);
    }

    public IEnumerator<DataProgress> GetEnumerator() => reports.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
