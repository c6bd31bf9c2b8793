using System.Buffers.Binary;
using System.Text;
using Vae.Model;

namespace Vae.Faults.Tests;

/// <summary>Safetensors files made by an attacker.</summary>
public sealed class HostileSafeTensorsTests : IDisposable
{
    private const string A = """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";

    private readonly ReaderFolder _folder = new();

    // Header, bytes of data, words of the message.
    public static TheoryData<string, int, string[]> Lies => new()
    {
        {
            $$$"""{"a":{{{A}}},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""",
            6,
            ["'b' must begin at 4", "but begins at 2"]
        },
        { $$"""{"a":{{A}},"b":{{A}}}""", 4, ["'b' must begin at 4"] },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775804,9223372036854775807]}}""",
            4,
            ["'a' must take 4 bytes within the 4 of the file"]
        },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-9223372036854775808,4]}}""",
            4,
            ["'a' must take 4 bytes within the 4 of the file"]
        },
        {
            """{"a":{"dtype":"F32","shape":[2147483647,2147483647],"data_offsets":[0,4]}}""",
            4,
            ["'a' must take 18446744056529682436 bytes"]
        },
        {
            """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""",
            0,
            ["'a' must take 73786976294838206464 bytes"]
        },
        {
            """{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,0]}}""",
            0,
            ["'a' must take 2^97 or more bytes"]
        },
        {
            """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""",
            1,
            ["'a' must take whole bytes, but takes 12 bits"]
        },
        {
            """{"z":{"dtype":"I64","shape":[0,9223372036854775807],"data_offsets":[2,2]}"""
                + """,  "a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""",
            4,
            ["'z' must begin at 4", "but begins at 2"]
        },
        { $$"""{"a":{{A}},"a":{{A}}}""", 4, ["'a' is there twice"] },
        { $$"""{"a":{{A}},"\u0061":{{A}}}""", 4, ["'a' is there twice"] },
        { """{"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,4]}}""", 4, ["'dtype' of 'a' is there twice"] },
        { """{"a":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,4]}}""", 4, ["'shape' of 'a' is there twice"] },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""",
            4,
            ["'data_offsets' of 'a' is there twice"]
        },
        { """{"__metadata__":{"epoch":"1","epoch":"2"}}""", 0, ["'epoch' of '__metadata__' is there twice"] },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, ["'__metadata__' is there twice"] },
        { """{"__metadata__":{"epoch":1}}""", 0, ["'epoch' of '__metadata__' must be a text"] },
        { """{"__metadata__":[]}""", 0, ["'__metadata__' must be a JSON object"] },
        { """{"a":{"dtype":"BOOL","shape":[5],"data_offsets":[0,4]}}""", 4, ["'a' must take 5 bytes within the 4 of the file"] },
        { """{"a\u001b[2J\n\u202e":7}""", 0, [@"'a\u{1B}[2J\u{A}\u{202E}' must be a JSON object"] },
        { """{"\ud800":7}""", 0, ["the header is not the JSON that safetensors wants"] },
        { $$"""{"a":{{A}}} {}""", 4, ["the header is not the JSON that safetensors wants"] },
        { $$"""{"{{new string('n', 100_000)}}":7}""", 0, [new string('n', 80) + "...'"] },
        {
            $$$"""{"a":{"dtype":"{{{new string('n', 100_000)}}}","shape":[1],"data_offsets":[0,4]}}""",
            4,
            [new string('n', 80) + "..."]
        },
        { $$"""{"a":{{new string('[', 1_000_000)}}""", 4, ["'a' must be a JSON object"] },
        {
            $$"""{"a":{"x":{{new string('[', 1_000_000)}}""",
            4,
            ["at byte", "the header is not the JSON that safetensors wants", "depth"]
        },
        {
            $$$"""{"a":{"dtype":"F32","shape":[{{{string.Join(',', Enumerable.Repeat(1, 1_000_000))}}}],"data_offsets":[0,4]}}""",
            4,
            ["'shape' of 'a' must be at most 64 numbers"]
        },
    };

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Lies))]
    public void A_header_that_lies_is_refused_with_the_place(string header, int data, string[] words)
    {
        var path = Written(header, new byte[data]);
        Refusal.Of<CheckpointException>(() => SafeTensors.Read(path), [path, "at byte ", .. words]);
    }

    [Fact]
    public void A_refused_header_names_the_byte_of_the_wrong_token()
    {
        var path = Written("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":7}""", new byte[4]);
        Refusal.Of<CheckpointException>(
            () => SafeTensors.Read(path),
            $"at byte {8 + """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":""".Length}, 'b'");
    }

    [Theory]
    [InlineData(1L << 62)]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData((1 << 22) + 1)]
    public void A_header_of_any_claimed_length_is_refused_before_room_is_made(long claimed)
    {
        var path = _folder["file"];
        var bytes = new byte[5 << 20];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, claimed);
        File.WriteAllBytes(path, bytes);
        Refusal.Of<CheckpointException>(() => SafeTensors.Read(path), "at byte 0", $"claims {(ulong)claimed} bytes");
    }

    // The largest allowed header, full of the smallest tensors. It is read, because all its claims are true.
    [Fact]
    public void A_header_full_of_tensors_takes_little_memory()
    {
        const int Tensors = 62_000;
        var entries = Enumerable.Range(0, Tensors).Select(i => $$"""
            "{{i:x}}":{"dtype":"F32","shape":[1],"data_offsets":[{{4 * i}},{{4 * i + 4}}]}
            """);
        var header = $"{{{string.Join(',', entries)}}}";
        var path = Written(header, new byte[4 * Tensors]);
        Assert.InRange(header.Length, 15 << 18, 1 << 22);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(Tensors, SafeTensors.Read(path).Names.Count);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 64 << 20, $"{allocated} bytes");
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_weight_that_is_not_finite_is_refused_with_its_place_and_the_model_stays_as_it_is(float weight, string shown)
    {
        var model = NewModel<float>(seed: 1);
        var other = NewModel<float>(seed: 2);
        var last = other.Parameters.Single(parameter => parameter.Name == "decoder.output.weight");
        last.Value[4, 2] = weight;
        other.Save(_folder["file"]);
        var before = WeightsOf(model);

        var message = Refusal.Of<CheckpointException>(
            () => model.Load(_folder["file"]),
            $"expected a finite number that F32 can hold in 'decoder.output.weight', row 4, column 2, but found {shown}");

        // 6 x 4 weights and a bias of 6 stand at the end.
        var offset = new FileInfo(_folder["file"]).Length - (((6 * 4) + 6 - ((4 * 4) + 2)) * sizeof(float));
        Assert.Contains($"at byte {offset},", message, StringComparison.Ordinal);
        Assert.Equal(before, WeightsOf(model));
    }

    [Fact]
    public void A_double_that_no_float_can_hold_is_refused_where_floats_are_wanted_and_read_where_doubles_are()
    {
        var exact = NewModel<double>(seed: 1);
        exact.Parameters[0].Value[0, 0] = 1e300;
        exact.Save(_folder["file"]);
        NewModel<double>(seed: 2).Load(_folder["file"]);
        Refusal.Of<CheckpointException>(
            () => NewModel<float>(seed: 2).Load(_folder["file"]), "row 0, column 0, but found 1E+300");
    }

    [Fact]
    public void A_file_that_is_cut_after_its_header_was_read_is_refused()
    {
        // A file that is larger than any buffer.
        var options = new VaeOptions { Features = 100, Hidden = [100], Latent = 2 };
        var model = new VariationalAutoencoder<float>(options).Initialise(1);
        model.Save(_folder["file"]);
        using var file = SafeTensors.Read(_folder["file"]);
        using (var stream = new FileStream(_folder["file"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(stream.Length - 4);
        }

        var bias = model.Parameters[^1];
        Refusal.Of<CheckpointException>(() => file.Read(bias.Name, bias.Value), "the file ends within 'decoder.output.bias'");
    }

    private static VariationalAutoencoder<T> NewModel<T>(ulong seed)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        => new VariationalAutoencoder<T>(new VaeOptions { Features = 6, Hidden = [4, 3], Latent = 2 }).Initialise(seed);

    private static float[] WeightsOf(VariationalAutoencoder<float> model)
        => [.. model.Parameters.SelectMany(parameter => parameter.Value.ToColumnMajorArray())];

    private string Written(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. new byte[8], .. text, .. data];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        File.WriteAllBytes(_folder["file"], file);
        return _folder["file"];
    }
}
