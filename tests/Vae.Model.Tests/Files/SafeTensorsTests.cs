using System.Buffers.Binary;
using System.Text;
using MathNet.Numerics.LinearAlgebra;

namespace Vae.Model.Tests;

public class SafeTensorsTests
{
    private const string TinyHeader =
        """{"__metadata__":{"k":"v"}"""
        + ""","a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}"""
        + ""","a.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}}""";

    // Header, bytes of data, a part of the expected message.
    public static TheoryData<string, int, string> Damaged => new()
    {
        { "not JSON", 8, "the header is not the JSON" },
        { "{\"a\":", 8, "the header is not the JSON" },
        { "[]", 8, "the header must be a JSON object" },
        { "7", 8, "the header must be a JSON object" },
        { """{"a":7}""", 8, "'a' must be a JSON object" },
        { Entry("F16", "[2]", "[0,4]"), 4, "'a' must have dtype F32 or F64, but has F16" },
        { Entry("I64", "[1]", "[0,8]"), 8, "'a' must have dtype F32 or F64, but has I64" },
        { """{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "'a' must have dtype F32 or F64, but has none" },
        { """{"a":{"dtype":5,"shape":[2],"data_offsets":[0,8]}}""", 8, "'a' must have dtype F32 or F64, but has none" },
        { """{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "'a' must have a list 'shape'" },
        { """{"a":{"dtype":"F32","shape":[2]}}""", 8, "'a' must have a list 'data_offsets'" },
        { Entry("F32", "2", "[0,8]"), 8, "'a' must have a list 'shape'" },
        { Entry("F32", "[2.5]", "[0,8]"), 8, "'shape' of 'a' must be whole numbers" },
        { Entry("F32", "[\"2\"]", "[0,8]"), 8, "'shape' of 'a' must be whole numbers" },
        { Entry("F32", "[99999999999999999999]", "[0,8]"), 8, "'shape' of 'a' must be whole numbers" },
        { Entry("F32", "[]", "[0,4]"), 4, "'a' must be a vector or a matrix" },
        { Entry("F32", "[1,1,2]", "[0,8]"), 8, "'a' must be a vector or a matrix" },
        { Entry("F32", "[0,2]", "[0,0]"), 0, "'a' must be a vector or a matrix" },
        { Entry("F32", "[-2,-1]", "[0,8]"), 8, "'a' must be a vector or a matrix" },
        { Entry("F32", "[2]", "[0]"), 8, "'a' must have two data_offsets" },
        { Entry("F32", "[2]", "[0,8]"), 7, "'a' must take 8 bytes within the 7 of the file, but claims those from 0 to 8" },
        { Entry("F32", "[2]", "[4,8]"), 8, "'a' must take 8 bytes within the 8 of the file, but claims those from 4 to 8" },
        { Entry("F32", "[2]", "[-8,0]"), 8, "'a' must take 8 bytes" },
        { Entry("F32", "[2]", "[8,0]"), 8, "'a' must take 8 bytes" },
        { Entry("F32", "[2]", "[0,12]"), 12, "'a' must take 8 bytes" },
        { Entry("F64", "[2147483647,2147483647]", "[0,8]"), 8, "'a' must take 36893488113059364872 bytes" },
        { Entry("F64", "[1073741823,1073741825]", "[8,-9223372036854775808]"), 8, "'a' must take 9223372036854775800 bytes" },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
            8,
            "'a' is there twice"
        },
        {
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
            12,
            "'b' must begin at 8"
        },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
            12,
            "'b' must begin at 4"
        },
        { Entry("F32", "[2]", "[0,8]"), 11, "the tensors end at 8, but the file goes on to 11" },
    };

    [Fact]
    public void A_tiny_file_has_exactly_the_bytes_of_the_format()
    {
        using var folder = new TemporaryFolder();
        WriteTiny(folder.File("tiny"));

        var header = Encoding.ASCII.GetBytes(TinyHeader.PadRight((TinyHeader.Length + 7) / 8 * 8));
        var expected = new byte[8 + header.Length + 32];
        BinaryPrimitives.WriteUInt64LittleEndian(expected, (ulong)header.Length);
        header.CopyTo(expected, 8);
        float[] rowMajor = [1, 2, 3, 4, 5, 6, 7, 8];
        for (var i = 0; i < rowMajor.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(expected.AsSpan(8 + header.Length + (4 * i)), rowMajor[i]);
        }

        Assert.Equal(expected, File.ReadAllBytes(folder.File("tiny")));
    }

    [Fact]
    public void What_is_written_is_read_back_in_float_and_double()
    {
        using var folder = new TemporaryFolder();
        var numbers = Matrix<double>.Build.Dense(
            3, 2, [double.Pi, -0.0, double.Epsilon, double.NaN, double.NegativeInfinity, 1e300]);
        var vector = Matrix<double>.Build.Dense(2, 1, [1, 2]);
        SafeTensors.Write(
            folder.File("f64"),
            [("w", numbers), ("b.bias", vector)],
            new Dictionary<string, string> { ["a"] = "\"ä\n", ["b"] = "" });

        using var file = SafeTensors.Read(folder.File("f64"));
        var read = Matrix<double>.Build.Dense(3, 2);
        file.Read("w", read);

        Assert.Equal(
            numbers.ToColumnMajorArray().Select(BitConverter.DoubleToInt64Bits),
            read.ToColumnMajorArray().Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(["w", "b.bias"], file.Names);
        Assert.Equal(new Dictionary<string, string> { ["a"] = "\"ä\n", ["b"] = "" }, file.Metadata);

        var narrow = Matrix<float>.Build.Dense(3, 2);
        file.Read("w", narrow);
        Assert.Equal([float.Pi, 0, 0, float.NaN, float.NegativeInfinity, float.PositiveInfinity], narrow.ToColumnMajorArray());
    }

    [Fact]
    public void A_file_of_floats_is_read_into_doubles()
    {
        using var folder = new TemporaryFolder();
        WriteTiny(folder.File("tiny"));
        var read = Matrix<double>.Build.Dense(2, 3);
        SafeTensors.Read(folder.File("tiny")).Read("a.weight", read);
        Assert.Equal([1, 4, 2, 5, 3, 6], read.ToColumnMajorArray());
    }

    // PyTorch may write the tensors in another order than the header names them.
    [Fact]
    public void The_header_may_name_the_tensors_in_any_order()
    {
        using var folder = new TemporaryFolder();
        Write(
            folder.File("file"),
            """{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            BitConverter.GetBytes(1f).Concat(BitConverter.GetBytes(2f)).ToArray());
        var (a, b) = (Matrix<float>.Build.Dense(1, 1), Matrix<float>.Build.Dense(1, 1));
        using var file = SafeTensors.Read(folder.File("file"));
        file.Read("a", a);
        file.Read("b", b);
        Assert.Equal((1f, 2f), (a[0, 0], b[0, 0]));
    }

    [Theory, MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_by_name_with_what_is_wrong(string header, int data, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("damaged.safetensors");
        Write(path, header, new byte[data]);
        var refusal = Assert.Throws<CheckpointException>(() => SafeTensors.Read(path));
        Assert.StartsWith(path + ": ", refusal.Message);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(1UL << 24)]
    [InlineData(17UL)]
    public void A_header_longer_than_the_file_is_refused_before_anything_is_allocated_for_it(ulong claimed)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("damaged.safetensors");
        var bytes = new byte[8 + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed);
        File.WriteAllBytes(path, bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<CheckpointException>(() => SafeTensors.Read(path));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.StartsWith($"{path}: at byte 0, the header claims {claimed} bytes, but 16 follow", refusal.Message);
        Assert.True(allocated < 1 << 20, $"{allocated} bytes");       // the stream, the exception and its trace: some kilobytes
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        WriteTiny(folder.File("tiny"));
        var bytes = File.ReadAllBytes(folder.File("tiny"));
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(folder.File("cut"), bytes[..length]);
            Assert.Throws<CheckpointException>(() => SafeTensors.Read(folder.File("cut")));
        }
    }

    // With any damage to any byte of the header the file is read or refused with a CheckpointException.
    [Fact]
    public void A_damaged_byte_gives_a_CheckpointException_or_none()
    {
        using var folder = new TemporaryFolder();
        WriteTiny(folder.File("tiny"));
        var bytes = File.ReadAllBytes(folder.File("tiny"));
        var refused = 0;
        byte[] wrongs = [.. "\"\\},9"u8, 0, 0xFF];
        for (var place = 0; place < bytes.Length - 32; place++)
        {
            foreach (var wrong in wrongs)
            {
                var damaged = bytes.ToArray();
                damaged[place] = wrong;
                File.WriteAllBytes(folder.File("damaged"), damaged);
                try
                {
                    using var file = SafeTensors.Read(folder.File("damaged"));
                    file.Read("a.weight", Matrix<float>.Build.Dense(2, 3));
                    file.Read("a.bias", Matrix<float>.Build.Dense(2, 1));
                }
                catch (CheckpointException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > bytes.Length, $"{refused} refused");
    }

    [Fact]
    public void A_missing_tensor_and_a_tensor_of_another_shape_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("tiny");
        WriteTiny(path);
        using var file = SafeTensors.Read(path);
        Assert.Equal(
            $"{path}: wanted a tensor 'b.weight', but there is none.",
            Assert.Throws<CheckpointException>(() => file.Read("b.weight", Matrix<float>.Build.Dense(2, 3))).Message);
        Assert.Equal(
            $"{path}: 'a.weight' must be 3 x 2, but is 2 x 3.",
            Assert.Throws<CheckpointException>(() => file.Read("a.weight", Matrix<float>.Build.Dense(3, 2))).Message);
    }

    [Fact]
    public void A_missing_file_is_refused_with_its_path()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("nowhere/file");
        Assert.Equal($"{path}: there is no such file.", Assert.Throws<CheckpointException>(() => SafeTensors.Read(path)).Message);
    }

    private static string Entry(string type, string shape, string offsets)
        => $$$"""{"a":{"dtype":"{{{type}}}","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""";

    private static void WriteTiny(string path)
        => SafeTensors.Write(
            path,
            [
                ("a.weight", Matrix<float>.Build.Dense(2, 3, [1, 4, 2, 5, 3, 6])),
                ("a.bias", Matrix<float>.Build.Dense(2, 1, [7, 8]))
            ],
            new Dictionary<string, string> { ["k"] = "v" });

    private static void Write(string path, string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        File.WriteAllBytes(path, [.. length, .. text, .. data]);
    }
}
