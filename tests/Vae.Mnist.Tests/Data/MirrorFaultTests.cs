using System.Text.RegularExpressions;

namespace Vae.Mnist.Tests;

/// <summary>Each fault of a mirror: what the user is told, that the next mirror is asked, and that no bad file stays (see the base class).</summary>
[Collection(NetworkTests.Name)]
public sealed class MirrorFaultTests : DownloadTests
{
    public static TheoryData<string> Faults => [.. MirrorFaults.All.Keys];

    public static TheoryData<string> QuickFaults => [.. MirrorFaults.All.Keys.Where(name => !MirrorFaults.All[name].Stalls)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_bad_mirror_is_named_and_the_next_one_asked(string name)
    {
        var fault = MirrorFaults.All[name];
        using var bad = Misbehaving(fault);
        using var good = LoopbackServer.Good(tiny);

        await From(StallFor(fault), bad.Address, good.Address).DownloadAsync(folder.FullPath, progress);

        AssertComplete();
        var told = Assert.Single(progress, report => report.Message.Contains(bad.Address.Authority + ": ", StringComparison.Ordinal)).Message;
        Assert.Matches($"^{Regex.Escape(First)} from {Regex.Escape(bad.Address.Authority)}: {fault.Says}", told);
        Assert.DoesNotContain(told, char.IsControl);                  // one line, and no orders to the terminal
        Assert.DoesNotContain(bad.Requests, request => request.Name.StartsWith("t10k", StringComparison.Ordinal)); // once bad, not asked first
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Where_no_mirror_is_good_the_reason_is_said_and_at_most_a_part_is_left(string name)
    {
        var fault = MirrorFaults.All[name];
        using var bad = Misbehaving(fault);

        var wrong = await Assert.ThrowsAsync<DownloadException>(() => From(StallFor(fault), bad.Address).DownloadAsync(folder.FullPath));

        Assert.Equal(First, wrong.FileName);
        Assert.Matches($"^{Regex.Escape(bad.Address.Authority)}: {fault.Says}", Assert.Single(wrong.Failures));
        Assert.StartsWith($"{First} could not be downloaded: {bad.Address.Authority}: ", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Message, char.IsControl);
        Assert.All(Directory.GetFiles(folder.FullPath), path => Assert.Contains(Path.GetFileName(path), new[] { Lock, First + ".part" }));
    }

    [Theory]
    [MemberData(nameof(QuickFaults))]
    public async Task A_mirror_that_is_bad_for_the_rest_only_is_passed_over_as_well(string name)
    {
        var fault = MirrorFaults.All[name];
        using var bad = Misbehaving(fault);
        using var good = LoopbackServer.Good(tiny);
        folder.Write(First + ".part", tiny.Archive(First)[..20]);

        await From(StallFor(fault), bad.Address, good.Address).DownloadAsync(folder.FullPath, progress);

        AssertComplete();
        Assert.Equal((First, 20), bad.Requests.First());
    }

    [Fact]
    public async Task Every_mirror_that_failed_is_in_the_message()
    {
        using var missing = new LoopbackServer((_, _) => new Reply(404, []));
        using var broken = new LoopbackServer((_, _) => new Reply(500, []));
        var down = LoopbackServer.NobodyThere();

        var wrong = await Assert.ThrowsAsync<DownloadException>(
            () => From(missing.Address, broken.Address, down).DownloadAsync(folder.FullPath));

        Assert.Equal(3, wrong.Failures.Count);
        Assert.Contains($"{missing.Address.Authority}: answered 404", wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"{broken.Address.Authority}: answered 500", wrong.Message, StringComparison.Ordinal);
        Assert.Contains($"{down.Authority}: cannot be reached (Connection refused", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_said()
    {
        var wrong = await Assert.ThrowsAsync<DownloadException>(
            () => From(new Uri("http://no-such-host.invalid/mnist/")).DownloadAsync(folder.FullPath));

        Assert.Matches("^no-such-host.invalid: cannot be reached ", Assert.Single(wrong.Failures));
    }

    [Fact]
    public async Task A_web_page_instead_of_the_rest_leaves_what_has_come()
    {
        using var portal = Misbehaving(MirrorFaults.All["HTML that says so"]);
        var begun = tiny.Archive(First)[..20];
        folder.Write(First + ".part", begun);

        await Assert.ThrowsAsync<DownloadException>(() => From(portal.Address).DownloadAsync(folder.FullPath));

        Assert.Equal(begun, File.ReadAllBytes(folder[First + ".part"]));
    }

    [Fact]
    public async Task What_a_server_sends_beyond_its_own_length_is_not_read()
    {
        using var chatty = new LoopbackServer((name, _) =>
            new Reply(200, [.. tiny.Archive(name), .. new byte[300]]) { ClaimedLength = tiny.Archive(name).Length });

        await From(chatty.Address).DownloadAsync(folder.FullPath);

        AssertComplete();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_names_no_length_is_good_enough(bool inChunks)
    {
        using var plain = new LoopbackServer((name, _) =>
            inChunks ? Reply.Chunked(tiny.Archive(name)) : new Reply(200, tiny.Archive(name)) { NoLength = true });

        await From(plain.Address).DownloadAsync(folder.FullPath);

        AssertComplete();
    }

    private LoopbackServer Misbehaving(MirrorFault fault)
    {
        LoopbackServer? server = null;
        return server = new LoopbackServer((name, _) => fault.Answer(tiny.Archive(First), server!.Address));
    }

    // Short only where the server really stalls.
    private static TimeSpan StallFor(MirrorFault fault) => fault.Stalls ? TimeSpan.FromSeconds(2) : Patient;
}
