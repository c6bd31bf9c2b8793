using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Vae.Mnist.Tests;

public class PngTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(300, 200)]
    public void A_written_picture_decodes_to_its_own_pixels(int width, int height)
    {
        var image = new GreyImage(width, height);
        new Random(2).NextBytes(image.Pixels);

        var (readWidth, readHeight, pixels) = Decode(Encode(image));

        Assert.Equal((width, height), (readWidth, readHeight));
        Assert.Equal(image.Pixels, pixels);
    }

    [Fact]
    public void A_file_begins_with_the_signature_and_a_header_of_8_bit_grey()
    {
        var bytes = Encode(new GreyImage(258, 3));

        byte[] signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
        byte[] expected = [.. signature, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 1, 2, 0, 0, 0, 3, 8, 0, 0, 0, 0];
        Assert.Equal(expected, bytes[..expected.Length]);
    }

    [Fact]
    public void A_file_ends_with_the_known_checksum_of_an_empty_IEND_chunk()
    {
        var bytes = Encode(new GreyImage(2, 2));

        Assert.Equal([0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82], bytes[^12..]);
    }

    [Fact]
    public void A_file_is_replaced_in_one_step_and_its_folder_made()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullPath, "pictures", "a.png");
        Png.Write(path, new GreyImage(2, 2));
        Png.Write(path, new GreyImage(7, 2));

        Assert.Equal(7, Decode(File.ReadAllBytes(path)).Width);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    private static byte[] Encode(GreyImage image)
    {
        var stream = new MemoryStream();
        Png.Write(stream, image);
        return stream.ToArray();
    }

    /// <summary>Decodes the files that <see cref="Png"/> writes, and checks every CRC, computed bit by bit.</summary>
    private static (int Width, int Height, byte[] Pixels) Decode(byte[] png)
    {
        var (width, height) = (0, 0);
        var data = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 8, length);
            Assert.Equal(Crc(png.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            switch (Encoding.ASCII.GetString(png, at + 4, 4))
            {
                case "IHDR":
                    (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
                    break;
                case "IDAT":
                    data.Write(body);
                    break;
            }

            at += 12 + length;
        }

        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        var pixels = new byte[width * height];
        for (var y = 0; y < height; y++)
        {
            Assert.Equal(0, zlib.ReadByte());
            zlib.ReadExactly(pixels, y * width, width);
        }

        Assert.Equal(-1, zlib.ReadByte());
        return (width, height, pixels);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
