namespace Vae.Mnist.Tests;

[Collection(NetworkTests.Name)]
public sealed class MnistLocatorTests : IDisposable
{
    private readonly TemporaryFolder named = new();
    private readonly TemporaryFolder cache = new();
    private readonly TinyMnist tiny = new();
    private readonly ProgressList progress = new();

    public void Dispose()
    {
        named.Dispose();
        cache.Dispose();
    }

    [Fact]
    public async Task The_named_folder_comes_first()
    {
        tiny.Save(named.FullPath);
        tiny.Save(cache.FullPath);

        var data = await Locator(named.FullPath).FindAsync("auto", progress: progress);

        Assert.Contains(named.FullPath, data.Source, StringComparison.Ordinal);
        Assert.Contains("VAE_MNIST_DIR", data.Source, StringComparison.Ordinal);
        Assert.Contains(data.Source, progress.Last().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("missing")]
    [InlineData("damaged")]
    public async Task A_named_folder_that_cannot_be_used_is_an_error_and_not_passed_over(string fault)
    {
        tiny.Save(cache.FullPath);
        if (fault == "damaged")
        {
            tiny.Save(named.FullPath);
            named.Write("t10k-images-idx3-ubyte.gz", 1, 2, 3);
        }

        var folder = fault == "missing" ? named.File("nowhere") : named.FullPath;
        var wrong = await Assert.ThrowsAsync<IOException>(() => Locator(folder).FindAsync());

        Assert.Contains($"VAE_MNIST_DIR is set to '{folder}'", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("unset", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task The_cache_comes_second_and_needs_no_network(string? variable)
    {
        tiny.Save(cache.FullPath);
        using var server = LoopbackServer.Good(tiny);

        var data = await Locator(variable, server.Address).FindAsync();

        Assert.Contains($"{cache.FullPath} (cache)", data.Source, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("mnist")]
    public async Task The_download_comes_third_and_fills_the_cache(string asked)
    {
        using var server = LoopbackServer.Good(tiny);

        var data = await Locator(null, server.Address).FindAsync(asked, progress: progress);
        var again = await Locator(null).FindAsync(asked);

        Assert.Contains("(downloaded)", data.Source, StringComparison.Ordinal);
        Assert.Contains("(cache)", again.Source, StringComparison.Ordinal);
        Assert.Equal(tiny.Train.AllPixels(), again.Train.AllPixels());
        Assert.Contains(progress, report => report.Message.Contains("has no MNIST", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-ubyte.gz")]
    [InlineData("-ubyte")]
    public async Task A_cache_of_other_content_is_replaced(string ending)
    {
        tiny.Save(cache.FullPath);
        new TinyMnist(trainImages: 7).Save(cache.FullPath, ending);
        using var server = LoopbackServer.Good(tiny);

        var data = await Locator(null, server.Address).FindAsync();

        Assert.Equal(tiny.Train.AllPixels(), data.Train.AllPixels());
    }

    [Fact]
    public async Task A_damaged_cache_is_repaired()
    {
        tiny.Save(cache.FullPath);
        cache.Write("t10k-images-idx3-ubyte.gz", 1, 2, 3);
        using var server = LoopbackServer.Good(tiny);

        var data = await Locator(null, server.Address).FindAsync(progress: progress);

        Assert.Equal(tiny.Test.AllPixels(), data.Test.AllPixels());
        Assert.Equal("t10k-images-idx3-ubyte.gz", Assert.Single(server.Requests));
        Assert.Contains(progress, report => report.Message.Contains("cache not usable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drawn_digits_come_last_and_the_reasons_are_reported()
    {
        var nobody = LoopbackServer.NobodyThere();

        var data = await Locator(null, nobody).FindAsync("auto", drawnSeed: 5, progress);

        Assert.True(data.IsDrawn);
        Assert.Equal((60_000, 10_000), (data.Train.Count, data.Test.Count));
        Assert.Equal("drawn digits (not MNIST), seed 5", data.Source);
        string[] said = [.. progress.Select(report => report.Message)];
        Assert.Contains("VAE_MNIST_DIR is not set", said);
        Assert.Contains(said, line => line.Contains("has no MNIST", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("download failed: ", StringComparison.Ordinal)
            && line.Contains(nobody.Authority, StringComparison.Ordinal) && !line.Contains('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_for_MNIST_never_gives_drawn_digits_and_says_what_to_do()
    {
        var wrong = await Assert.ThrowsAsync<DownloadException>(
            () => Locator(null, LoopbackServer.NobodyThere()).FindAsync("mnist"));

        Assert.Contains("download failed", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("set VAE_MNIST_DIR to it", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("VAE_MNIST_MIRROR", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("use the data 'drawn'", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_network_can_be_forbidden()
    {
        using var server = LoopbackServer.Good(tiny);
        var locator = new MnistLocator
        {
            CacheFolder = cache.FullPath,
            ReadVariable = _ => null,
            AllowDownload = false,
            Mirrors = [server.Address],
            Downloader = new MnistDownloader { Files = tiny.Files, UseProxy = false },
        };

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => locator.FindAsync("mnist"));

        Assert.Contains("download is not allowed", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_a_failed_download()
    {
        var locator = new MnistLocator
        {
            CacheFolder = Path.Combine(cache.Write("a-file"), "mnist"),
            ReadVariable = _ => null,
            Mirrors = [LoopbackServer.NobodyThere()],
            Downloader = new MnistDownloader { Files = tiny.Files, UseProxy = false },
        };

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => locator.FindAsync("mnist"));

        Assert.Contains("download failed", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task The_mirror_that_the_variable_names_is_asked_first(string end)
    {
        using var own = LoopbackServer.Good(tiny);
        using var other = LoopbackServer.Good(tiny);
        var locator = WithMirror(own.Address.AbsoluteUri.TrimEnd('/') + end, other.Address);

        await locator.FindAsync("mnist");

        Assert.Equal(4, own.Requests.Count);
        Assert.Empty(other.Requests);
        Assert.Matches(
            $@"(?s)VAE_MNIST_MIRROR: {own.Address}\n.*order:\n  {own.Address}\n  {other.Address}\n", locator.Describe());
    }

    [Fact]
    public async Task If_the_named_mirror_fails_the_others_are_asked()
    {
        using var own = new LoopbackServer(_ => new Reply(404, []));
        using var other = LoopbackServer.Good(tiny);

        var data = await WithMirror(own.Address.AbsoluteUri, other.Address).FindAsync("mnist", progress: progress);

        Assert.Equal(tiny.Train.AllPixels(), data.Train.AllPixels());
        var reason = $"{own.Address}train-images-idx3-ubyte.gz: answered 404";
        Assert.Contains(progress, report => report.Message.StartsWith(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("mirror")]
    [InlineData("/srv/mnist")]
    [InlineData("file:///srv/mnist/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://")]
    [InlineData("http://127.0.0.1/mnist?file=")]
    [InlineData("http://127.0.0.1/mnist#x")]
    [InlineData("http://ann:secret@127.0.0.1/mnist/")]
    public async Task A_named_mirror_that_is_no_address_is_an_error_and_not_passed_over(string address)
    {
        using var other = LoopbackServer.Good(tiny);
        var locator = WithMirror(address, other.Address);

        var wrong = await Assert.ThrowsAsync<IOException>(() => locator.FindAsync());

        Assert.Contains(", but must be the http or https address of a folder", wrong.Message, StringComparison.Ordinal);
        var quoted = $"VAE_MNIST_MIRROR is set to '{address}'";
        Assert.Equal(!address.Contains('@'), wrong.Message.StartsWith(quoted, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", wrong.Message + locator.Describe(), StringComparison.Ordinal);
        Assert.Contains("download: not possible, VAE_MNIST_MIRROR is set to", locator.Describe(), StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("file:///etc/")]
    [InlineData("ftp://127.0.0.1/mnist/")]
    [InlineData("http://127.0.0.1/mnist")]
    [InlineData("mnist/")]
    public void A_mirror_that_is_not_the_address_of_a_folder_is_refused(string mirror)
    {
        var address = new Uri(mirror, UriKind.RelativeOrAbsolute);
        var wrong = Assert.Throws<ArgumentException>(() => new MnistLocator { Mirrors = [address] });

        Assert.Contains($"but one is '{mirror}'", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("other")]
    [InlineData("empty")]
    [InlineData("folder")]
    [InlineData("link to nowhere")]
    [InlineData("changed behind")]
    public void Describe_never_calls_a_bad_file_good(string fault)
    {
        const string First = "train-images-idx3-ubyte.gz";
        tiny.Save(cache.FullPath);
        var good = File.ReadAllBytes(cache.File(First));
        File.Delete(cache.File(First));
        switch (fault)
        {
            case "truncated": cache.Write(First, good[..^9]); break;
            case "other": new TinyMnist(trainImages: 7).Save(cache.FullPath); break;
            case "empty": cache.Write(First); break;
            case "folder": Directory.CreateDirectory(cache.File(First)); break;
            case "link to nowhere" when !OperatingSystem.IsWindows():
                File.CreateSymbolicLink(cache.File(First), cache.File("nowhere"));
                break;
            case "changed behind": cache.Write(First, [.. good[..20], (byte)(good[20] ^ 1), .. good[21..]]); break;
        }

        var lines = Locator(null).Describe().Split('\n');

        var line = Assert.Single(lines, text => text.StartsWith("  train-images-idx3-ubyte", StringComparison.Ordinal));
        Assert.DoesNotContain("content checked", line, StringComparison.Ordinal);
        Assert.Matches("missing|not MNIST's: |cannot be read: ", line);
    }

    [Fact]
    public void Describe_reports_a_file_in_the_place_of_the_cache_folder()
    {
        var text = new MnistLocator { CacheFolder = cache.Write("a-file"), ReadVariable = _ => null }.Describe();

        Assert.Contains($"cache: {cache.File("a-file")} (a file, where a folder is wanted)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_request_is_the_path_of_a_folder()
    {
        tiny.Save(named.FullPath);

        var data = await Locator(null).FindAsync(named.FullPath);

        Assert.Equal(tiny.Train.AllPixels(), data.Train.AllPixels());
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => Locator(null).FindAsync(named.File("nowhere")));
    }

    [Fact]
    public void The_cache_folder_follows_the_conventions_of_the_system()
    {
        var home = new MnistLocator { ReadVariable = name => name == "HOME" ? "/home/ann" : null };
        var moved = new MnistLocator { ReadVariable = name => name == "XDG_CACHE_HOME" ? "/caches" : "/home/ann" };
        var relative = new MnistLocator { ReadVariable = name => name == "XDG_CACHE_HOME" ? "caches" : "/home/ann" };
        if (OperatingSystem.IsWindows())
        {
            Assert.EndsWith(@"vaecore\mnist", home.CacheFolder, StringComparison.Ordinal);
            return;
        }

        Assert.Equal("/home/ann/.cache/vaecore/mnist", home.CacheFolder);
        Assert.Equal("/caches/vaecore/mnist", moved.CacheFolder);
        Assert.Equal("/home/ann/.cache/vaecore/mnist", relative.CacheFolder);
    }

    [Fact]
    public void Describe_lists_the_content_of_each_place()
    {
        tiny.Save(cache.FullPath);
        cache.Write("train-images-idx3-ubyte.gz", 1, 2, 3);
        File.Delete(cache.File("t10k-labels-idx1-ubyte.gz"));
        var mirror = new Uri("http://127.0.0.1:9/mnist/");

        var text = Locator(null, mirror).Describe();

        Assert.Contains("VAE_MNIST_DIR: not set", text, StringComparison.Ordinal);
        Assert.Contains(cache.FullPath, text, StringComparison.Ordinal);
        Assert.Contains("train-images-idx3-ubyte.gz: 3 bytes, not MNIST's", text, StringComparison.Ordinal);
        Assert.Contains("content checked", text, StringComparison.Ordinal);
        Assert.Contains("t10k-labels-idx1-ubyte: missing", text, StringComparison.Ordinal);
        Assert.Contains(mirror.ToString(), text, StringComparison.Ordinal);
    }

    private MnistLocator Locator(string? variable, params Uri[] mirrors) => new()
    {
        CacheFolder = cache.FullPath,
        ReadVariable = name => name == MnistLocator.FolderVariable ? variable : null,
        Mirrors = mirrors,
        Downloader = new MnistDownloader { Files = tiny.Files, UseProxy = false },
    };

    private MnistLocator WithMirror(string own, Uri other) => new()
    {
        CacheFolder = cache.FullPath,
        ReadVariable = name => name == MnistLocator.MirrorVariable ? own : null,
        Mirrors = [other],
        Downloader = new MnistDownloader { Files = tiny.Files, UseProxy = false },
    };
}
