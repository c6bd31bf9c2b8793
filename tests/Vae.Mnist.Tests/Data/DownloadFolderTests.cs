using Vae.Tests;

namespace Vae.Mnist.Tests;

/// <summary>The folder that a download fills: names that lead out of it, links, and places where nothing can be written.</summary>
[Collection(NetworkTests.Name)]
public sealed class DownloadFolderTests : DownloadTests
{
    [Theory]
    [InlineData("../../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/x")]
    [InlineData("a/b")]
    [InlineData(@"a\b")]
    [InlineData(@"..\x")]
    [InlineData("c:x")]
    [InlineData("x:stream")]
    [InlineData("-x")]
    [InlineData(".hidden")]
    [InlineData("x\0y")]
    [InlineData("x\ny")]
    [InlineData("x?y")]
    [InlineData("x#y")]
    [InlineData("%2e%2e%2fx")]
    [InlineData("ｘ")]
    public async Task A_name_that_is_not_plain_is_refused_before_anything_is_written_or_asked_for(string name)
    {
        using var server = LoopbackServer.Good(tiny);
        var downloader = new MnistDownloader
        {
            Mirrors = [server.Address],
            Files = [.. tiny.Files, tiny.Files[0] with { Name = name }],   // the last one: those before it are not begun either
            Handler = handler,
        };

        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => downloader.DownloadAsync(folder["cache"]));

        Assert.StartsWith("The name of a file to download must be of ASCII letters, digits and '._-'", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Message, char.IsControl);
        Assert.Empty(server.Requests);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Theory]
    [InlineData("file:///etc/")]
    [InlineData("ftp://127.0.0.1/mnist/")]
    [InlineData("http://127.0.0.1/mnist")]
    [InlineData("mnist/")]
    public async Task A_mirror_that_is_no_folder_of_the_web_is_refused(string mirror)
    {
        var wrong = await Assert.ThrowsAsync<ArgumentException>(
            () => From(new Uri(mirror, UriKind.RelativeOrAbsolute)).DownloadAsync(folder["cache"]));

        Assert.Contains($"but one is '{mirror}'", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_said()
    {
        using var good = LoopbackServer.Good(tiny);
        var file = folder.Write("a-file", 1);

        var wrong = await Assert.ThrowsAsync<IOException>(() => From(good.Address).DownloadAsync(file));
        var below = await Assert.ThrowsAsync<IOException>(() => From(good.Address).DownloadAsync(Path.Combine(file, "mnist")));

        Assert.Equal($"{file}: expected a folder to download into, but it is a file.", wrong.Message);
        Assert.StartsWith($"{Path.Combine(file, "mnist")}: cannot be made: ", below.Message, StringComparison.Ordinal);
        Assert.Equal([1], File.ReadAllBytes(file));
        Assert.Empty(good.Requests);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_file_or_of_its_part_is_said_and_stays()
    {
        using var good = LoopbackServer.Good(tiny);
        foreach (var name in new[] { First, First + ".part" })
        {
            Directory.CreateDirectory(folder[name]);
            File.WriteAllText(Path.Combine(folder[name], "mine"), "mine");

            var wrong = await Assert.ThrowsAsync<IOException>(() => From(good.Address, good.Address).DownloadAsync(folder.FullPath));

            Assert.Equal($"{First} cannot be kept in {folder.FullPath}: {folder[name]} is a folder.", wrong.Message);
            Assert.Empty(good.Requests);
            Assert.Equal("mine", File.ReadAllText(Path.Combine(folder[name], "mine")));
            Directory.Delete(folder[name], recursive: true);
        }
    }

    [Fact]
    public async Task A_folder_that_vanishes_is_said_and_no_other_mirror_is_blamed()
    {
        var vanished = new TaskCompletionSource();
        using var server = new LoopbackServer((name, _) => new Reply(200, tiny.Archive(name)) { BeforeSecondHalf = vanished.Task });
        using var other = LoopbackServer.Good(tiny);
        var cache = folder["cache"];

        var download = From(server.Address, other.Address).DownloadAsync(cache);
        await Until(() => File.Exists(Path.Combine(cache, First + ".part")));
        if (OperatingSystem.IsWindows())
        {
            vanished.SetResult();                                     // an open file cannot be deleted there
            await download;
            return;
        }

        Directory.Delete(cache, recursive: true);
        vanished.SetResult();

        var wrong = await Assert.ThrowsAsync<IOException>(() => download);
        Assert.Equal($"{First} cannot be kept in {cache}: {Path.Combine(cache, First)}.part vanished while it was received.", wrong.Message);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_link_to_a_folder_is_as_good_as_the_folder()
    {
        using var good = LoopbackServer.Good(tiny);
        if (!MayLink(folder["link"], Directory.CreateDirectory(folder["real"]).FullName))
        {
            return;
        }

        await From(good.Address).DownloadAsync(folder["link"]);

        Assert.Equal(5, Directory.GetFiles(folder["real"]).Length);
    }

    [Fact]
    public async Task A_link_to_a_folder_that_is_not_there_is_said()
    {
        using var good = LoopbackServer.Good(tiny);
        if (!MayLink(folder["link"], folder["nowhere"]))
        {
            return;
        }

        var wrong = await Assert.ThrowsAsync<IOException>(() => From(good.Address).DownloadAsync(folder["link"]));

        Assert.StartsWith($"{folder["link"]}: ", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Message, char.IsControl);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".part")]
    public async Task What_a_link_in_the_place_of_a_file_leads_to_is_not_written(string ending)
    {
        using var good = LoopbackServer.Good(tiny);
        var precious = folder.Write("precious", tiny.Archive(First)[..20]);   // what a part would begin with
        Directory.CreateDirectory(folder["cache"]);
        if (!MayLink(Path.Combine(folder["cache"], First + ending), precious))
        {
            return;
        }

        await From(good.Address).DownloadAsync(folder["cache"]);

        Assert.Equal(tiny.Archive(First)[..20], File.ReadAllBytes(precious));
        Assert.Equal(5, Directory.GetFiles(folder["cache"]).Length);
        Assert.All(Directory.GetFiles(folder["cache"]), path => Assert.Null(new FileInfo(path).LinkTarget));
    }

    [SmallDiskFact]
    public async Task A_full_disk_is_said_no_other_mirror_is_asked_and_with_room_it_goes_on_where_it_was()
    {
        var large = new TinyMnist(trainImages: 1000, side: 28);
        Files = large.Files;
        using var disk = new SmallDisk("size=256k");
        using var good = LoopbackServer.Good(large);
        using var other = LoopbackServer.Good(large);

        var wrong = await Assert.ThrowsAsync<IOException>(() => From(good.Address, other.Address).DownloadAsync(disk.FullPath));
        Assert.StartsWith($"{First} cannot be kept in {disk.FullPath}: No space left on device", wrong.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
        Assert.Equal([Lock, First + ".part"], Directory.GetFiles(disk.FullPath).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var kept = File.ReadAllBytes(Path.Combine(disk.FullPath, First + ".part"));
        Assert.Equal(large.Archive(First)[..kept.Length], kept);

        disk.Remount("size=4m");
        await From(other.Address).DownloadAsync(disk.FullPath);

        Assert.Equal((First, kept.Length), other.Requests.First());
        Assert.Equal(large.Train.AllPixels(), ImageData.FromFolder(disk.FullPath).Train.AllPixels());
    }

    [SmallDiskFact]
    public async Task Where_nothing_can_be_written_it_is_said_and_nobody_asked_and_what_is_complete_is_good_enough()
    {
        using var disk = new SmallDisk("size=256k");
        using var good = LoopbackServer.Good(tiny);
        disk.Remount("ro");

        var wrong = await Assert.ThrowsAsync<IOException>(() => From(good.Address).DownloadAsync(disk.FullPath));
        var below = await Assert.ThrowsAsync<IOException>(() => From(good.Address).DownloadAsync(Path.Combine(disk.FullPath, "mnist")));
        disk.Remount("rw");
        tiny.Save(disk.FullPath);
        disk.Remount("ro");
        await From(good.Address).DownloadAsync(disk.FullPath);

        Assert.StartsWith($"{disk.FullPath}: nothing can be written there: Read-only file system", wrong.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{disk.FullPath}/mnist: cannot be made: Read-only file system", below.Message, StringComparison.Ordinal);
        Assert.Empty(good.Requests);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_written_is_said()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;                                                   // root may write anywhere; see the test above
        }

        using var good = LoopbackServer.Good(tiny);
        File.SetUnixFileMode(folder.FullPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var wrong = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => From(good.Address).DownloadAsync(folder.FullPath));
            Assert.StartsWith($"{folder.FullPath}: nothing may be written there: ", wrong.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder.FullPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <returns>False where this user may make no links, as on most Windows machines.</returns>
    private static bool MayLink(string link, string target)
    {
        try
        {
            File.CreateSymbolicLink(link, target);
            return true;
        }
        catch (Exception refused) when (OperatingSystem.IsWindows() && refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
