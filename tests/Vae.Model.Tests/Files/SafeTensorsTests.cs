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
        { Entry("F128", "[1]", "[0,16]"), 16, "'a' must have a dtype of the format, such as F32, but has F128" },
        { Entry("f32", "[2]", "[0,8]"), 8, "'a' must have a dtype of the format, such as F32, but has f32" },
        { Entry("I64", "[2]", "[0,8]"), 8, "'a' must take 16 bytes" },
        { Entry("F4", "[4,4]", "[0,4]"), 4, "'a' must take 8 bytes" },
        { Entry("F4", "[3]", "[0,2]"), 2, "'a' must take whole bytes, but takes 12 bits" },
        {
            Entry("F32", $"[{string.Join(',', Enumerable.Repeat(1, 65))}]", "[0,4]"),
            4,
            "'shape' of 'a' must be at most 64 numbers"
        },
        {
            Entry("F32", $"[{string.Join(',', Enumerable.Repeat(long.MaxValue, 64))}]", "[0,4]"),
            4,
            "'a' must take 2^97 or more bytes"
        },
        { """{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "'a' must have a dtype of the format, such as F32, but has none" },
        {
            """{"a":{"dtype":5,"shape":[2],"data_offsets":[0,8]}}""",
            8,
            "'a' must have a dtype of the format, such as F32, but has none"
        },
        { """{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "'a' must have a list 'shape'" },
        { """{"a":{"dtype":"F32","shape":[2]}}""", 8, "'a' must have a list 'data_offsets'" },
        { Entry("F32", "2", "[0,8]"), 8, "'a' must have a list 'shape'" },
        { Entry("F32", "[2.5]", "[0,8]"), 8, "'shape' of 'a' must be whole numbers" },
        { Entry("F32", "[\"2\"]", "[0,8]"), 8, "'shape' of 'a' must be whole numbers" },
        { Entry("F32", "[99999999999999999999]", "[0,8]"), 8, "'shape' of 'a' must be whole numbers" },
        { Entry("F32", "[]", "[0,8]"), 8, "'a' must take 4 bytes" },
        { Entry("F32", "[1,1,2]", "[0,4]"), 4, "'a' must take 8 bytes" },
        { Entry("F32", "[0,2]", "[0,4]"), 4, "'a' must take 0 bytes" },
        { Entry("F32", "[-2,-1]", "[0,8]"), 8, "'a' must have no negative length in its shape" },
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

    [Theory]
    [InlineData("F16", 2)]
    [InlineData("BF16", 2)]
    [InlineData("F32", 4)]
    [InlineData("F64", 8)]
    public void Numbers_of_every_real_type_are_read_exactly(string type, int size)
    {
        float[] numbers = [1, -0.0f, 2.75f, -65280, 1f / (1 << 14), float.PositiveInfinity, float.NaN, 3];
        byte[] data = [.. numbers.SelectMany(number => size == 8 ? BitConverter.GetBytes((double)number)
            : type == "F16" ? BitConverter.GetBytes((Half)number)
            : BitConverter.GetBytes(number)[(4 - size)..])];          // BF16: the upper half
        using var folder = new TemporaryFolder();
        Write(folder.File("file"), Entry(type, "[8]", $"[0,{8 * size}]"), data);

        var (narrow, wide) = (Matrix<float>.Build.Dense(8, 1), Matrix<double>.Build.Dense(8, 1));
        using var file = SafeTensors.Read(folder.File("file"));
        file.Read("a", narrow);
        file.Read("a", wide);

        Assert.Equal(numbers, narrow.ToColumnMajorArray());
        Assert.Equal(numbers.Select(number => (double)number), wide.ToColumnMajorArray());
        Assert.True(float.IsNegative(narrow[1, 0]) && double.IsNegative(wide[1, 0]));
    }

    // Such as the counter of a batch normalisation beside the weights: I64, and a single number.
    [Fact]
    public void A_file_with_tensors_of_every_type_and_number_of_dimensions_is_read()
    {
        using var folder = new TemporaryFolder();
        var (header, offset) = (new StringBuilder("""{"empty":{"dtype":"I8","shape":[3,0],"data_offsets":[0,0]}"""), 0);
        foreach (var (name, type) in SafeTensorType.All)
        {
            var (from, to) = (offset, offset += type.Bits);
            header.Append($$""","{{name}}":{"dtype":"{{name}}","shape":[2,1,4],"data_offsets":[{{from}},{{to}}]}""");
        }

        header.Append($$$""","one":{"dtype":"F32","shape":[],"data_offsets":[{{{offset}}},{{{offset + 4}}}]}}""");
        Write(folder.File("file"), header.ToString(), [.. new byte[offset], .. BitConverter.GetBytes(2.5f)]);

        using var file = SafeTensors.Read(folder.File("file"));
        var one = Matrix<float>.Build.Dense(1, 1);
        file.Read("one", one);

        Assert.Equal(2.5f, one[0, 0]);
        Assert.Equal(SafeTensorType.All.Count + 2, file.Names.Count);
        Assert.Equal(8, file.Find("F6_E2M3")!.Count);
    }

    [Theory]
    [InlineData("I64", 8)]
    [InlineData("U8", 1)]
    [InlineData("F8_E4M3", 1)]
    public void A_wanted_tensor_of_an_unsuitable_type_is_refused_with_the_conversion(string type, int size)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("file");
        Write(path, Entry(type, "[2]", $"[0,{2 * size}]"), new byte[2 * size]);
        using var file = SafeTensors.Read(path);
        Assert.Equal(
            $"{path}: 'a' must have dtype F32, F64, F16 or BF16, but has {type}. Convert it to F32 and save it again: "
                + "tensor.float() in PyTorch, astype(numpy.float32) in numpy.",
            Assert.Throws<CheckpointException>(() => file.Read("a", Matrix<float>.Build.Dense(2, 1))).Message);
        Assert.Throws<CheckpointException>(() => file.ShapeOf("a"));
    }

    [Theory]
    [InlineData("[1,2,3]", "1 x 2 x 3")]
    [InlineData("[0,6]", "0 x 6")]
    [InlineData("[1,1,1,1,1,1,1,1,6]", "1 x 1 x 1 x 1 x 1 x 1 x 1 x 1 x ...")]
    public void A_wanted_tensor_that_is_no_matrix_is_refused_with_its_shape(string shape, string shown)
    {
        using var folder = new TemporaryFolder();
        var (path, length) = (folder.File("file"), shape[1] == '0' ? 0 : 24);
        Write(path, Entry("F32", shape, $"[0,{length}]"), new byte[length]);
        using var file = SafeTensors.Read(path);
        Assert.Equal(
            $"{path}: 'a' must be 2 x 3, but is {shown}.",
            Assert.Throws<CheckpointException>(() => file.Read("a", Matrix<float>.Build.Dense(2, 3))).Message);
        Assert.Equal(
            $"{path}: 'a' must be a vector or a matrix, but is {shown}.",
            Assert.Throws<CheckpointException>(() => file.ShapeOf("a")).Message);
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
