namespace Vae.Model;

/// <summary>Buffers for as many calls as there are processors, kept for the next ones; more calls at once make buffers of their own.</summary>
internal sealed class RowBuffersPool(VaeOptions options)
{
    private readonly RowBuffers?[] _free = new RowBuffers?[Environment.ProcessorCount];

    /// <summary>Takes buffers that nobody uses.</summary>
    /// <returns>To be disposed of, which gives them back.</returns>
    public RowBuffers Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (Interlocked.Exchange(ref _free[i], null) is { } buffers)
            {
                return buffers;
            }
        }

        return new RowBuffers(options, this);
    }

    /// <summary>Keeps buffers for the next call, where there is room.</summary>
    public void GiveBack(RowBuffers buffers)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _free[i], buffers, null) is null)
            {
                return;
            }
        }
    }
}
