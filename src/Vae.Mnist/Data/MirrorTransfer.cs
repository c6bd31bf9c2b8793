using System.Net;

namespace Vae.Mnist;

/// <summary>One file from one mirror: receive (or continue) <c>.part</c>, check its content, give it its name.</summary>
/// <param name="client">Speaks HTTP; has no time limit of its own.</param>
/// <param name="mirror">The folder to fetch from.</param>
/// <param name="file">What to fetch.</param>
/// <param name="target">Where it is to be.</param>
/// <param name="stallTimeout">How long the mirror may send less than <see cref="LeastBytesInTime"/>.</param>
/// <param name="progress">Is told of the bytes received; may be null.</param>
internal sealed class MirrorTransfer(
    HttpClient client, Uri mirror, MnistFile file, string target, TimeSpan stallTimeout, IProgress<DataProgress>? progress)
{
    /// <summary>
    /// What must come in each stretch of the stall timeout, or else the rest of the file: a byte now and then is no transfer, and
    /// would keep the next mirror from its turn.
    /// </summary>
    public const int LeastBytesInTime = 1 << 14;

    private const long BytesBetweenReports = 1 << 18;

    private readonly string part = target + ".part";
    private long received;
    private long? total;

    /// <summary>How much of the file has come, for a person.</summary>
    public string Came => $"after {received}{(total is null ? "" : $" of {total}")} bytes";

    /// <summary>Fetches the file. Where it throws there is no file of that name, at most a <c>.part</c> to continue.</summary>
    /// <exception cref="MirrorException">The mirror did not give the file; what it gave instead is deleted, unless it can be continued.</exception>
    /// <exception cref="IOException">What came cannot be kept here.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written here.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var path in new[] { target, part })
        {
            if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null)   // a link is replaced, see below
            {
                throw new IOException($"{path} is a folder.");        // said before megabytes are fetched for nothing
            }
        }

        var there = LengthToContinue();
        if (there > 0)
        {
            // Either only the renaming was missing, or the rest is. What is continued may come from another mirror's archive, so a
            // wrong outcome is not yet this mirror's fault.
            if (file.FindProblem(part) is null
                || (await ReceiveAsync(there, cancellationToken).ConfigureAwait(false) && ProblemOfPart() is null))
            {
                File.Move(part, target, overwrite: true);
                return;
            }

            File.Delete(part);
        }

        await ReceiveAsync(0, cancellationToken).ConfigureAwait(false);
        if (ProblemOfPart() is { } problem)
        {
            File.Delete(part);
            throw new MirrorException($"sent {problem}");
        }

        File.Move(part, target, overwrite: true);
    }

    /// <summary>How much of the file has come already; what cannot be a part of it is deleted.</summary>
    private long LengthToContinue()
    {
        var there = new FileInfo(part);
        if (there.LinkTarget is null && there.Exists && there.Length > 0 && there.Length <= file.LongestArchive)
        {
            return there.Length;
        }

        File.Delete(part);                                            // of a link the link: what it leads to is not ours to overwrite
        return 0;
    }

    private string? ProblemOfPart() => File.Exists(part)
        ? file.FindProblem(part)
        : throw new FileNotFoundException($"{part} vanished while it was received.");

    /// <summary>Asks for the file from an offset and writes what comes to <c>.part</c>, down to the disk.</summary>
    /// <returns>False where the mirror cannot continue from there.</returns>
    private async Task<bool> ReceiveAsync(long from, CancellationToken cancellationToken)
    {
        (received, total) = (from, null);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        watch.CancelAfter(stallTimeout);
        var atLastLook = from;
        try
        {
            using var response = await new MirrorRequest(client, mirror, file.ArchiveName).SendAsync(from, watch.Token).ConfigureAwait(false);
            if (response is null)
            {
                return false;
            }

            atLastLook = received = response.StatusCode == HttpStatusCode.PartialContent ? from : 0;   // 200: from the beginning
            watch.CancelAfter(stallTimeout);
            await CopyAsync(response, NoteProgress, watch.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (watch.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var little = received - atLastLook;
            throw new MirrorException(
                $"sent {(little == 0 ? "nothing" : $"only {little} bytes")} for {stallTimeout.TotalSeconds:0.#} s, {Came} of {file.ArchiveName}");
        }

        void NoteProgress()
        {
            if (received - atLastLook >= LeastBytesInTime)
            {
                atLastLook = received;
                watch.CancelAfter(stallTimeout);
            }
        }
    }

    // .NET tells of a file that may not grow (ulimit -f) in words about an argument.
    private void Write(FileStream output, ReadOnlySpan<byte> bytes)
    {
        try
        {
            output.Write(bytes);
        }
        catch (ArgumentOutOfRangeException tooLarge)
        {
            throw new IOException($"{part} may not grow beyond {received} bytes.", tooLarge);
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, Action noteProgress, CancellationToken cancellationToken)
    {
        var rest = response.Content.Headers.ContentLength;
        RequireLength(rest ?? 0);                                     // by itself first: a sum with it could overflow
        total = received + rest;
        RequireLength(total ?? received);
        using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);

        // No buffer: after a write that failed, a buffer would be written once more on disposal.
        using var output = new FileStream(
            part, received > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[1 << 16];
        var reported = received;
        while (await ReadAsync(body, buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (received + read > file.LongestArchive)
            {
                output.Dispose();
                File.Delete(part);
            }

            RequireLength(received + read);
            Write(output, buffer.AsSpan(0, read));
            received += read;
            noteProgress();
            if (received - reported >= BytesBetweenReports)
            {
                reported = received;
                Report();
            }
        }

        Report();
        output.Flush(flushToDisk: true);

        void Report()
        {
            if (received > 0)
            {
                progress?.Report(new DataProgress($"{file.ArchiveName} from {mirror.Authority}", received, total));
            }
        }
    }

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException broken)
        {
            throw new MirrorException($"broke off {Came} of {file.ArchiveName} ({broken.GetBaseException().Message})");
        }
    }

    private void RequireLength(long length)
    {
        if (length > file.LongestArchive)
        {
            throw new MirrorException($"sends {length} bytes or more, where {file.ArchiveName} has at most {file.LongestArchive}");
        }
    }
}
