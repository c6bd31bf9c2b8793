using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vae.Mnist.Tests;

/// <summary>An answer of the server, which may claim another length than it sends.</summary>
public sealed record Reply(int Status, byte[] Body)
{
    /// <summary>The length in the head; null for none, where the end of the connection ends the body.</summary>
    public long? ClaimedLength { get; init; } = Body.Length;

    /// <summary>More lines of the head.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Whether the connection stays open, without another byte, after the body.</summary>
    public bool FallSilent { get; init; }

    /// <summary>The pause after each byte of the body; zero sends the body at once.</summary>
    public TimeSpan PausePerByte { get; init; }

    public static Reply RedirectTo(string location) => new(302, []) { Headers = [$"Location: {location}"] };
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

/// <summary>A small HTTP server on 127.0.0.1 that sends any answer, right or wrong.</summary>
public sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly Func<string, Reply> answer;

    /// <param name="answer">From the file's name to the reply.</param>
    public LoopbackServer(Func<string, Reply> answer)
    {
        this.answer = answer;
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/mnist/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>The file names of all requests.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>A server that sends the right files.</summary>
    public static LoopbackServer Good(TinyMnist data) => new(name => new Reply(200, data.Archive(name)));

    /// <summary>An address where no server listens.</summary>
    public static Uri NobodyThere()
    {
        using var gone = new LoopbackServer(_ => new Reply(500, []));
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
                _ = ServeAsync(await listener.AcceptTcpClientAsync(token), token);
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
                using var stream = connection.GetStream();
                var name = await ReadRequestAsync(stream, token);
                Requests.Enqueue(name);
                var reply = answer(name);
                string[] head =
                [
                    $"HTTP/1.1 {reply.Status} Whatever",
                    .. reply.ClaimedLength is { } length ? [$"Content-Length: {length}"] : Array.Empty<string>(),
                    .. reply.Headers,
                    "Connection: close\r\n\r\n",
                ];
                await stream.WriteAsync(Encoding.Latin1.GetBytes(string.Join("\r\n", head)), token);
                var piece = reply.PausePerByte > TimeSpan.Zero ? 1 : int.Max(1, reply.Body.Length);
                for (var at = 0; at < reply.Body.Length; at += piece)
                {
                    await stream.WriteAsync(reply.Body.AsMemory(at, piece), token);
                    await Task.Delay(reply.PausePerByte, token);
                }

                await Task.Delay(reply.FallSilent ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
            }
        }
    }

    private static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken token)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var name = (await reader.ReadLineAsync(token))?.Split(' ')[1].Split('/')[^1] ?? throw new IOException("No request came.");
        while (await reader.ReadLineAsync(token) is { Length: > 0 })
        {
        }

        return name;
    }
}
