using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vae.Mnist.Tests;

/// <summary>Mirrors that send elsewhere, and mirrors that speak https.</summary>
[Collection(NetworkTests.Name)]
public sealed class RedirectTests : DownloadTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_to_another_host_is_followed_and_the_range_goes_along(int status)
    {
        using var good = LoopbackServer.Good(tiny);
        using var old = new LoopbackServer((name, _) => Reply.To($"{good.Address}{name}") with { Status = status });
        folder.Write(First + ".part", tiny.Archive(First)[..20]);

        await From(old.Address).DownloadAsync(folder.FullPath);

        Assert.Equal((First, 20), good.Requests.First());
        AssertComplete();
    }

    [Fact]
    public async Task Redirects_within_a_server_may_be_relative()
    {
        using var moved = new LoopbackServer((name, _) => name.StartsWith("new-", StringComparison.Ordinal)
            ? new Reply(200, tiny.Archive(name["new-".Length..]))
            : Reply.To($"/elsewhere/new-{name}"));

        await From(moved.Address).DownloadAsync(folder.FullPath);

        AssertComplete();
    }

    [Fact]
    public async Task Where_a_redirect_leads_does_not_name_the_file()
    {
        using var good = new LoopbackServer((_, _) => new Reply(200, tiny.Archive(First)));
        using var sly = new LoopbackServer((_, _) => Reply.To($"{good.Address}..%2f..%2fetc%2fpasswd.gz"));

        await Assert.ThrowsAsync<DownloadException>(() => From(sly.Address).DownloadAsync(folder["cache"]));  // the second file is another's content

        Assert.Equal([folder["cache"]], Directory.GetFileSystemEntries(folder.FullPath));
        Assert.Equal([Lock, First], Directory.GetFiles(folder["cache"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_redirect_in_a_circle_also_ends_where_the_handler_follows_by_itself()
    {
        using var following = new SocketsHttpHandler { UseProxy = false };
        LoopbackServer? circle = null;
        using var server = circle = new LoopbackServer((_, _) => Reply.To($"{circle!.Address}again.gz"));
        var downloader = new MnistDownloader { Mirrors = [server.Address], Files = tiny.Files, Handler = following };

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => downloader.DownloadAsync(folder.FullPath));

        Assert.Contains($"redirects {First} more than 5 times", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_and_the_next_mirror_asked()
    {
        using var certificate = Certificate();
        using var untrusted = new LoopbackServer((name, _) => new Reply(200, tiny.Archive(name)), certificate);
        using var good = LoopbackServer.Good(tiny);

        await From(untrusted.Address, good.Address).DownloadAsync(folder.FullPath, progress);

        Assert.Empty(untrusted.Requests);
        Assert.Contains(progress, report => report.Message.StartsWith(
            $"{First} from {untrusted.Address.Authority}: no secure connection (The remote certificate is invalid", StringComparison.Ordinal));
        AssertComplete();
    }

    [Fact]
    public async Task A_server_without_TLS_at_an_https_address_is_refused_and_the_next_mirror_asked()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        using var good = LoopbackServer.Good(tiny);
        plain.Start();
        var refusal = RefuseAsync(plain);
        var address = new Uri($"https://{plain.LocalEndpoint}/mnist/");

        await From(address, good.Address).DownloadAsync(folder.FullPath, progress);

        await refusal;
        Assert.Contains(progress, report => report.Message.StartsWith(
            $"{First} from {address.Authority}: no secure connection (", StringComparison.Ordinal));
        AssertComplete();
    }

    // As a server of plain HTTP does that finds no request in what a client of TLS says.
    private static async Task RefuseAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        var stream = connection.GetStream();
        await stream.ReadAtLeastAsync(new byte[64], 64);
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());
    }

    [Fact]
    public async Task What_began_encrypted_is_not_redirected_to_what_is_not()
    {
        using var certificate = Certificate();
        using var good = LoopbackServer.Good(tiny);
        using var downgrading = new LoopbackServer((name, _) => Reply.To($"{good.Address}{name}"), certificate);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint;

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => From(downgrading.Address).DownloadAsync(folder.FullPath));

        Assert.Contains(
            $"redirects {First} from https to {good.Address}{First}, which is not encrypted: refused", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(good.Requests);
    }

    [Fact]
    public async Task An_encrypted_mirror_gives_the_files()
    {
        using var certificate = Certificate();
        using var secure = new LoopbackServer((name, _) => new Reply(200, tiny.Archive(name)), certificate);
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.Thumbprint;

        await From(secure.Address).DownloadAsync(folder.FullPath);

        AssertComplete();
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var signed = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);   // Windows wants the key from a store
    }
}
