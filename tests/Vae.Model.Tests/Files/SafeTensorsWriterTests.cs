using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Vae.Model.Tests;

public sealed class SafeTensorsWriterTests : IDisposable
{
    private static readonly Dictionary<string, string> Texts = new() { ["kind"] = "table" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_written_piece_by_piece_is_read_back()
    {
        var path = Written(headerLength: 300);

        using var file = SafeTensors.Read(path);
        var (cells, words) = (file.Find("cells")!, file.Find("words")!);
        var numbers = new double[3];
        file.Read(cells, 5 * sizeof(double), MemoryMarshal.AsBytes(numbers.AsSpan()));
        var bytes = new byte[3];
        file.Read(words, 1, bytes);

        Assert.Equal([5.0, 6.0, 7.0], numbers);
        Assert.Equal("ard"u8, bytes);
        Assert.Equal((SafeTensorType.F64, "1000 x 3", 24_000, 3_000), (cells.Type, cells.ShapeText, cells.Length, cells.Count));
        Assert.Equal([(1000L), 3], cells.Shape);
        Assert.Equal((SafeTensorType.U8, 4), (words.Type, words.Length));
        Assert.Equal(Texts, file.Metadata);
        Assert.Null(file.Find("other"));
    }

    // As safetensors of Python reads it: the length, JSON that may end in spaces, and every byte in one tensor.
    [Fact]
    public void A_file_written_piece_by_piece_has_the_format()
    {
        var bytes = File.ReadAllBytes(Written(headerLength: 300));
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);

        Assert.Equal(304, length);
        Assert.Equal((byte)'{', bytes[8]);
        Assert.Equal((byte)' ', bytes[8 + length - 1]);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        Assert.Equal(
            """{"dtype":"F64","shape":[1000,3],"data_offsets":[0,24000]}""",
            header.RootElement.GetProperty("cells").GetRawText());
        Assert.Equal(
            """{"dtype":"U8","shape":[4],"data_offsets":[24000,24004]}""", header.RootElement.GetProperty("words").GetRawText());
        Assert.Equal(8 + length + 24_004, bytes.Length);
    }

    [Fact]
    public void A_header_without_room_and_a_wrong_number_of_bytes_are_refused()
    {
        Assert.Contains("there is room for 16.", Assert.Throws<ArgumentException>(() => Written(headerLength: 16)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SafeTensorsWriter(new MemoryStream(), (1 << 22) + 1));
        var file = new SafeTensorsWriter(new MemoryStream(), 100);
        file.Begin("cells", SafeTensorType.F64);
        file.Write(new byte[12]);
        Assert.Equal(
            "'cells' of 2 x 1 F64 has 16 bytes, but 12 were written.",
            Assert.Throws<InvalidOperationException>(() => file.End(2, 1)).Message);
        Assert.Throws<InvalidOperationException>(() => file.Begin("words", SafeTensorType.U8));
        Assert.Throws<InvalidOperationException>(() => file.Finish(Texts));
    }

    [Fact]
    public void A_file_that_was_not_finished_is_refused()
    {
        var path = _folder.File("file");
        using (var stream = File.Create(path))
        {
            var file = new SafeTensorsWriter(stream, 100);
            file.Begin("cells", SafeTensorType.F64);
            file.Write(new byte[16]);
            file.End(2);
        }

        Assert.Throws<CheckpointException>(() => SafeTensors.Read(path));
    }

    [Fact]
    public void Bytes_of_a_file_that_was_shortened_are_refused()
    {
        var path = Written(headerLength: 300);
        using var file = SafeTensors.Read(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(stream.Length - 2);
        }

        Assert.Contains(
            "but did not when it was opened",
            Assert.Throws<CheckpointException>(() => file.Read(file.Find("words")!, 0, new byte[4])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Find("words")!, 1, new byte[4]));
    }

    private string Written(int headerLength)
    {
        var path = _folder.File("table.safetensors");
        AtomicFile.Write(path, stream =>
        {
            var file = new SafeTensorsWriter(stream, headerLength);
            file.Begin("cells", SafeTensorType.F64);
            for (var row = 0; row < 1000; row++)
            {
                double[] cells = [3 * row, (3 * row) + 1, (3 * row) + 2];
                file.Write(MemoryMarshal.AsBytes(cells.AsSpan()));
            }

            file.End(1000, 3);
            file.Begin("words", SafeTensorType.U8);
            file.Write("card"u8);
            file.End(4);
            file.Finish(Texts);
        });
        return path;
    }
}
