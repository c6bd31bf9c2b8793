namespace Vae.Mnist;

/// <summary>
/// Fetches MNIST's four gzipped files from the first mirror that gives the right content. What has come of a file is
/// kept as <c>.part</c> and continued next time; a file gets its own name only after its content's SHA-256 is right.
/// </summary>
public sealed class MnistDownloader
{
    /// <summary>Public places that hold the official files.</summary>
    public static IReadOnlyList<Uri> PublicMirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new("https://raw.githubusercontent.com/fgnt/mnist/master/"),
    ];

    /// <summary>Folders to fetch from, in this order, each ending in a slash.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = PublicMirrors;

    /// <summary>What to fetch: training images, training labels, test images, test labels.</summary>
    public IReadOnlyList<MnistFile> Files { get; init; } = MnistFile.Official;

    /// <summary>How to speak HTTP; null for the usual way, with the machine's proxy. Not disposed.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>How long to wait for a connection to a mirror; without effect where <see cref="Handler"/> is given.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a mirror may send nothing.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long all of it may take.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Fetches every file that is not there yet with the right content.</summary>
    /// <param name="folder">Where the files are to be; made where it is missing.</param>
    /// <param name="progress">Is told of each file and, now and then, of the bytes received; may be null.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept for the next time.</param>
    /// <returns>A task that ends when all files are there.</returns>
    /// <exception cref="DownloadException">No mirror gave one of the files, or it took too long.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public async Task DownloadAsync(
        string folder, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(TotalTimeout);
        using var ownHandler = Handler is null ? new SocketsHttpHandler { ConnectTimeout = ConnectTimeout } : null;
        using var client = new HttpClient(Handler ?? ownHandler!, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

        var mirrors = Mirrors.ToList();
        foreach (var file in Files)
        {
            var target = Path.Combine(folder, file.ArchiveName);
            if (file.FindProblem(target) is null)
            {
                continue;
            }

            var failures = new List<string>();
            var giver = -1;
            for (var i = 0; i < mirrors.Count && giver < 0; i++)
            {
                var transfer = new MirrorTransfer(client, mirrors[i], file, target, StallTimeout, progress);
                if (await FailureOfAsync(transfer, inTime.Token, cancellationToken).ConfigureAwait(false) is not { } failure)
                {
                    giver = i;
                    continue;
                }

                failures.Add($"{mirrors[i].Authority}: {failure}");
                progress?.Report(new DataProgress($"{file.ArchiveName} from {failures[^1]}"));
                if (inTime.IsCancellationRequested)
                {
                    break;
                }
            }

            if (giver < 0)
            {
                throw new DownloadException(file.ArchiveName, failures.Count > 0 ? failures : ["there is no mirror to ask"]);
            }

            (mirrors[0], mirrors[giver]) = (mirrors[giver], mirrors[0]);   // who gave one file is asked first for the next
            progress?.Report(new DataProgress($"{file.ArchiveName} from {mirrors[0].Authority}: content checked"));
        }
    }

    /// <summary>Runs a transfer.</summary>
    /// <returns>Null where it gave the file; otherwise why it did not.</returns>
    private async Task<string?> FailureOfAsync(MirrorTransfer transfer, CancellationToken inTime, CancellationToken cancelled)
    {
        try
        {
            await transfer.RunAsync(inTime).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested)
        {
            return $"not finished after {TotalTimeout.TotalSeconds:0.#} s";
        }
        catch (OperationCanceledException late)
        {
            return late.InnerException is TimeoutException inner ? inner.Message : "took too long";
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException
            or TimeoutException or UnauthorizedAccessException)
        {
            return failure.Message.ReplaceLineEndings(" ");
        }
    }
}
