using System.Text;

namespace Vae.Mnist.Tests;

/// <summary>What a mirror may do wrong.</summary>
/// <param name="Answer">From the archive and the server's own address to what it sends.</param>
/// <param name="Says">What the user is told after the file and the mirror: a pattern.</param>
/// <param name="Stalls">Whether it takes the stall timeout to notice.</param>
public sealed record MirrorFault(Func<byte[], Uri, Reply> Answer, string Says, bool Stalls = false);

/// <summary>The faults by name.</summary>
public static class MirrorFaults
{
    private const string File = @"train-images-idx3-ubyte\.gz";
    private const string TooLong = $@"sends \d+ bytes or more, where {File} has at most 1136";

    public static IReadOnlyDictionary<string, MirrorFault> All { get; } = new Dictionary<string, MirrorFault>
    {
        ["404"] = Always(new Reply(404, []) { Reason = "Not Found" }, $"answered 404 Not Found instead of {File}"),
        ["500"] = Always(new Reply(500, "sorry"u8.ToArray()), $"answered 500 Whatever instead of {File}"),
        ["204"] = Always(new Reply(204, []), $"answered 204 Whatever instead of {File}"),
        ["416 where no range was asked for"] = Always(new Reply(416, []), $"answered 416 Whatever instead of {File}"),
        ["words that move the cursor"] = Always(new Reply(403, []) { Reason = "\e[2J\aGone" }, @"answered 403 [^\e\a]*Gone instead of"),

        ["truncated"] = new(
            (archive, _) => new Reply(200, archive[..50]) { ClaimedLength = archive.Length }, $@"broke off after 50 of \d+ bytes of {File}"),
        ["reset"] = new(                                              // a reset may overtake what was sent before it
            (archive, _) => new Reply(200, archive[..50]) { ClaimedLength = archive.Length, Reset = true }, "(broke off|gave no answer|hung up)"),
        ["half, and says that is all"] = new((archive, _) => new Reply(200, archive[..(archive.Length / 2)]), "sent (damaged gzip data|content of)"),
        ["half, without a length"] = new(
            (archive, _) => new Reply(200, archive[..(archive.Length / 2)]) { NoLength = true }, "sent (damaged gzip data|content of)"),
        ["chunks that end too soon"] = new((archive, _) => Reply.Chunked(archive, whole: false), $@"broke off after \d+ bytes of {File}"),
        ["chunks of a malformed length"] = Always(
            new Reply(200, "zz\r\nwhat\r\n"u8.ToArray()) { NoLength = true, Headers = ["Transfer-Encoding: chunked"] },
            $"broke off after 0 bytes of {File}"),
        ["empty"] = Always(new Reply(200, []), "sent no gzip archive and no train-images-idx3-ubyte: 0 bytes instead of 112"),

        ["HTML"] = Always(
            new Reply(200, "<!DOCTYPE html><title>Please log in</title>"u8.ToArray()),
            "sent no gzip archive and no train-images-idx3-ubyte: 43 bytes instead of 112"),
        ["HTML that says so"] = Always(
            new Reply(200, "<!DOCTYPE html>"u8.ToArray()) { Headers = ["Content-Type: text/html; charset=utf-8"] },
            $@"sent a web page \(text/html\) instead of {File}"),
        ["other content"] = Always(new Reply(200, OtherArchive(5)), "sent content of 96 bytes instead of the 112"),
        ["other content of the same length"] = Always(
            new Reply(200, OtherArchive(6)), "sent content with SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}"),
        ["gzip garbage of the right length"] = new(
            (archive, _) => new Reply(200, [.. archive[..10], .. Enumerable.Repeat((byte)0xFF, archive.Length - 10)]), "sent damaged gzip data"),
        ["bare zeros of the right length"] = Always(new Reply(200, new byte[112]), "sent content with SHA-256"),

        ["too long"] = Always(new Reply(200, new byte[200_000]), TooLong),
        ["too long, in chunks"] = Always(Reply.Chunked(new byte[200_000]), TooLong),
        ["too long, without a length"] = Always(new Reply(200, new byte[200_000]) { NoLength = true }, TooLong),
        ["claims too much"] = new((archive, _) => new Reply(200, archive) { ClaimedLength = 1L << 40 }, TooLong),
        ["claims more than there is"] = new((archive, _) => new Reply(200, archive) { ClaimedLength = long.MaxValue }, TooLong),

        ["silent before the head"] = Always(
            new Reply(200, []) { NoHead = true, FallSilent = true }, $"sent nothing for 2 s, after 0 bytes of {File}", stalls: true),
        ["silent after the head"] = Always(
            new Reply(200, []) { ClaimedLength = 90, FallSilent = true }, "sent nothing for 2 s, after 0 of 90 bytes", stalls: true),
        ["silent in mid-body"] = Always(
            new Reply(200, new byte[10]) { ClaimedLength = 90, FallSilent = true }, "sent only 10 bytes for 2 s, after 10 of 90 bytes", stalls: true),
        ["a byte now and then"] = new(
            (archive, _) => new Reply(200, archive) { Pace = (1, TimeSpan.FromSeconds(0.3)) }, @"sent only \d+ bytes for 2 s", Stalls: true),

        ["a part that was not asked for"] = new(
            (archive, _) => Reply.Part(archive, 5), $@"sent a part of {File} \(bytes 5-\d+/\d+\) instead of all of it"),
        ["a part of something"] = Always(new Reply(206, new byte[9]), $@"sent a part of {File} \(without saying which\) instead of all of it"),

        ["a redirect in a circle"] = new((_, self) => Reply.To($"{self}again.gz"), $"redirects {File} more than 5 times, at last to http://127"),
        ["a redirect to nowhere"] = Always(new Reply(302, []), $"answered 302, a redirect of {File} to nowhere"),
        ["a redirect to no address"] = Always(Reply.To("http://["), "(answered 302, a redirect|redirected|answered 404)"),
        ["a redirect to a file"] = Always(
            Reply.To("file:///etc/passwd"), $"redirects {File} to file:///etc/passwd, which is neither http nor https: refused"),
        ["a redirect to another protocol"] = Always(Reply.To("ftp://127.0.0.1/x"), "redirects .* to ftp://127.0.0.1/x, which is neither"),
        ["a redirect to a place that is down"] = new(
            (_, _) => Reply.To(LoopbackServer.NobodyThere().AbsoluteUri),
            @"redirected to 127\.0\.0\.1:\d+, which cannot be reached \(Connection refused"),

        ["no HTTP"] = Always(new Reply(0, "SSH-2.0-OpenSSH_9.9\r\n"u8.ToArray()) { NoHead = true }, "answered what is not HTTP"),
        ["hangs up"] = Always(new Reply(0, []) { NoHead = true }, "hung up without an answer"),
        ["a head without an end"] = Always(
            new Reply(0, Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 20_000)))) { NoHead = true },
            "(answered what is not HTTP|gave no answer)"),
    };

    private static MirrorFault Always(Reply reply, string says, bool stalls = false) => new((_, _) => reply, says, stalls);

    /// <summary>Images of 4 x 4 that are not the wanted ones.</summary>
    private static byte[] OtherArchive(int images)
    {
        using var folder = new TemporaryFolder();
        IdxFile.WriteImages(folder["other.gz"], new ImageSet(4, 4, new byte[16 * images]));
        return System.IO.File.ReadAllBytes(folder["other.gz"]);
    }
}
