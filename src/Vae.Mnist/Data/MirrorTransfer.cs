using System.Net;
using System.Net.Http.Headers;

namespace Vae.Mnist;

/// <summary>One file from one mirror: receive (or continue) <c>.part</c>, check its content, give it its name.</summary>
/// <param name="client">Speaks HTTP; has no time limit of its own.</param>
/// <param name="mirror">The folder to fetch from.</param>
/// <param name="file">What to fetch.</param>
/// <param name="target">Where it is to be.</param>
/// <param name="stallTimeout">How long the mirror may send nothing.</param>
/// <param name="progress">Is told of the bytes received; may be null.</param>
internal sealed class MirrorTransfer(
    HttpClient client, Uri mirror, MnistFile file, string target, TimeSpan stallTimeout, IProgress<DataProgress>? progress)
{
    private const long BytesBetweenReports = 1 << 18;

    private readonly string part = target + ".part";

    /// <summary>Fetches the file. Where it throws there is no file of that name, at most a <c>.part</c> to continue.</summary>
    /// <exception cref="HttpRequestException">The mirror cannot be reached or refuses.</exception>
    /// <exception cref="IOException">The connection broke, or the content was wrong (and is deleted).</exception>
    /// <exception cref="TimeoutException">The mirror sent nothing for too long.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var there = LengthToContinue();
        if (there > 0 && file.FindProblem(part) is null)
        {
            File.Move(part, target, overwrite: true);                 // complete, only the renaming was missing
            return;
        }

        if (there > 0)
        {
            // What was continued may come from another mirror's archive, so a wrong outcome is not yet this mirror's fault.
            var continued = await ReceiveAsync(there, cancellationToken).ConfigureAwait(false) && file.FindProblem(part) is null;
            if (continued)
            {
                File.Move(part, target, overwrite: true);
                return;
            }

            File.Delete(part);
        }

        await ReceiveAsync(0, cancellationToken).ConfigureAwait(false);
        if (file.FindProblem(part) is { } problem)
        {
            File.Delete(part);
            throw new InvalidDataException(problem);
        }

        File.Move(part, target, overwrite: true);
    }

    /// <summary>How much of the file has come already; what cannot be a part of it is deleted.</summary>
    private long LengthToContinue()
    {
        var there = new FileInfo(part);
        if (!there.Exists)
        {
            return 0;
        }

        if (there.Length > 0 && there.Length <= file.LongestArchive)
        {
            return there.Length;
        }

        there.Delete();
        return 0;
    }

    /// <summary>Asks for the file from an offset and writes what comes to <c>.part</c>, down to the disk.</summary>
    /// <returns>False where the mirror cannot continue from there.</returns>
    private async Task<bool> ReceiveAsync(long from, CancellationToken cancellationToken)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watch.CancelAfter(stallTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(mirror, file.ArchiveName));
            request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
            using var response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watch.Token).ConfigureAwait(false);
            if (from > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return false;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"{(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd());
            }

            if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != from)
            {
                return false;
            }

            var start = response.StatusCode == HttpStatusCode.PartialContent ? from : 0;   // 200: from the beginning
            await CopyAsync(response, start, watch, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException late) when (watch.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"sent nothing for {stallTimeout.TotalSeconds:0.#} s", late);
        }
    }

    private async Task CopyAsync(
        HttpResponseMessage response, long start, CancellationTokenSource watch, CancellationToken cancellationToken)
    {
        var total = start + response.Content.Headers.ContentLength;
        RequireLength(total ?? start);
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var output = new FileStream(
            part, start > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        var buffer = new byte[1 << 16];
        var received = start;
        var reported = start;
        while (true)
        {
            watch.CancelAfter(stallTimeout);
            var read = await body.ReadAsync(buffer, watch.Token).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            received += read;
            if (received > file.LongestArchive)
            {
                output.Dispose();
                File.Delete(part);
            }

            RequireLength(received);
            output.Write(buffer, 0, read);
            if (received - reported >= BytesBetweenReports)
            {
                reported = received;
                progress?.Report(new DataProgress($"{file.ArchiveName} from {mirror.Authority}", received, total));
            }
        }

        progress?.Report(new DataProgress($"{file.ArchiveName} from {mirror.Authority}", received, total));
        output.Flush(flushToDisk: true);
    }

    private void RequireLength(long length)
    {
        if (length > file.LongestArchive)
        {
            throw new InvalidDataException(
                $"an archive of {length} bytes or more, where {file.ArchiveName} has at most {file.LongestArchive}");
        }
    }
}
