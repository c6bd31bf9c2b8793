using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Vae.Mnist.Tests;

/// <summary>What the server says: it may claim another length than it sends, or hang up or fall silent after the body.</summary>
public sealed record Reply(int Status, byte[] Body)
{
    public string Reason { get; init; } = "Whatever";

    public long? ClaimedLength { get; init; }

    public string? ContentRange { get; init; }

    /// <summary>Other lines of the head, such as Location.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Sends no length: the end of the body is the end of the connection.</summary>
    public bool NoLength { get; init; }

    /// <summary>Sends no head: the body is all that comes.</summary>
    public bool NoHead { get; init; }

    /// <summary>How many bytes are sent at a time, and the pause after each such piece.</summary>
    public (int Bytes, TimeSpan Pause) Pace { get; init; } = (int.MaxValue, TimeSpan.Zero);

    /// <summary>What must happen before the second half of the body is sent.</summary>
    public Task? BeforeSecondHalf { get; init; }

    public bool FallSilent { get; init; }

    /// <summary>Ends the connection by a reset instead of properly.</summary>
    public bool Reset { get; init; }

    public static Reply Part(byte[] whole, long from) =>
        new(206, whole[(int)from..]) { ContentRange = $"bytes {from}-{whole.Length - 1}/{whole.Length}" };

    public static Reply To(string location) => new(302, []) { Headers = [$"Location: {location}"] };

    /// <summary>The body in chunks of 100 bytes without a length before it; whole or broken off after some of them.</summary>
    public static Reply Chunked(byte[] body, bool whole = true)
    {
        using var framed = new MemoryStream();
        foreach (var chunk in body.Chunk(100))
        {
            framed.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            framed.Write(chunk);
            framed.Write("\r\n"u8);
        }

        framed.Write(whole ? "0\r\n\r\n"u8 : []);
        return new Reply(200, framed.ToArray()) { NoLength = true, Headers = ["Transfer-Encoding: chunked"] };
    }
}

/// <summary>
/// Tests with servers run one after another and beside no others: work on all processors would keep a server from
/// answering in time.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NetworkTests
{
    public const string Name = "network";
}

/// <summary>A small HTTP server on 127.0.0.1 that behaves as badly as a test wants.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<string, long> sent = [];
    private readonly Func<string, long?, Reply> answer;
    private readonly X509Certificate2? certificate;

    /// <param name="answer">From the file's name and the first byte asked for (null without Range) to the reply.</param>
    /// <param name="certificate">For https; null for http. Not disposed.</param>
    public LoopbackServer(Func<string, long?, Reply> answer, X509Certificate2? certificate = null)
    {
        this.answer = answer;
        this.certificate = certificate;
        listener.Start();
        Address = new Uri($"{(certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/mnist/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The name and, where there was one, the beginning of the range of every request.</summary>
    public ConcurrentQueue<(string Name, long? From)> Requests { get; } = [];

    /// <summary>How many bytes of bodies have been sent for a file.</summary>
    public long Sent(string name) => sent.GetValueOrDefault(name);

    /// <summary>A mirror that behaves.</summary>
    public static LoopbackServer Good(TinyMnist data) => new((name, from) =>
        from is { } start ? Reply.Part(data.Archive(name), start) : new Reply(200, data.Archive(name)));

    /// <summary>An address that nobody listens on.</summary>
    public static Uri NobodyThere()
    {
        using var gone = new LoopbackServer((_, _) => new Reply(500, []));
        return gone.Address;
    }

    public void Dispose()
    {
        closing.Cancel();
        listener.Dispose();
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var token = closing.Token;
        try
        {
            while (true)
            {
                var connection = await listener.AcceptTcpClientAsync(token);
                _ = ServeAsync(connection, token);
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient connection, CancellationToken token)
    {
        using (connection)
        {
            try
            {
                using var stream = await SecureAsync(connection.GetStream(), token);
                var (name, from) = await ReadRequestAsync(stream, token);
                Requests.Enqueue((name, from));
                var reply = answer(name, from);
                if (!reply.NoHead)
                {
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(Head(reply)), token);
                }

                await SendBodyAsync(stream, name, reply, token);
                if (reply.FallSilent)
                {
                    await Task.Delay(Timeout.Infinite, token);
                }

                if (reply.Reset)
                {
                    connection.LingerState = new LingerOption(enable: true, seconds: 0);
                    connection.Client.Close();
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or AuthenticationException)
            {
            }
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream plain, CancellationToken token)
    {
        if (certificate is null)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
        return secure;
    }

    private static async Task<(string Name, long? From)> ReadRequestAsync(Stream stream, CancellationToken token)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var name = (await reader.ReadLineAsync(token))?.Split(' ')[1].Split('/')[^1] ?? throw new IOException("No request came.");
        long? from = null;
        while (await reader.ReadLineAsync(token) is { Length: > 0 } header)
        {
            if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
            {
                from = long.Parse(header["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            }
        }

        return (name, from);
    }

    private static string Head(Reply reply)
    {
        string?[] lines =
        [
            $"HTTP/1.1 {reply.Status} {reply.Reason}",
            reply.NoLength ? null : $"Content-Length: {reply.ClaimedLength ?? reply.Body.Length}",
            reply.ContentRange is null ? null : $"Content-Range: {reply.ContentRange}",
            .. reply.Headers,
            "Connection: close",
        ];
        return string.Join("\r\n", lines.OfType<string>()) + "\r\n\r\n";
    }

    private async Task SendBodyAsync(Stream stream, string name, Reply reply, CancellationToken token)
    {
        if (reply.BeforeSecondHalf is { } gate)
        {
            var half = reply.Body.Length / 2;
            await SendAsync(reply.Body.AsMemory(..half));
            await gate.WaitAsync(token);
            await SendAsync(reply.Body.AsMemory(half..));
            return;
        }

        for (var at = 0; at < reply.Body.Length; at += reply.Pace.Bytes)
        {
            await SendAsync(reply.Body.AsMemory(at, int.Min(reply.Pace.Bytes, reply.Body.Length - at)));
            if (reply.Pace.Bytes > reply.Body.Length)
            {
                break;                                                // at once; the next place would overflow
            }

            await Task.Delay(reply.Pace.Pause, token);
        }

        async Task SendAsync(ReadOnlyMemory<byte> bytes)
        {
            await stream.WriteAsync(bytes, token);
            sent.AddOrUpdate(name, bytes.Length, (_, before) => before + bytes.Length);
        }
    }
}
