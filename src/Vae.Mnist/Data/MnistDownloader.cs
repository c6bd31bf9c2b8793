using System.Net;
using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// Downloads MNIST's four gzipped files into a folder, each from the first mirror that sends the right content. A
/// file is received in memory, its content is compared with the known SHA-256, and only then is it written to the
/// folder, in one step. So a failed or cancelled download leaves no partial file, and two processes may download
/// into one folder: both write the same bytes.
/// </summary>
internal sealed class MnistDownloader
{
    private const int MostRedirects = 5;                              // .NET never follows one from https to http
    private const long BytesBetweenReports = 1 << 18;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The files to download.</summary>
    public IReadOnlyList<MnistFile> Files { get; init; } = MnistFile.Official;

    /// <summary>Whether to use the machine's proxy.</summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>The longest wait for an answer or for the next bytes of a file.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest time that one file from one mirror may take.</summary>
    public TimeSpan FileTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Downloads every file that is missing or has the wrong content.</summary>
    /// <param name="mirrors">The addresses of folders, each ending in a slash, tried in this order; a mirror that sent a
    /// file is tried first for the next.</param>
    /// <param name="folder">The folder to fill; made if missing.</param>
    /// <param name="progress">Receives a line for each file and the bytes received; may be null.</param>
    /// <param name="cancellationToken">Stops the download; files that are complete stay.</param>
    /// <exception cref="DownloadException">No mirror gave one of the files.</exception>
    /// <exception cref="OperationCanceledException">The download was cancelled.</exception>
    /// <exception cref="IOException">The folder or a file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be written.</exception>
    public async Task DownloadAsync(
        IReadOnlyList<Uri> mirrors, string folder, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        var wanted = Files.Where(file => file.FindProblem(Path.Combine(folder, file.ArchiveName)) is not null).ToList();
        if (wanted.Count == 0)
        {
            return;                                                   // all files are there: the folder need not be writable
        }

        Directory.CreateDirectory(folder);                            // fails before anything is downloaded
        using var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            MaxAutomaticRedirections = MostRedirects,
            UseProxy = UseProxy,
        };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var inTurn = mirrors.ToList();
        foreach (var file in wanted)
        {
            var (archive, giver) = await FetchAsync(client, inTurn, file, progress, cancellationToken).ConfigureAwait(false);
            AtomicFile.Write(Path.Combine(folder, file.ArchiveName), stream => stream.Write(archive.Span));
            (inTurn[0], inTurn[giver]) = (inTurn[giver], inTurn[0]);   // the next file is requested from this mirror first
            progress?.Report(new DataProgress($"{file.ArchiveName} from {inTurn[0].Authority}: content checked"));
        }
    }

    /// <summary>Receives a file from the first mirror that sends it with the right content.</summary>
    /// <returns>The archive, and the index of its mirror.</returns>
    private async Task<(ReadOnlyMemory<byte> Archive, int Giver)> FetchAsync(
        HttpClient client,
        List<Uri> mirrors,
        MnistFile file,
        IProgress<DataProgress>? progress,
        CancellationToken cancellationToken)
    {
        List<string> failures = [];
        for (var i = 0; i < mirrors.Count; i++)
        {
            var address = new Uri(mirrors[i], file.ArchiveName);
            try
            {
                return (await ReceiveAsync(client, address, file, progress, cancellationToken).ConfigureAwait(false), i);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException
                or TimeoutException or UriFormatException)            // UriFormatException: a redirect to an invalid address
            {
                failures.Add($"{address}: {Printable.Message(failure.GetBaseException())}");
                progress?.Report(new DataProgress(failures[^1]));
            }
        }

        var why = failures.Count > 0 ? string.Join("; ", failures) : "there is no mirror to ask";
        throw new DownloadException($"{file.ArchiveName} could not be downloaded: {why}");
    }

    /// <summary>
    /// Receives a file from one address into memory; refuses more bytes than an archive of its content can have.
    /// </summary>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The mirror sent something else than the file.</exception>
    /// <exception cref="TimeoutException">The mirror was too slow.</exception>
    private async Task<ReadOnlyMemory<byte>> ReceiveAsync(
        HttpClient client, Uri address, MnistFile file, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(FileTimeout);
        using var notStalled = CancellationTokenSource.CreateLinkedTokenSource(inTime.Token);
        notStalled.CancelAfter(StallTimeout);
        using var archive = new MemoryStream();
        try
        {
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, notStalled.Token)
                .ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new InvalidDataException(
                    $"answered {(int)response.StatusCode} ({response.StatusCode}) instead of the file");
            }

            var total = response.Content.Headers.ContentLength;
            RequireLength(total ?? 0, file);
            using var body = await response.Content.ReadAsStreamAsync(notStalled.Token).ConfigureAwait(false);
            var buffer = new byte[1 << 16];
            var reported = 0L;
            for (int read; (read = await body.ReadAsync(buffer, notStalled.Token).ConfigureAwait(false)) > 0;)
            {
                notStalled.CancelAfter(StallTimeout);
                RequireLength(archive.Length + read, file);
                archive.Write(buffer, 0, read);
                if (archive.Length - reported >= BytesBetweenReports || archive.Length == total)
                {
                    reported = archive.Length;
                    progress?.Report(new DataProgress($"{file.ArchiveName} from {address.Authority}", reported, total));
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var limit = inTime.IsCancellationRequested
                ? $"not complete within {FileTimeout.TotalSeconds:0.#} s"
                : notStalled.IsCancellationRequested
                    ? $"nothing came for {StallTimeout.TotalSeconds:0.#} s"
                    : $"no connection within {ConnectTimeout.TotalSeconds:0.#} s";
            throw new TimeoutException($"{limit}, after {archive.Length} bytes");
        }

        archive.Position = 0;
        return file.FindProblem(archive) is { } problem
            ? throw new InvalidDataException($"sent {problem}")
            : archive.GetBuffer().AsMemory(0, (int)archive.Length);
    }

    private static void RequireLength(long length, MnistFile file)
    {
        if (length > file.LongestArchive)
        {
            throw new InvalidDataException(
                $"sends {length} bytes or more, but {file.ArchiveName} has at most {file.LongestArchive}");
        }
    }
}
