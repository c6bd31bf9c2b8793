using System.Buffers.Binary;
using System.Globalization;
using Vae.Mnist;

namespace Vae.Benchmarks;

/// <summary>
/// Writes IDX files of any number of images, even more than memory holds, for <c>tests/large.sh</c>.
/// </summary>
/// <remarks>
/// Arguments: FOLDER IMAGES, such as <c>/tmp/large 5400000</c>. The images are 20,000 drawn digits over and over, the ink of each
/// new copy made a little stronger or weaker pixel by pixel, so that no two are alike, no block of the file is empty, and four
/// fifths of the pixels stay 0 as in MNIST. The test images are 10,000 drawn digits.
/// </remarks>
internal static class LargeData
{
    private const int Digits = 20_000;
    private const int Size = DrawnDigits.Side * DrawnDigits.Side;

    public static int Run(string[] arguments)
    {
        if (arguments.Length != 2
            || !int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var images)
            || images < 1)
        {
            Console.Error.WriteLine("large wants: FOLDER IMAGES, such as /tmp/large 5400000");
            return 2;
        }

        var folder = arguments[0];
        Directory.CreateDirectory(folder);
        IdxFile.WriteImages(Path.Combine(folder, "t10k-images-idx3-ubyte"), DrawnDigits.Draw(seed: 2, 10_000));
        var path = Path.Combine(folder, "train-images-idx3-ubyte");
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            Write(file, images);
        }

        Console.WriteLine($"{path}: {images} images, {new FileInfo(path).Length} bytes");
        return 0;
    }

    private static void Write(FileStream file, int images)
    {
        Span<byte> header = stackalloc byte[16];
        ReadOnlySpan<int> numbers = [2051, images, DrawnDigits.Side, DrawnDigits.Side];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header[(4 * i)..], numbers[i]);
        }

        file.Write(header);
        var digits = new byte[Digits * Size];
        Parallel.For(0, Digits, index => DrawnDigits.Draw(seed: 1, index, digits.AsSpan(index * Size, Size)));
        var random = new Random(1);
        Span<byte> noise = stackalloc byte[Size];
        Span<byte> image = stackalloc byte[Size];
        for (var i = 0; i < images; i++)
        {
            random.NextBytes(noise);
            var digit = digits.AsSpan(i % Digits * Size, Size);
            for (var pixel = 0; pixel < Size; pixel++)
            {
                image[pixel] = digit[pixel] == 0
                    ? (byte)0
                    : (byte)int.Clamp(digit[pixel] + (noise[pixel] % 33) - 16, 1, byte.MaxValue);
            }

            file.Write(image);
        }
    }
}
