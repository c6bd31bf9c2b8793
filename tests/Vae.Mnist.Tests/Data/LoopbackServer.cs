using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vae.Mnist.Tests;

/// <summary>What the server says: it may claim another length than it sends, or hang up or fall silent after the body.</summary>
public sealed record Reply(int Status, byte[] Body)
{
    public long? ClaimedLength { get; init; }

    public string? ContentRange { get; init; }

    public bool FallSilent { get; init; }

    public static Reply Part(byte[] whole, long from) =>
        new(206, whole[(int)from..]) { ContentRange = $"bytes {from}-{whole.Length - 1}/{whole.Length}" };
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
    private readonly Func<string, long?, Reply> answer;

    /// <param name="answer">From the file's name and the first byte asked for (null without Range) to the reply.</param>
    public LoopbackServer(Func<string, long?, Reply> answer)
    {
        this.answer = answer;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/mnist/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The name and, where there was one, the beginning of the range of every request.</summary>
    public ConcurrentQueue<(string Name, long? From)> Requests { get; } = [];

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
                var stream = connection.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                var name = (await reader.ReadLineAsync(token))!.Split(' ')[1].Split('/')[^1];
                long? from = null;
                while (await reader.ReadLineAsync(token) is { Length: > 0 } header)
                {
                    if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                    {
                        from = long.Parse(header["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
                    }
                }

                Requests.Enqueue((name, from));
                var reply = answer(name, from);
                var head = $"HTTP/1.1 {reply.Status} Whatever\r\n"
                    + $"Content-Length: {reply.ClaimedLength ?? reply.Body.Length}\r\n"
                    + (reply.ContentRange is null ? "" : $"Content-Range: {reply.ContentRange}\r\n")
                    + "Connection: close\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), token);
                await stream.WriteAsync(reply.Body, token);
                if (reply.FallSilent)
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }
}
