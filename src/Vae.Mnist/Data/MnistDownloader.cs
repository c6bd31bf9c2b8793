using Vae.Model;

namespace Vae.Mnist;

/// <summary>
/// Fetches MNIST's four gzipped files from the first mirror that gives the right content. What has come of a file is
/// kept as <c>.part</c> and continued next time; a file gets its own name only after its content's SHA-256 is right.
/// </summary>
public sealed class MnistDownloader
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Public places that hold the official files.</summary>
    public static IReadOnlyList<Uri> PublicMirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        new("https://raw.githubusercontent.com/fgnt/mnist/master/"),
    ];

    /// <summary>Folders to fetch from, in this order, each ending in a slash.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = PublicMirrors;

    /// <summary>
    /// What to fetch: training images, training labels, test images, test labels. Their names must be plain: ASCII letters, digits and
    /// <c>._-</c>, a letter or digit first.
    /// </summary>
    public IReadOnlyList<MnistFile> Files { get; init; } = MnistFile.Official;

    /// <summary>
    /// How to speak HTTP; null for the usual way, with the machine's proxy. Not disposed. Redirects are followed by the downloader (at
    /// most five, to http and https, never from https to http); a handler that follows them itself does so by rules of its own.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>How long to wait for a connection to a mirror; without effect where <see cref="Handler"/> is given.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a mirror may send nothing or next to nothing (less than 16 KiB, unless that is the rest of the file).</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long all of it may take, waiting for another process included.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Fetches every file that is not there yet with the right content. One download at a time runs in a folder, in whichever process:
    /// the others wait, and go on with its <c>.part</c> where it ends early.
    /// </summary>
    /// <param name="folder">Where the files are to be; made where it is missing.</param>
    /// <param name="progress">Is told of each file and, now and then, of the bytes received; may be null.</param>
    /// <param name="cancellationToken">Stops it; what has come is kept for the next time.</param>
    /// <returns>A task that ends when all files are there.</returns>
    /// <exception cref="ArgumentException">A file's name is not plain, or a mirror's address is not that of a folder of the web.</exception>
    /// <exception cref="DownloadException">No mirror gave one of the files, or it took too long.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public Task DownloadAsync(
        string folder, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default)
        => DownloadAsync(Mirrors, folder, progress, cancellationToken);

    /// <summary>As the public one, from other mirrors.</summary>
    internal async Task DownloadAsync(
        IReadOnlyList<Uri> mirrors, string folder, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Require(Files, mirrors);
        var wanted = Files.Where(file => file.FindProblem(Path.Combine(folder, file.ArchiveName)) is not null).ToList();
        if (wanted.Count == 0)
        {
            return;                                                   // a folder that may only be read is as good
        }

        DownloadFolder.Make(folder);
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(TotalTimeout);
        using var held = await WaitForTurnAsync(folder, wanted[0], progress, inTime.Token, cancellationToken).ConfigureAwait(false);
        using var ownHandler = Handler is null ? new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, AllowAutoRedirect = false } : null;
        using var client = new HttpClient(Handler ?? ownHandler!, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

        var inTurn = mirrors.ToList();
        foreach (var file in wanted)
        {
            var target = Path.Combine(folder, file.ArchiveName);
            if (file.FindProblem(target) is null)
            {
                continue;                                             // fetched by whoever had his turn before
            }

            var giver = await FetchAsync(file, target, inTurn, client, progress, inTime.Token, cancellationToken).ConfigureAwait(false);
            (inTurn[0], inTurn[giver]) = (inTurn[giver], inTurn[0]);   // who gave one file is asked first for the next
            progress?.Report(new DataProgress($"{file.ArchiveName} from {inTurn[0].Authority}: content checked"));
        }
    }

    /// <summary>Fetches a file from the first of the mirrors that gives it.</summary>
    /// <returns>Which mirror gave it.</returns>
    private async Task<int> FetchAsync(
        MnistFile file,
        string target,
        List<Uri> mirrors,
        HttpClient client,
        IProgress<DataProgress>? progress,
        CancellationToken inTime,
        CancellationToken cancelled)
    {
        var failures = new List<string>();
        for (var i = 0; i < mirrors.Count && !inTime.IsCancellationRequested; i++)
        {
            var transfer = new MirrorTransfer(client, mirrors[i], file, target, StallTimeout, progress);
            if (await FailureOfAsync(transfer, file, target, inTime, cancelled).ConfigureAwait(false) is not { } failure)
            {
                return i;
            }

            failures.Add($"{mirrors[i].Authority}: {failure}");
            progress?.Report(new DataProgress($"{file.ArchiveName} from {failures[^1]}"));
        }

        cancelled.ThrowIfCancellationRequested();
        throw new DownloadException(
            file.ArchiveName, failures.Count > 0 ? failures : [mirrors.Count > 0 ? NotFinished : "there is no mirror to ask"]);
    }

    private string NotFinished => $"not finished after {TotalTimeout.TotalSeconds:0.#} s";

    /// <summary>Runs a transfer.</summary>
    /// <returns>Null where it gave the file; otherwise why it did not.</returns>
    private async Task<string?> FailureOfAsync(
        MirrorTransfer transfer, MnistFile file, string target, CancellationToken inTime, CancellationToken cancelled)
    {
        try
        {
            await transfer.RunAsync(inTime).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested && !cancelled.IsCancellationRequested)
        {
            return $"{NotFinished}, {transfer.Came} of {file.ArchiveName}";
        }
        catch (MirrorException failure)
        {
            return failure.Message;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Of this machine, so no other mirror is asked.
            throw new IOException(
                $"{file.ArchiveName} cannot be kept in {Path.GetDirectoryName(target)}: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    /// <summary>Takes the folder's lock, and waits for it where somebody has it: two downloads would write into one <c>.part</c>.</summary>
    private async Task<FolderLock> WaitForTurnAsync(
        string folder, MnistFile first, IProgress<DataProgress>? progress, CancellationToken inTime, CancellationToken cancelled)
    {
        var waits = false;
        while (true)
        {
            if (DownloadFolder.TryLock(folder) is { } held)
            {
                return held;
            }

            if (!waits)
            {
                waits = true;
                progress?.Report(new DataProgress($"waiting for another process, which is downloading into {folder}"));
            }

            try
            {
                await Task.Delay(BetweenLooks, inTime).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
            {
                throw new DownloadException(
                    first.ArchiveName, [$"another process is downloading into {folder} and has {NotFinished}"]);
            }
        }
    }

    /// <summary>Before anything is written or asked for: a name must not lead out of the folder, and an address must be one of the web.</summary>
    private static void Require(IReadOnlyList<MnistFile> files, IReadOnlyList<Uri> mirrors)
    {
        if (files.FirstOrDefault(file => !file.HasPlainName) is { } wrong)
        {
            throw new ArgumentException(
                "The name of a file to download must be of ASCII letters, digits and '._-', a letter or digit first, "
                + $"but one is '{MirrorException.InOneLine(wrong.Name ?? "")}'.");
        }

        if (mirrors.FirstOrDefault(mirror => !IsWebFolder(mirror)) is { } other)
        {
            throw new ArgumentException($"A mirror must be the http or https address of a folder, with a slash at its end, but one is '{other}'.");
        }
    }

    private static bool IsWebFolder(Uri address) => address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.AbsolutePath.EndsWith('/');
}
