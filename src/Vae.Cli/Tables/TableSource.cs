using System.Data.Common;
using Vae.Formats;
using Vae.Model;

namespace Vae.Cli;

/// <summary>A table that is open to be read once: a CSV or Parquet file, or standard input.</summary>
internal sealed class TableSource : IDisposable
{
    public IReadOnlyList<string> Names => throw new NotImplementedException();

    public static TableSource Open(string path, TableNotation notation, Func<Stream> input) => throw new NotImplementedException();

    public OpenedTable Read(TableOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    public void Dispose() { }
}
