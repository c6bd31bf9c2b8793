using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Vae.Model.Tests;

/// <summary>Files that are written where something else than a plain file of this process's own stands.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class AtomicFilePlacesTests : IDisposable
{
    private const uint Nobody = 65534;
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        foreach (var folder in Directory.EnumerateDirectories(_folder.FullPath))
        {
            File.SetUnixFileMode(folder, Everybody);
        }

        _folder.Dispose();
    }

    [UnixFact]
    public void A_FIFO_is_written_through_and_stays()
    {
        var path = Fifo();
        var read = Task.Run(() => File.ReadAllBytes(path));
        AtomicFile.Write(path, stream => stream.Write(new byte[200_000]));
        Assert.Equal(200_000, read.Result.Length);

        read = Task.Run(() => File.ReadAllBytes(path));
        AtomicFile.Append(path, [1, 2, 3]);
        Assert.Equal([1, 2, 3], read.Result);
        Assert.True(FileStatus.Of(path)!.IsSpecial);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder.FullPath));
    }

    [UnixFact]
    public void A_FIFO_whose_reader_leaves_ends_in_a_message()
    {
        var path = Fifo();
        var read = Task.Run(() =>
        {
            using var stream = File.OpenRead(path);
            stream.ReadExactly(new byte[1]);
        });
        var failure = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            for (var i = 0; i < 1000; i++)
            {
                stream.Write(new byte[100_000]);
            }
        }));
        read.Wait();
        Assert.StartsWith($"{path}: cannot be written: Broken pipe", failure.Message);
        Assert.EndsWith("It was written through; see to its reader or its device, and try again.", failure.Message);
    }

    [DeviceFact]
    public void A_device_is_written_through_and_stays()
    {
        var (path, full) = (_folder.File("null"), _folder.File("full"));
        Run("mknod", path, "c", "1", "3");
        Run("mknod", full, "c", "1", "7");
        AtomicFile.Write(path, stream => stream.Write(new byte[100_000]));
        AtomicFile.Append(path, [1, 2, 3]);
        var failure = Assert.Throws<IOException>(() => AtomicFile.Write(full, stream => stream.Write(new byte[100_000])));

        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.True(FileStatus.Of(path)!.IsSpecial && FileStatus.Of(full)!.IsSpecial);
        Assert.Equal(new[] { full, path }, Directory.EnumerateFileSystemEntries(_folder.FullPath).Order());
    }

    [UnixFact]
    public void Links_stay_and_their_target_is_written_whole()
    {
        Directory.CreateDirectory(_folder.File("sub"));
        File.WriteAllText(_folder.File("sub/target"), "old");
        File.CreateSymbolicLink(_folder.File("sub/second"), "target");
        File.CreateSymbolicLink(_folder.File("first"), _folder.File("sub/second"));

        Assert.Throws<InvalidOperationException>(
            () => AtomicFile.Write(_folder.File("first"), _ => throw new InvalidOperationException()));
        Assert.Equal("old", File.ReadAllText(_folder.File("sub/target")));
        AtomicFile.Write(_folder.File("first"), stream => stream.Write("new"u8));
        AtomicFile.Append(_folder.File("first"), "er"u8);

        Assert.Equal("newer", File.ReadAllText(_folder.File("sub/target")));
        Assert.Equal("target", new FileInfo(_folder.File("sub/second")).LinkTarget);
        Assert.NotNull(new FileInfo(_folder.File("first")).LinkTarget);
        Assert.Null(new FileInfo(_folder.File("sub/target")).LinkTarget);
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_folder.File("sub")).Count());
    }

    [UnixFact]
    public void A_link_to_nothing_makes_its_target_but_no_folder()
    {
        File.CreateSymbolicLink(_folder.File("link"), "target");
        File.CreateSymbolicLink(_folder.File("far"), "missing/target");

        AtomicFile.Write(_folder.File("link"), stream => stream.Write([1]));

        Assert.Equal([1], File.ReadAllBytes(_folder.File("target")));
        Assert.NotNull(new FileInfo(_folder.File("link")).LinkTarget);
        Assert.Contains(
            "missing: No such file or directory",
            Assert.Throws<IOException>(() => AtomicFile.Write(_folder.File("far"), stream => stream.Write([1]))).Message,
            StringComparison.Ordinal);
    }

    [UnixFact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(_folder.File("a"), "b");
        File.CreateSymbolicLink(_folder.File("b"), "a");
        var path = _folder.File("a");

        foreach (Action write in new Action[] { () => AtomicFile.Write(path, _ => { }), () => AtomicFile.Append(path, [1]) })
        {
            Assert.StartsWith(
                $"{path}: cannot be written: {path}: its symbolic links lead in a circle.",
                Assert.Throws<IOException>(write).Message,
                StringComparison.Ordinal);
        }
    }

    // The two points lead to the parent of the folder that the link names, not to that of the link.
    [UnixFact]
    public void A_relative_link_behind_a_linked_folder_is_followed_as_the_system_does()
    {
        Directory.CreateDirectory(_folder.File("real/deep"));
        File.CreateSymbolicLink(_folder.File("out"), "real/deep");
        File.CreateSymbolicLink(_folder.File("real/deep/link"), "../target");

        AtomicFile.Write(_folder.File("out/link"), stream => stream.Write([1]));

        Assert.Equal([1], File.ReadAllBytes(_folder.File("real/target")));
        Assert.False(File.Exists(_folder.File("target")));
    }

    [UnixFact]
    public void A_file_keeps_its_mode_and_a_new_one_has_the_usual_one()
    {
        var path = _folder.File("file");
        foreach (var mode in new[] { 0b110_000_000, 0b110_100_000, 0b111_101_101, 0b100_100_100 })
        {
            File.WriteAllText(path, "old");
            File.SetUnixFileMode(path, (UnixFileMode)mode);
            AtomicFile.Write(path, stream => stream.Write([1]));
            Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(path));
            Assert.Equal([1], File.ReadAllBytes(path));
            File.Delete(path);
        }

        AtomicFile.Write(path, stream => stream.Write([1]));
        Assert.Equal(File.GetUnixFileMode(_folder.Write("other", 1)), File.GetUnixFileMode(path));
    }

    [UnixFact]
    public void The_content_of_a_private_file_is_private_while_it_is_written()
    {
        var path = _folder.Write("file", 1);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.Write(path, _ => Assert.All(
            Directory.EnumerateFiles(_folder.FullPath),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file))));
    }

    [RootFact]
    public void A_file_of_another_user_keeps_its_owner_when_root_writes_it()
    {
        var path = _folder.Write("file", 1);
        Run("chown", $"{Nobody}:{Nobody}", path);
        AtomicFile.Write(path, stream => stream.Write([2]));
        Assert.Equal((Nobody, Nobody), (FileStatus.Of(path)!.Owner, FileStatus.Of(path)!.Group));
        Assert.Equal([2], File.ReadAllBytes(path));
    }

    [UnixFact]
    public void Another_name_of_the_file_keeps_the_old_content()
    {
        var path = _folder.Write("file", 1);
        Run("ln", path, _folder.File("other"));
        AtomicFile.Write(path, stream => stream.Write([2]));
        Assert.Equal([2], File.ReadAllBytes(path));
        Assert.Equal([1], File.ReadAllBytes(_folder.File("other")));
    }

    [RootFact]
    public void A_file_in_a_folder_that_allows_no_new_one_is_overwritten_once_its_content_is_whole()
    {
        var path = ForNobody(0b110_110_110, folderMode: 0b101_101_101);
        AsNobody(() =>
        {
            Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
            {
                stream.Write([4]);
                throw new InvalidOperationException();
            }));
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));

            AtomicFile.Write(path, stream => stream.Write([4]));
        });
        Assert.Equal([4], File.ReadAllBytes(path));
        Assert.Equal((UnixFileMode)0b110_110_110, File.GetUnixFileMode(path));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [RootFact]
    public void A_file_of_a_run_is_never_overwritten_in_place()
    {
        var path = ForNobody(0b110_110_110, folderMode: 0b101_101_101);
        AsNobody(() => Assert.Contains(
            "What was there before is untouched",
            Assert.Throws<IOException>(() => AtomicFile.WriteOfRun(path, stream => stream.Write([4]))).Message,
            StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [RootFact]
    public void A_file_that_may_not_be_written_in_a_folder_that_allows_no_new_one_is_refused()
    {
        var path = ForNobody(0b100_100_100, folderMode: 0b101_101_101);
        AsNobody(() => Assert.StartsWith(
            $"{path}: cannot be written: Access to the path '{path}' is denied.",
            Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => stream.Write([4]))).Message,
            StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    // As a container has a single file of its host.
    [MountFact]
    public void A_file_that_is_mounted_by_itself_is_overwritten()
    {
        var (path, host) = (_folder.Write("file", 1, 2, 3), _folder.Write("host", 1, 2, 3));
        Run("mount", "--bind", host, path);
        try
        {
            AtomicFile.Write(path, stream => stream.Write([4]));
            Assert.Equal([4], File.ReadAllBytes(host));
            Assert.Equal(2, Directory.EnumerateFileSystemEntries(_folder.FullPath).Count());
        }
        finally
        {
            Run("umount", path);
        }
    }

    private static void Run(params string[] command) => SpecialFiles.Run(command);

    private string Fifo()
    {
        Run("mkfifo", _folder.File("fifo"));
        return _folder.File("fifo");
    }

    private string ForNobody(int mode, int folderMode)
    {
        File.SetUnixFileMode(_folder.FullPath, Everybody);
        Directory.CreateDirectory(_folder.File("folder"));
        var path = _folder.Write("folder/file", 1, 2, 3);
        File.SetUnixFileMode(path, (UnixFileMode)mode);
        File.SetUnixFileMode(_folder.File("folder"), (UnixFileMode)folderMode);
        return path;
    }

    // On a thread of its own, whose rights to files are those of a user without any.
    private static void AsNobody(Action act)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            _ = SetFileGroup(Nobody);
            _ = SetFileUser(Nobody);
            failure = Record.Exception(act);
        });
        thread.Start();
        thread.Join();
        Assert.True(failure is null, failure?.ToString());
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileUser(uint user);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial int SetFileGroup(uint group);
}
